"""The installation and its tree as others read it."""

from collections.abc import Iterable

from zones.models import Reduction, Site, TouPeriod, Zone
from zones.plan import ReductionPlan
from zones.tou import Period, Slot


def site() -> Site:
    """The one installation; made with its defaults when it is asked for first."""
    found, _created = Site.objects.get_or_create(pk=1)
    return found


def in_tree_order(zones: Iterable[Zone]) -> list[Zone]:
    """Parents before their sub-zones, each level in its order. Zones of a cycle are left out."""
    children: dict[int | None, list[Zone]] = {}
    for zone in sorted(zones, key=lambda z: (z.position, z.pk)):
        children.setdefault(zone.parent_id, []).append(zone)
    ordered: list[Zone] = []
    waiting = list(reversed(children.get(None, [])))
    while waiting:
        zone = waiting.pop()
        ordered.append(zone)
        waiting.extend(reversed(children.get(zone.pk, [])))
    return ordered


def zone_tree() -> list[Zone]:
    return in_tree_order(Zone.objects.all())


def tou_periods() -> list[tuple[Period, list[int]]]:
    """Every period with the zones that it applies to."""
    rows = TouPeriod.objects.prefetch_related("slots", "zones")
    return [(_period(row), [zone.pk for zone in row.zones.all()]) for row in rows]


def configured_reductions(zone: Zone) -> list[ReductionPlan]:
    """Those of the installer, by source; not what a building management system asks for."""
    rows = [row for row in zone.reductions.all() if row.origin == Reduction.Origin.CONFIGURATION]
    plans = [ReductionPlan(row.source, row.quotient_pct) for row in rows if row.quotient_pct is not None]
    return sorted(plans, key=lambda plan: plan.source)


def _period(row: TouPeriod) -> Period:
    return Period(
        name=row.name,
        max_charge_pct=row.max_charge_pct,
        days=frozenset(n for n, wanted in enumerate(row.days) if wanted),
        slots=tuple(Slot(slot.start, slot.end) for slot in row.slots.all()),
        enabled=row.enabled,
    )
