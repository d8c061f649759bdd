"""An ideal controller: it knows the true building and the true cars each second and is obeyed at once.

It keeps the product's rules (ranks, minimums, margins, the filter of raises, what optimisation leaves a car), each of
which can be switched off: what it costs is the difference. The rivals that share by plainer rules are here as well.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import Enum

from engine.allocation import Demand, allocate
from engine.capacity import measure
from engine.model import ConnectorConfig, Optimisation, Reduction, SiteConfig
from engine.state import Site, Zone
from engine.wiring import LINES, lines_of
from simulator.car import Car
from tests.yields.days import TREMBLE_S, Arrival, Day, Surroundings, at_once
from tests.yields.played import SLOT_S, Outcome

PILOT_MINIMUM_MA = 6_000
NEAR_MA = 150
OPTIMISATION = Optimisation()
"""Its defaults (ENE-13)."""


class Demands(Enum):
    """How much a session counts for."""

    RATING = "rating"
    """No optimisation: whatever its connector could give."""
    OPTIMISED = "optimised"
    """What it takes and the margin, where that is a trigger less than its connector could give; nothing when full."""
    TRUE = "true"
    """What it takes."""


@dataclass(frozen=True, slots=True)
class Rules:
    filtered: bool = True
    margin: bool = True
    demands: Demands = Demands.OPTIMISED


RULES = Rules()
"""What the product keeps to."""
BARE = Rules(filtered=False, margin=False, demands=Demands.TRUE)
"""The limit itself."""


@dataclass(slots=True, eq=False)
class Guest:
    """A plugged-in car."""

    arrival: Arrival
    config: ConnectorConfig
    path: tuple[int, ...]
    order: int
    car: Car
    offered_ma: int = 0
    reviewed_wh: float | None = None

    @property
    def lines(self) -> tuple[int, ...]:
        return lines_of(self.config.wiring[: self.car.phases])

    @property
    def able_ma(self) -> int:
        """What it would take at most."""
        return min(self.car.wanted_ma, self.config.rating_ma)

    def rank(self) -> tuple[int, float, int]:
        """ENE-11 by energy: newer than the review first, then who had least."""
        return (0, 0.0, self.order) if self.reviewed_wh is None else (1, self.reviewed_wh, self.order)


Free = Sequence[Sequence[int]]


class Ideal:
    """`share`: who gets how much of the free current, by connector."""

    def __init__(self, day: Day, rules: Rules, share: "Share") -> None:
        self.around = Surroundings(day)
        self.rules, self.share = rules, share
        config = self.around.config
        if not rules.margin:
            config = replace(config, zones=tuple(replace(zone, margin_ma=0) for zone in config.zones))
        self.site = Site(config=config, zones=[Zone() for _ in config.zones])
        self.guests: list[Guest] = []
        self._quotients: list[int | None] = [None] * len(config.zones)
        self._told: object = None

    @property
    def config(self) -> SiteConfig:
        return self.site.config

    def play(self) -> Outcome:
        around = self.around
        slots = -(-around.length_s // SLOT_S)
        outcome = Outcome([0.0] * slots, [0.0] * slots)
        coming = sorted(around.arrivals, key=lambda a: a.at_s, reverse=True)
        order = 0
        for second in range(around.length_s):
            for guest in [g for g in self.guests if g.arrival.until_s <= second]:
                self.guests.remove(guest)
                outcome.cars.append((guest.arrival.asked_wh, guest.car.energy_wh))
            while coming and coming[-1].at_s <= second:
                order += 1
                self.guests.append(self._guest(coming.pop(), order, second))
            if second and second % self.config.review_s == 0:
                for guest in self.guests:
                    guest.reviewed_wh = guest.car.energy_wh
            self._look(second)
            self._tell(second)
            slot = second // SLOT_S
            outcome.held_s[slot] += any(g.able_ma > g.offered_ma + NEAR_MA for g in self.guests)
            outcome.slots_wh[slot] += self._charge(second + 1)
        outcome.cars += [(g.arrival.asked_wh, g.car.energy_wh) for g in self.guests]
        return outcome

    def _charge(self, until: int) -> float:
        before = sum(g.car.energy_wh for g in self.guests)
        for guest in self.guests:
            guest.car.advance(until)
        return sum(g.car.energy_wh for g in self.guests) - before

    def _guest(self, arrival: Arrival, order: int, second: int) -> Guest:
        config = self.config.connector_by_id[arrival.connector]
        tree = self.config.tree
        car = Car(at_once(arrival.spec))
        car.plug(len(config.wiring), 230.0, second)
        assert config.zone is not None
        return Guest(arrival, config, tree.paths[tree.index[config.zone]], order, car)

    def _look(self, second: int) -> None:
        """The true buildings and the true sun, and what they leave."""
        zones, around = self.site.zones, self.around
        if second % TREMBLE_S == 0:
            for position, zone in enumerate(zones):
                zone.building_ma = around.building_ma(position, second)
                zone.production_ma = around.solar_ma(position, second)
            self._sum_up()
            quotients = [around.quotient_pct(position, second) for position in range(len(zones))]
            if quotients != self._quotients:
                self._quotients = quotients
                self._reduce(quotients)
        if not self.rules.filtered:
            for zone in zones:
                zone.held_ma = None
        measure(self.site, second)

    def _sum_up(self) -> None:
        zones, parents = self.site.zones, self.config.tree.parents
        for position in range(len(zones) - 1, -1, -1):
            parent = parents[position]
            if parent is not None:
                for line in LINES:
                    above, below = zones[parent], zones[position]
                    assert above.building_ma is not None
                    assert below.building_ma is not None
                    above.building_ma[line] += below.building_ma[line]
                    above.production_ma[line] += below.production_ma[line]

    def _reduce(self, quotients: Sequence[int | None]) -> None:
        zones = tuple(
            replace(zone, reductions=() if quotient is None else (Reduction("tou", quotient * 10),))
            for zone, quotient in zip(self.config.zones, quotients, strict=True)
        )
        self.site.config = replace(self.config, zones=zones)
        for zone in self.site.zones:
            zone.held_ma = None

    def _tell(self, second: int) -> None:
        free = [tuple(zone.held_ma or zone.capacity_ma) for zone in self.site.zones]
        ranked = sorted(self.guests, key=Guest.rank)
        now = (free, [(g.order, self.counts_for(g)) for g in ranked])
        if now == self._told:
            return
        self._told = now
        given = self.share(self, free, ranked)
        for guest in ranked:
            offered = given.get(guest.config.id, 0)
            if offered != guest.offered_ma:
                guest.offered_ma = offered
                guest.car.offer(offered, second)

    def minimum_ma(self, guest: Guest) -> int:
        return self.config.minimum_ma(guest.car.phases)

    def counts_for(self, guest: Guest) -> int:
        """The most that a plan gives it; 0: it is left out."""
        rating, able = guest.config.rating_ma, guest.able_ma
        if self.rules.demands is Demands.RATING:
            return rating
        if not able:
            return 0
        if self.rules.demands is Demands.TRUE:
            return max(able, self.minimum_ma(guest))
        return min(rating, able + OPTIMISATION.margin_ma) if rating - able > OPTIMISATION.trigger_ma else rating


Share = Callable[[Ideal, Free, list[Guest]], dict[int, int]]


def fair(ideal: Ideal, free: Free, ranked: list[Guest]) -> dict[int, int]:
    """The product's own rule."""
    demands = [
        Demand(g.config.id, g.path[0], g.lines, ideal.minimum_ma(g), most)
        for g in ranked
        if (most := ideal.counts_for(g))
    ]
    return {grant.connector: grant.limit_ma for grant in allocate(ideal.config.tree, free, demands)}


