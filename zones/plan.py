"""A zone tree as a plain structure, and the rules of ZON-1 and ZON-2 on it.

Site files, admin forms and the wizard build a plan and ask for its problems, so that each says the same. Every
problem names where it is, in the words of whoever built the plan (`ZonePlan.path`).
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal

from django.utils.translation import gettext as _

from zones.figures import ampere
from zones.models import MAX_LEVELS, MAX_ZONES


@dataclass(frozen=True, slots=True)
class Problem:
    path: str
    message: str

    def __str__(self) -> str:
        return f"{self.path}: {self.message}" if self.path else self.message


@dataclass(frozen=True, slots=True)
class ReductionPlan:
    source: str
    quotient_pct: int


@dataclass(slots=True)
class ZonePlan:
    """`meter` and `production_meter` are names, `stations` box identities."""

    path: str
    name: str
    max_current_a: Decimal
    meter: str | None = None
    degraded_a: Decimal | None = None
    margin_a: Decimal = Decimal(0)
    production_meter: str | None = None
    reductions: list[ReductionPlan] = field(default_factory=list)
    zones: list["ZonePlan"] = field(default_factory=list)
    stations: list[str] = field(default_factory=list)

    @property
    def dynamic(self) -> bool:
        return self.meter is not None


def walk(zones: list[ZonePlan]) -> Iterator[tuple[ZonePlan, ZonePlan | None, int]]:
    """(zone, its parent, its level from 1), parents first."""
    waiting: list[tuple[ZonePlan, ZonePlan | None, int]] = [(zone, None, 1) for zone in reversed(zones)]
    while waiting:
        zone, parent, level = waiting.pop()
        yield zone, parent, level
        waiting.extend((child, zone, level + 1) for child in reversed(zone.zones))


def problems(zones: list[ZonePlan]) -> list[Problem]:
    """Everything that forbids this tree; empty: it may be used."""
    found = [*_tree_problems(zones), *_shared_meters(zones)]
    for zone, parent, _level in walk(zones):
        found += _zone_problems(zone)
        if parent is not None and zone.max_current_a > parent.max_current_a:
            message = _("%(own)s A is more than the %(parents)s A of its parent zone “%(parent)s”")
            own, parents = ampere(zone.max_current_a), ampere(parent.max_current_a)
            figures = {"own": own, "parents": parents, "parent": parent.name}
            found.append(Problem(_at(zone, "max_current_a"), message % figures))
    return found


def _tree_problems(zones: list[ZonePlan]) -> list[Problem]:
    tree = list(walk(zones))
    found = []
    if len(tree) > MAX_ZONES:
        message = _("%(count)d zones; at most %(most)d are possible") % {"count": len(tree), "most": MAX_ZONES}
        found.append(Problem("zones", message))
    for zone, _parent, level in tree:
        if level == MAX_LEVELS + 1:
            message = _("level %(level)d; at most %(most)d levels are possible")
            found.append(Problem(zone.path, message % {"level": level, "most": MAX_LEVELS}))
    names = Counter(zone.name for zone, _parent, _level in tree)
    for zone, _parent, _level in tree:
        if names[zone.name] > 1:
            message = _("more than one zone is named “%(name)s”") % {"name": zone.name}
            found.append(Problem(_at(zone, "name"), message))
    return found


def _shared_meters(zones: list[ZonePlan]) -> list[Problem]:
    """A meter serves one zone, in one role (ZON-1, ENE-5)."""
    first: dict[str, str] = {}
    found = []
    for zone, _parent, _level in walk(zones):
        for key, meter in (("meter", zone.meter), ("production_meter", zone.production_meter)):
            if meter is None:
                continue
            if meter in first:
                message = _("meter “%(meter)s” already serves %(where)s; a meter serves one zone")
                found.append(Problem(_at(zone, key), message % {"meter": meter, "where": first[meter]}))
            else:
                first[meter] = _at(zone, key)
    return found


def _zone_problems(zone: ZonePlan) -> list[Problem]:
    found = []
    if zone.zones and zone.stations:
        message = _("“%(zone)s” has sub-zones; stations go to zones without sub-zones") % {"zone": zone.name}
        found.append(Problem(_at(zone, "stations"), message))
    if zone.dynamic and zone.degraded_a is None:
        message = _("a zone with a meter needs a degraded setpoint, for when the meter is lost")
        found.append(Problem(_at(zone, "degraded_a"), message))
    if zone.degraded_a is not None and zone.degraded_a > zone.max_current_a:
        message = _("%(degraded)s A is more than the zone's maximum current of %(own)s A")
        figures = {"degraded": ampere(zone.degraded_a), "own": ampere(zone.max_current_a)}
        found.append(Problem(_at(zone, "degraded_a"), message % figures))
    if zone.margin_a > zone.max_current_a:
        message = _("%(margin)s A is more than the zone's maximum current of %(own)s A")
        figures = {"margin": ampere(zone.margin_a), "own": ampere(zone.max_current_a)}
        found.append(Problem(_at(zone, "margin_a"), message % figures))
    sources = Counter(reduction.source for reduction in zone.reductions)
    for source in (source for source, count in sources.items() if count > 1):
        message = _("more than one reduction has the source “%(source)s”") % {"source": source}
        found.append(Problem(_at(zone, "reductions"), message))
    return found


def _at(zone: ZonePlan, key: str) -> str:
    return f"{zone.path}.{key}" if zone.path else key
