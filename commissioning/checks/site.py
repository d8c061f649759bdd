"""A site as the checks look at it, whether it stands in a site file or in the rows. No database."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, tzinfo
from decimal import Decimal
from functools import cached_property

from chargers.installing import ConnectorPlan
from control.loading import supply_of
from engine.model import Minimum, Production, SiteConfig
from engine.supply import minimum_ma
from engine.wiring import Grid, Wiring, lines_of, parse_wiring
from metering.records import InputPlan
from zones.periods import PeriodPlan
from zones.plan import ZonePlan, walk
from zones.sources import of_input, of_period


@dataclass(frozen=True, slots=True)
class Outlet:
    """A connector of a station. `zone` None: in no zone. `wiring` None: the grid does not have it."""

    label: str
    zone: str | None
    plan: ConnectorPlan
    wiring: Wiring | None
    minimum_a: Decimal
    vip: bool = False

    @property
    def usable(self) -> bool:
        return self.wiring is not None and self.plan.max_current_a >= self.minimum_a

    @property
    def lines(self) -> tuple[int, ...]:
        return () if self.wiring is None else lines_of(self.wiring)


@dataclass(frozen=True, slots=True)
class Charger:
    """A station. `path` names it in a finding."""

    path: str
    name: str
    zone: str | None
    connectors: tuple[ConnectorPlan, ...]
    vip: bool = False


@dataclass(frozen=True, slots=True)
class Cut:
    """What lowers zones, always or at times. `source` as in `zones.sources`; `fixed`: it is always in force."""

    source: str
    zones: tuple[str, ...]
    quotient_pct: int | None = None
    max_a: Decimal | None = None
    fixed: bool = False


@dataclass(frozen=True)
class CheckedSite:
    """`meters`: the names of all. `exporting`: of those that have shown export for longer than a moment.
    `on`: from when on the hours are looked at."""

    grid: Grid
    minimum: Minimum = Minimum.IEC
    production: Production = Production.GRID
    zones: list[ZonePlan] = field(default_factory=list)
    chargers: list[Charger] = field(default_factory=list)
    meters: list[str] = field(default_factory=list)
    exporting: set[str] = field(default_factory=set)
    periods: list[PeriodPlan] = field(default_factory=list)
    inputs: list[InputPlan] = field(default_factory=list)
    limits: list[Cut] = field(default_factory=list)
    time_zone: tzinfo = UTC
    on: date = date(2026, 1, 1)

    @cached_property
    def by_name(self) -> dict[str, ZonePlan]:
        return {zone.name: zone for zone, _parent, _level in walk(self.zones)}

    @cached_property
    def parents(self) -> dict[str, str | None]:
        return {zone.name: parent.name if parent else None for zone, parent, _level in walk(self.zones)}

    def path(self, zone: str | None) -> list[ZonePlan]:
        """From the zone up to its root; empty for none and for an unknown one."""
        found = []
        while zone is not None and zone in self.by_name:
            found.append(self.by_name[zone])
            zone = self.parents[zone]
        return found

    @cached_property
    def outlets(self) -> list[Outlet]:
        return [outlet for charger in self.chargers for outlet in self.outlets_of(charger)]

    def outlets_of(self, charger: Charger) -> list[Outlet]:
        return [self._outlet(charger, plan) for plan in charger.connectors]

    @cached_property
    def below(self) -> dict[str, list[Outlet]]:
        """By zone: the connectors in it and in the zones under it that can charge at all."""
        found: dict[str, list[Outlet]] = {name: [] for name in self.by_name}
        for outlet in self.outlets:
            for zone in self.path(outlet.zone) if outlet.usable else ():
                found[zone.name].append(outlet)
        return found

    def cuts(self) -> Iterator[Cut]:
        """All that can lower a zone: configured, time of use that is on, digital inputs, limits that were set."""
        for zone in self.by_name.values():
            for reduction in zone.reductions:
                yield Cut(reduction.source, (zone.name,), reduction.quotient_pct, fixed=True)
        for period in self.periods:
            if period.enabled:
                yield Cut(of_period(period.name), period.zones, period.max_charge_pct)
        for row in self.inputs:
            yield Cut(of_input(row.name), row.zones, row.quotient_pct)
        yield from self.limits

    def usual_max_a(self, zone: ZonePlan) -> Decimal:
        """Its maximum current with the reductions that are always in force."""
        return zone.max_current_a * min((r.quotient_pct for r in zone.reductions), default=100) / 100

    def _outlet(self, charger: Charger, plan: ConnectorPlan) -> Outlet:
        try:
            wiring = parse_wiring(plan.phases, self.grid)
        except ValueError:
            wiring = None
        phases = len(wiring) if wiring is not None else 1
        # Whether an AC station takes limits in W only is not known before it has called in.
        supply = supply_of(plan, self.grid, watts=False)
        least_ma = minimum_ma(supply, SiteConfig(minimum=self.minimum).minimum_ma(phases))
        least = Decimal(least_ma) / 1000
        return Outlet(f"{charger.name}/{plan.number}", charger.zone, plan, wiring, least, charger.vip)
