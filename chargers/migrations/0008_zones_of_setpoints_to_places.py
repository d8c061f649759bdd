"""A setpoint's zone becomes the whole path, with the wiring and the rating that its connector has now."""

import re

from django.db import migrations

LINE = re.compile("L([123])")


def name_places(apps, schema_editor):
    parents = dict(apps.get_model('zones', 'Zone').objects.values_list('pk', 'parent_id'))
    grid = apps.get_model('zones', 'Site').objects.values_list('grid', flat=True).first()
    setpoint = apps.get_model('chargers', 'Setpoint')
    for row in setpoint.objects.select_related('connector'):
        path, zone = [], row.zone_id
        while zone is not None:
            path.append(zone)
            zone = parents[zone]
        row.places = [
            {
                'zones': path,
                'wiring': wiring_of(row.connector.phases, grid),
                'rating_ma': int(row.connector.max_current_a * 1000),
            }
        ]
        row.save(update_fields=['places'])


def wiring_of(phases, grid):
    """By terminal, the lines that it loads; a delta load between two lines loads both."""
    lines = [int(line) - 1 for line in LINE.findall(phases)]
    return [lines] if grid == '3x230' and len(lines) == 2 else [[line] for line in lines]


def name_zones(apps, schema_editor):
    kept = set(apps.get_model('zones', 'Zone').objects.values_list('pk', flat=True))
    for row in apps.get_model('chargers', 'Setpoint').objects.all():
        zones = row.places[0]['zones'][:1] if row.places else []
        row.zone_id = zones[0] if kept.intersection(zones) else None
        row.save(update_fields=['zone_id'])


class Migration(migrations.Migration):

    dependencies = [
        ('chargers', '0007_places_of_setpoints'),
    ]

    operations = [migrations.RunPython(name_places, name_zones)]
