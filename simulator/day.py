"""A day of a site in virtual time: cars that obey at once, buildings, sun; somebody else gives the setpoints.

Pure and seeded. Instants are seconds since midnight of the day on which it begins.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from random import Random
from typing import Protocol

from engine.model import ConnectorConfig, Reduction, SiteConfig
from engine.wiring import LINES, Grid
from simulator.car import Car
from simulator.scenario import DAY_S, Scenario
from simulator.visits import SLOT_S, VOLTS, Visit, Visits, draw_visits, given_ma
from simulator.weather import SLOT_S as WEATHER_SLOT_S
from simulator.weather import Lines, Weather, lines_of_site

CALM_S = 10.0
"""The longest step: control that sleeps longer trusts nothing that it knew (S13)."""
WARM_UP_S = 30.0


class Driver(Protocol):
    """Who gives the setpoints."""

    def configure(self, config: SiteConfig, now: float) -> None: ...

    def arrive(self, bay: "Bay", now: float) -> None: ...

    def leave(self, bay: "Bay", now: float) -> None: ...

    def step(self, day: "Day", now: float) -> float:
        """Look at the day, `offer` what changes; says after how long it wants to look again at the latest."""

    def limits(self) -> set[tuple[int, int]]:
        """(zone position, line) that held a car back or paused it in the last step."""


@dataclass(slots=True, eq=False)
class Bay:
    """A connector, with or without a car. `offered_ma`: its limit, per line."""

    config: ConnectorConfig
    path: tuple[int, ...]
    car: Car | None = None
    visit: Visit | None = None
    offered_ma: int = 0

    def currents_ma(self, now: float) -> tuple[int, int, int]:
        """By terminal; a DC station's losses flow there as well."""
        if self.car is None:
            return (0, 0, 0)
        current, phases, supply = self.car.current_ma(now), self.car.phases, self.config.supply
        if supply.dc:
            current = -(-current * 1000 // supply.efficiency_pm)
        return (current, current if phases > 1 else 0, current if phases > 2 else 0)

    def power_w(self, now: float) -> int:
        """What its meter shows: a DC station's is on the side of the car."""
        return 0 if self.car is None else round(self.car.current_ma(now) / 1000 * self.car.w_per_a)

    def could_use(self, limit_ma: int) -> bool:
        """Its car would take more than this limit gives it."""
        return self.car is not None and self.car.wanted_ma > given_ma(self.config, limit_ma)

    @property
    def paused(self) -> bool:
        """It is offered less than its car, or its DC station, can begin with."""
        return self.car is not None and given_ma(self.config, self.offered_ma) < self.car.spec.minimum_ma

    @property
    def lines(self) -> tuple[int, ...]:
        """Those that its car loads."""
        used = self.config.wiring[: self.car.phases] if self.car is not None else ()
        return tuple(sorted({line for terminal in used for line in terminal}))

    @property
    def hungry(self) -> bool:
        return self.car is not None and not self.car.full


@dataclass(slots=True)
class Track:
    """A zone over the day; by slot and line, milliampere seconds, so that a mean is the sum / SLOT_S."""

    building: list[list[float]]
    cars: list[list[float]]
    limit: list[list[float]]
    solar: list[list[float]]
    peak_ma: Lines = field(default_factory=lambda: [0, 0, 0])
    peak_share: list[float] = field(default_factory=lambda: [0.0, 0.0, 0.0])
    """The largest share of the limit that was in use, by line."""
    limiting_s: list[float] = field(default_factory=lambda: [0.0, 0.0, 0.0])
    """How long a car was held back or paused by this zone and line."""


class Day:
    """`offer` is for the driver; `run` plays it all. `pace_s` None: as coarse as the driver allows."""

    def __init__(
        self,
        config: SiteConfig,
        scenario: Scenario,
        driver: Driver,
        *,
        seed: int = 1,
        pace_s: float | None = None,
        hours: tuple[float, float] | None = None,
        jitter_ma: int = 0,
    ) -> None:
        """`hours`: only this part of the run, from and to hours after its beginning. `jitter_ma`: how much each
        building trembles from step to step."""
        self.config, self.scenario, self.driver = config, scenario, driver
        rng = Random(seed)
        drawn = draw_visits(config, scenario, Random(rng.random()))
        self.weather = Weather(config, scenario, Random(rng.random()))
        self._jitter, self._jitter_ma = Random(rng.random()), jitter_ma
        self._pace_s = pace_s
        first, last = hours or (0.0, DAY_S / 3600)
        self.starts_at = scenario.from_s + first * 3600
        self.ends_at = scenario.from_s + last * 3600
        tree = config.tree
        self.bays = {
            c.id: Bay(c, tree.paths[tree.index[c.zone]] if c.zone is not None else ()) for c in config.connectors
        }
        self.now = self.starts_at
        self.building: list[Lines] = []
        self.solar: list[Lines] = []
        self.tracks = [self._track() for _ in config.zones]
        self.watch: Callable[[Day, float, float], None] | None = None
        """Called after each step with the instant and the seconds until the next one."""
        seen = [v for v in drawn.visits if self.starts_at + WARM_UP_S <= v.arrives_at < self.ends_at]
        self.visits = Visits(seen, drawn.turned_away)
        self._agenda = self._meetings()
        self._reduced: tuple[bool, ...] = ()
        self._own_reductions = [zone.reductions for zone in config.zones]

    def _track(self) -> Track:
        def empty() -> list[list[float]]:
            return [[0.0, 0.0, 0.0] for _ in range(DAY_S // SLOT_S + 1)]

        return Track(empty(), empty(), empty(), empty())

    def _meetings(self) -> list[tuple[float, bool, Visit]]:
        """(instant, arrives, visit), last first; who leaves goes before who comes."""
        visits = self.visits.visits
        found = [(v.arrives_at, True, v) for v in visits] + [(v.leaves_at, False, v) for v in visits]
        return sorted(found, key=lambda meeting: meeting[:2], reverse=True)

    def run(self) -> None:
        self._load()
        self._reconfigure()
        while self.now < self.ends_at:
            self._meet()
            wanted_s = self.driver.step(self, self.now)
            until = min(self._next(wanted_s), self.ends_at)
            if self.watch is not None:
                self.watch(self, self.now, until - self.now)
            while self.now < until:
                self._pass(min(until, (self.now // SLOT_S + 1) * SLOT_S))
                self._load()
                self._reconfigure()

    def offer(self, connector: int, offered_ma: int) -> None:
        """The car sees it at once and obeys."""
        bay = self.bays[connector]
        bay.offered_ma = offered_ma
        if bay.car is not None:
            bay.car.offer(given_ma(bay.config, offered_ma), self.now)

    def cars_ma(self) -> list[Lines]:
        """What the cars draw now at and below each zone, by line."""
        sums: list[Lines] = [[0, 0, 0] for _ in self.config.zones]
        for bay in self.bays.values():
            if bay.car is None:
                continue
            for lines, current in zip(bay.config.wiring, bay.currents_ma(self.now), strict=False):
                for line in lines if current else ():
                    for position in bay.path:
                        sums[position][line] += current
        return sums

    def metered_ma(self, cars: Sequence[Lines]) -> list[Lines]:
        """What a meter at each zone would show: buildings + cars - solar, by line."""
        rows = zip(cars, self.building, self.solar, strict=True)
        return [[car + load - sun for car, load, sun in zip(*row, strict=True)] for row in rows]

    def limit_ma(self, position: int, line: int) -> int:
        """What building and cars may take together: ENE-2 with the true sun, before the margin."""
        zone = self.config.zones[position]
        credited = 0 if self.config.production.value == "grid" else self.solar[position][line]
        return zone.effective_max_ma + credited

    def _share(self, position: int, line: int, car: int, load: int) -> float:
        """Of the limit; where a reduction is below what the building takes alone, of the limit without it."""
        limit = self.limit_ma(position, line)
        if limit <= load:
            zone = self.config.zones[position]
            limit += zone.max_ma - zone.effective_max_ma
        return (car + load) / max(limit, 1)

    def _load(self) -> None:
        count = len(self.config.zones)
        self.building = [self.weather.building_ma(i, self.now)[:] for i in range(count)]
        self.solar = [self.weather.solar_ma(i, self.now)[:] for i in range(count)]
        for position, lines in enumerate(self.building if self._jitter_ma else ()):
            if self.config.zones[position].meter is not None:
                for line in lines_of_site(self.config):
                    tremble = self._jitter.randint(-self._jitter_ma, self._jitter_ma)
                    lines[line] = max(0, lines[line] + tremble)
        for position in range(count - 1, -1, -1):
            parent = self.config.tree.parents[position]
            if parent is not None:
                for line in LINES:
                    self.building[parent][line] += self.building[position][line]
                    self.solar[parent][line] += self.solar[position][line]

    def _reconfigure(self) -> None:
        """Reductions of the scenario that begin or end."""
        reduced = tuple(cut.holds(self.now) for cut in self.scenario.cuts)
        if reduced == self._reduced and self.now > self.starts_at:
            return
        self._reduced = reduced
        cuts = [cut for cut, holds in zip(self.scenario.cuts, reduced, strict=True) if holds]
        zones = tuple(
            replace(
                zone,
                reductions=(
                    *own,
                    *(
                        Reduction(f"scenario {cut.quotient_pct} %", cut.quotient_pct * 10)
                        for cut in cuts
                        if cut.zone == zone.name or (cut.zone is None and zone.parent is None)
                    ),
                ),
            )
            for zone, own in zip(self.config.zones, self._own_reductions, strict=True)
        )
        self.config = replace(self.config, version=self.config.version + 1, zones=zones)
        self.driver.configure(self.config, self.now)

    def _meet(self) -> None:
        while self._agenda and self._agenda[-1][0] <= self.now:
            _, arrives, visit = self._agenda.pop()
            bay = self.bays[visit.connector]
            if arrives:
                bay.car, bay.visit = Car(visit.spec), visit
                delta, dc = self.config.grid is Grid.DELTA, bay.config.supply.dc
                bay.car.plug(len(bay.config.wiring), VOLTS, self.now, delta=delta, dc=dc)
                self.driver.arrive(bay, self.now)
            elif bay.visit is visit:
                self.driver.leave(bay, self.now)
                bay.car, bay.visit, bay.offered_ma = None, None, 0

    def _next(self, wanted_s: float) -> float:
        """The next instant at which something changes, or somebody looks."""
        coming = self._agenda[-1][0] if self._agenda else self.ends_at
        if self._pace_s is not None:
            return self.now + self._pace_s
        if all(bay.car is None for bay in self.bays.values()):
            # Nobody is here: time is skipped, up to what control needs to know its meters again.
            return max(coming - WARM_UP_S, self.now + min(wanted_s, CALM_S, max(coming - self.now, 1.0)))
        slot = (self.now // WEATHER_SLOT_S + 1) * WEATHER_SLOT_S
        return max(min(self.now + min(wanted_s, CALM_S), coming, slot), self.now + 0.5)

    def _pass(self, until: float) -> None:
        """Cars charge on what they were offered; everything is written down."""
        step_s = until - self.now
        cars = self.cars_ma()
        slot = min(int((self.now - self.scenario.from_s) // SLOT_S), len(self.tracks[0].cars) - 1) if self.tracks else 0
        limiting = self.driver.limits()
        for position, track in enumerate(self.tracks):
            for line in LINES:
                load, car = self.building[position][line], cars[position][line]
                limit = self.limit_ma(position, line)
                track.building[slot][line] += load * step_s
                track.cars[slot][line] += car * step_s
                track.limit[slot][line] += limit * step_s
                track.solar[slot][line] += self.solar[position][line] * step_s
                if car + load > track.peak_ma[line]:
                    track.peak_ma[line] = car + load
                track.peak_share[line] = max(track.peak_share[line], self._share(position, line, car, load))
                if (position, line) in limiting:
                    track.limiting_s[line] += step_s
        self.now = until
        for bay in self.bays.values():
            self._charge(bay, step_s, slot)

    def _charge(self, bay: Bay, step_s: float, slot: int) -> None:
        car, visit = bay.car, bay.visit
        if car is None or visit is None:
            return
        before = car.energy_wh
        car.advance(self.now)
        gained = car.energy_wh - before
        visit.delivered_wh = car.energy_wh
        if gained > 0:
            if visit.started_at is None:
                visit.started_at = self.now - step_s
            per_phase_mas = gained * 3_600_000 / car.w_per_a
            visit.drawn_mas[slot] = visit.drawn_mas.get(slot, 0.0) + per_phase_mas
        elif bay.paused and not car.full:
            visit.paused_s += step_s
            visit.paused_slots_s[slot] = visit.paused_slots_s.get(slot, 0.0) + step_s
