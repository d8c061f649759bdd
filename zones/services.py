"""Writes to the installation and its zones. Whoever changes configuration ends with `bump_version`."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from django.db import transaction
from django.db.models import F

from common import hints
from zones import selectors
from zones.models import Reduction, Site, TouPeriod, TouSlot, Zone
from zones.periods import DAYS, PeriodPlan
from zones.plan import ReductionPlan, ZonePlan, walk


def bump_version() -> None:
    """A new configuration version; control reloads what differs once the change is committed."""
    with transaction.atomic():
        if not Site.objects.filter(pk=1).update(version=F("version") + 1):
            selectors.site()
        transaction.on_commit(lambda: hints.send("configuration", {}))


def replace_zones(plans: list[ZonePlan]) -> dict[str, Zone]:
    """Makes these the zones, by name: rows that stay keep their id. Zones that go are left for `delete_zones`.

    The plans have no `problems`. The caller bumps the version.
    """
    kept = {zone.name: zone for zone in Zone.objects.all()}
    found: dict[str, Zone] = {}
    for position, (plan, parent, _level) in enumerate(walk(plans)):
        zone = kept.get(plan.name) or Zone(name=plan.name)
        zone.parent = found[parent.name] if parent else None
        zone.max_current_a, zone.degraded_a, zone.margin_a = plan.max_current_a, plan.degraded_a, plan.margin_a
        zone.position = position
        zone.save()
        _set_reductions(zone, plan.reductions)
        found[plan.name] = zone
    return found


def delete_zones(*, except_for: Iterable[str]) -> None:
    """Deletes the zones of other names; nothing may hang on them any more. The caller bumps the version."""
    for zone in reversed(selectors.zone_tree()):
        if zone.name not in set(except_for):
            zone.delete()


def update_site(**values: str | int | Decimal) -> Site:
    """`values` are fields of Site. Raises ValidationError. The caller bumps the version."""
    site = selectors.site()
    for field, value in values.items():
        setattr(site, field, value)
    site.full_clean()
    site.save(update_fields=list(values))
    return site


def replace_periods(plans: Iterable[PeriodPlan]) -> None:
    """Makes these the time-of-use periods; those of other names go. The plans have no problems.

    The caller bumps the version.
    """
    wanted = list(plans)
    TouPeriod.objects.exclude(name__in=[plan.name for plan in wanted]).delete()
    zones = {zone.name: zone for zone in Zone.objects.all()}
    for plan in wanted:
        weekdays = {day: n in plan.days for n, day in enumerate(DAYS)}
        values = {"enabled": plan.enabled, "max_charge_pct": plan.max_charge_pct, **weekdays}
        period, _created = TouPeriod.objects.update_or_create(name=plan.name, defaults=values)
        period.slots.all().delete()
        TouSlot.objects.bulk_create(TouSlot(period=period, start=slot.start, end=slot.end) for slot in plan.slots)
        period.zones.set([zones[name] for name in plan.zones])


def _set_reductions(zone: Zone, plans: Sequence[ReductionPlan]) -> None:
    configured = zone.reductions.filter(origin=Reduction.Origin.CONFIGURATION)
    configured.exclude(source__in=[plan.source for plan in plans]).delete()
    Reduction.objects.bulk_create(
        (Reduction(zone=zone, source=plan.source, quotient_pct=plan.quotient_pct) for plan in plans),
        update_conflicts=True,
        unique_fields=["zone", "origin", "source"],
        update_fields=["quotient_pct"],
    )


def assign_periods(*, zones_of: Mapping[int, Iterable[int]]) -> list[str]:
    """Give each period (by id) exactly these zones; ids that do not exist are left out. The names of those that
    changed; the caller journals and bumps the version."""
    changed = []
    with transaction.atomic():
        known = set(Zone.objects.values_list("pk", flat=True))
        for period in TouPeriod.objects.filter(pk__in=zones_of).prefetch_related("zones"):
            wanted = known.intersection(zones_of[period.pk])
            if wanted != {zone.pk for zone in period.zones.all()}:
                period.zones.set(wanted)
                changed.append(period.name)
    return changed
