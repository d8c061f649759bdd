"""The zone tree in the rows as a plan, so that the admin's forms are judged by the same rules as site files."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from chargers.models import Station
from metering.models import Meter
from zones.models import Zone
from zones.plan import Problem, ZonePlan, problems
from zones.selectors import configured_reductions

_FIELDS = ("name", "max_current_a", "degraded_a", "margin_a")


def check_zone(*, zone: Zone, parent: Zone | None, values: Mapping[str, Any]) -> list[Problem]:
    """What forbids this zone (new or as stored) to hang under `parent` with these values.

    Paths are field names of Zone, or start with the name of another zone.
    """
    rows = {row.pk: row for row in Zone.objects.all() if row.pk != zone.pk}
    above = parent.pk if parent else None
    for _level in rows:
        above = rows[above].parent_id if above in rows else above
    if above is not None and above == zone.pk:
        return [Problem("parent", _("a zone can't be below itself"))]
    plans = _plans([*rows.values(), zone])
    edited = plans[zone.pk]
    edited.path = ""
    for field in _FIELDS:
        if values.get(field) is not None or field == "degraded_a":
            setattr(edited, field, values.get(field))
    parents: dict[int | None, int | None] = {row.pk: row.parent_id for row in rows.values()}
    parents[zone.pk] = parent.pk if parent else None
    return problems(_tree(plans, parents))


def zone_plans() -> list[ZonePlan]:
    """The stored tree."""
    rows = list(Zone.objects.prefetch_related("reductions"))
    return _tree(_plans(rows), {row.pk: row.parent_id for row in rows})


def _plans(rows: list[Zone]) -> dict[int | None, ZonePlan]:
    plans: dict[int | None, ZonePlan] = {row.pk: _plan(row) for row in rows}
    for meter in Meter.objects.filter(zone__in=[pk for pk in plans if pk]):
        if meter.role == Meter.Role.ZONE:
            plans[meter.zone_id].meter = meter.name
        else:
            plans[meter.zone_id].production_meter = meter.name
    installed = Station.objects.filter(zone__in=[pk for pk in plans if pk])
    for zone, identity in installed.values_list("zone_id", "box_identity"):
        plans[zone].stations.append(identity)
    return plans


def _plan(row: Zone) -> ZonePlan:
    return ZonePlan(
        path=row.name,
        name=row.name,
        max_current_a=row.max_current_a,
        degraded_a=row.degraded_a,
        margin_a=row.margin_a,
        reductions=configured_reductions(row) if row.pk else [],
    )


def _tree(plans: Mapping[int | None, ZonePlan], parents: Mapping[int | None, int | None]) -> list[ZonePlan]:
    roots: list[ZonePlan] = []
    for pk, plan in plans.items():
        parent = parents[pk]
        (roots if parent is None else plans[parent].zones).append(plan)
    return roots
