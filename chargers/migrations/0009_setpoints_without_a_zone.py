from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('chargers', '0008_zones_of_setpoints_to_places'),
    ]

    operations = [
        migrations.RemoveField(
            model_name='setpoint',
            name='zone',
        ),
    ]