def equal_split(ideal: Ideal, free: Free, ranked: list[Guest]) -> dict[int, int]:
    """The limit of each zone divided by the connectors in use below it; as many as fit where that is too little."""
    users = [sum(position in g.path for g in ranked) for position in range(len(free))]

    def wanted(guest: Guest) -> int:
        shares = [free[z][line] // users[z] for z in guest.path for line in guest.config.lines]
        return max(min([guest.config.rating_ma, *shares]), ideal.minimum_ma(guest))

    return _one_by_one(ideal, free, ranked, wanted)


def first_come(ideal: Ideal, free: Free, ranked: list[Guest]) -> dict[int, int]:
    """Who came first has all that the car can take."""
    return _one_by_one(ideal, free, ranked, lambda guest: guest.able_ma)


def _one_by_one(ideal: Ideal, free: Free, ranked: list[Guest], wanted: Callable[[Guest], int]) -> dict[int, int]:
    """In the order of their arrival."""
    left = [list(row) for row in free]
    given = {}
    for guest in sorted(ranked, key=lambda g: g.order):
        room = min(left[z][line] for z in guest.path for line in guest.lines)
        current = min(wanted(guest), room)
        if current < max(PILOT_MINIMUM_MA, ideal.minimum_ma(guest)):
            continue
        given[guest.config.id] = current
        for z in guest.path:
            for line in guest.lines:
                left[z][line] -= current
    return given
