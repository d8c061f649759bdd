"""Zones that can't do what they are there for: size, minimums, degraded setpoint (ZON-1, ZON-2, ENE-9, ENE-16)."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from commissioning.checks.findings import Finding, Kind, Severity
from commissioning.checks.site import CheckedSite, Outlet
from control.figures import number
from engine import degraded
from engine.model import Tree, ZoneConfig
from engine.wiring import LINE_NAMES, LINES
from zones.plan import ZonePlan, problems

MOST_NAMED = 5


def findings(site: CheckedSite) -> Iterator[Finding]:
    for problem in problems(site.zones):
        yield Finding("zone_rule", Kind.ZONE, problem.path, problem.message, Severity.ERROR)
    for zone in site.by_name.values():
        yield from _size(zone)
        yield from _sub_zones(zone)
        if site.below[zone.name] and zone.max_current_a > 0:
            yield from _minimums(site, zone)
            yield from _meter_lost(site, zone)
    yield from _fallback(site)


def named(labels: Sequence[str]) -> str:
    """Some of them, and how many there are besides."""
    shown = ", ".join(labels[:MOST_NAMED])
    rest = len(labels) - MOST_NAMED
    if rest <= 0:
        return shown
    more = ngettext("%(shown)s and %(count)d more", "%(shown)s and %(count)d more", rest)
    return more % {"shown": shown, "count": rest}


def _size(zone: ZonePlan) -> Iterator[Finding]:
    if zone.max_current_a == 0:
        message = _("Its maximum current is 0 A: nothing charges in it or below it.")
        yield Finding("zone_zero", Kind.ZONE, zone.path, message, Severity.WARNING)
    elif zone.margin_a == zone.max_current_a:
        message = _("The guard margin of %(margin)s A takes all of the zone's maximum current: nothing charges.")
        message %= {"margin": number(float(zone.margin_a))}
        yield Finding("margin_takes_all", Kind.ZONE, zone.path, message, Severity.WARNING)


def _sub_zones(zone: ZonePlan) -> Iterator[Finding]:
    """ZON-2."""
    below = sum((child.max_current_a for child in zone.zones), Decimal(0))
    if zone.zones and not zone.dynamic and below < zone.max_current_a:
        message = _("The sub-zones add up to %(below)s A, less than the %(own)s A of the zone: the rest is never used.")
        message %= {"below": number(float(below)), "own": number(float(zone.max_current_a))}
        yield Finding("sub_zones_below_zone", Kind.ZONE, zone.path, message)


def _minimums(site: CheckedSite, zone: ZonePlan) -> Iterator[Finding]:
    """ENE-9, for one connector alone and for all at once."""
    gives = site.usual_max_a(zone) - zone.margin_a
    short = [outlet for outlet in site.below[zone.name] if outlet.minimum_a > gives]
    if short and gives > 0:
        message = _(
            "It gives %(gives)s A per phase at most, less than the minimum current of %(minimum)s A: %(names)s."
        )
        figures = {"gives": number(float(gives)), "minimum": _least(short), "names": named([o.label for o in short])}
        yield Finding("zone_below_minimum", Kind.ZONE, zone.path, message % figures, Severity.WARNING)
    if not short:
        yield from _all_at_once(site, zone, gives)


def _all_at_once(site: CheckedSite, zone: ZonePlan, gives: Decimal) -> Iterator[Finding]:
    needs = [sum((o.minimum_a for o in site.below[zone.name] if line in o.lines), Decimal(0)) for line in LINES]
    line = max(LINES, key=needs.__getitem__)
    if needs[line] > gives:
        message = _(
            "The minimum currents of all its connectors add up to %(needs)s A on %(line)s, it gives %(gives)s A: "
            "when all are in use some cars wait their turn."
        )
        message %= {"needs": number(float(needs[line])), "line": LINE_NAMES[line], "gives": number(float(gives))}
        yield Finding("minimums_do_not_fit", Kind.ZONE, zone.path, message)


def _meter_lost(site: CheckedSite, zone: ZonePlan) -> Iterator[Finding]:
    """ZON-1: the degraded setpoint should give every connector its minimum."""
    outlets = site.below[zone.name]
    if not zone.dynamic or zone.degraded_a is None:
        return
    least = min(outlet.minimum_a for outlet in outlets)
    figures = {"degraded": number(float(zone.degraded_a)), "minimum": number(float(least)), "count": len(outlets)}
    if zone.degraded_a < least:
        message = _(
            "%(degraded)s A is below one minimum current of %(minimum)s A: nothing charges while the meter is lost."
        )
        yield Finding("degraded_below_minimum", Kind.ZONE, zone.path, message % figures, Severity.WARNING)
    elif zone.degraded_a < sum((outlet.minimum_a for outlet in outlets), Decimal(0)):
        message = _(
            "The degraded setpoint of %(degraded)s A does not give each of its %(count)d connectors the minimum "
            "current: some are at 0 A while the meter is lost."
        )
        yield Finding("degraded_not_for_all", Kind.ZONE, zone.path, message % figures, Severity.WARNING)


def _fallback(site: CheckedSite) -> Iterator[Finding]:
    """ENE-16, ENE-17: who gets nothing while a station has lost EVCE, where no degraded setpoint has said so."""
    zones = list(site.by_name.values())
    try:
        tree = _tree(site)
    except (KeyError, ValueError):
        return
    outlets = [outlet for outlet in site.outlets if outlet.usable and _fits_alone(site, outlet)]
    buildings = tree.buildings_ma([_building_ma(zone) for zone in zones])
    limits = [_ma(_degraded_limit_a(site, zone)) - ma for zone, ma in zip(zones, buildings, strict=True)]
    for zone, building_ma, limit_ma in zip(zones, buildings, limits, strict=True):
        if building_ma:
            yield from _buildings_below(site, zone, building_ma, limit_ma)
    at = {zone.name: position for position, zone in enumerate(zones)}
    counted = [_counted(i, at[outlet.zone or ""], outlet) for i, outlet in enumerate(outlets)]
    blamed = degraded.too_small(tree, limits, counted)
    for position, short in blamed.items():
        zone = zones[position]
        if zone.dynamic or zone.max_current_a == 0:
            continue
        message = _("While EVCE is out of reach these connectors fall back to 0 A: %(names)s.")
        message %= {"names": named([outlets[i].label for i in short])}
        yield Finding("fallback_not_for_all", Kind.ZONE, zone.path, message)


def _buildings_below(site: CheckedSite, zone: ZonePlan, building_ma: int, limit_ma: int) -> Iterator[Finding]:
    """S5: what is left beside the buildings that are metered below it."""
    least = min((outlet.minimum_a for outlet in site.below[zone.name]), default=Decimal(0))
    if limit_ma < _ma(least) <= limit_ma + building_ma:
        message = _(
            "The buildings of its metered sub-zones may draw %(building)s A: while EVCE is out of reach less than the "
            "minimum current of %(minimum)s A is left, and every connector below it falls back to 0 A."
        )
        message %= {"building": number(building_ma / 1000), "minimum": number(float(least))}
        yield Finding("buildings_leave_no_fallback", Kind.ZONE, zone.path, message, Severity.WARNING)


def _building_ma(zone: ZonePlan) -> int | None:
    return _ma(zone.max_current_a - (zone.degraded_a or Decimal(0))) if zone.dynamic else None


def _fits_alone(site: CheckedSite, outlet: Outlet) -> bool:
    path = site.path(outlet.zone)
    return bool(path) and all(site.usual_max_a(zone) >= outlet.minimum_a for zone in path)


def _degraded_limit_a(site: CheckedSite, zone: ZonePlan) -> Decimal:
    usual = site.usual_max_a(zone)
    return min(zone.degraded_a or Decimal(0), usual) if zone.dynamic else usual - zone.margin_a


def _tree(site: CheckedSite) -> Tree:
    ids = {name: i for i, name in enumerate(site.by_name)}
    above = {name: None if parent is None else ids[parent] for name, parent in site.parents.items()}
    return Tree.of(tuple(ZoneConfig(i, name, above[name], 0) for name, i in ids.items()))


def _counted(identity: int, position: int, outlet: Outlet) -> degraded.Outlet:
    return degraded.Outlet(identity, position, _ma(outlet.minimum_a), _ma(outlet.plan.max_current_a), outlet.vip)


def _least(outlets: Sequence[Outlet]) -> str:
    return number(float(min(outlet.minimum_a for outlet in outlets)))


def _ma(current_a: Decimal) -> int:
    return int(current_a * 1000)
