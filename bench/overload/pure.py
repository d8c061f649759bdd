"""The decision without sockets: `engine.cycle.step` and the site document, for many charging connectors."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from time import thread_time

from control.conductor import Conductor
from control.document import draw
from control.loading import Names
from engine import facts
from engine.commands import Write
from engine.cycle import step
from engine.facts import Outcome, Status
from engine.model import ConnectorConfig, MeterConfig, SiteConfig, ZoneConfig
from engine.state import Site
from engine.wiring import KNOWN, Grid

PARENTS = (None, 0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 9)
LEAVES = tuple(sorted(set(range(len(PARENTS))) - {p for p in PARENTS if p is not None}))
METERED = (0, 1, 2)
"""Positions of the zones with a meter of their own: the top, and two of its sub-zones."""
EACH_A = 14
REPORT_EVERY_S = 10
WARM_UP_S = 60
BETWEEN_OVERLOADS_S = 12
WALL = datetime(2026, 3, 1, tzinfo=UTC)


@dataclass(slots=True)
class Times:
    """Milliseconds of processor time of each round."""

    idle: list[float] = field(default_factory=list)
    """A step with a fresh reading of the three meters that changes nothing."""
    planned: list[float] = field(default_factory=list)
    """A step that plans again, to the same end."""
    overload: list[float] = field(default_factory=list)
    """A step that lowers nearly everybody."""
    turn: list[float] = field(default_factory=list)
    """What control runs each time: a step that changes nothing, and the search for rows that changed."""
    drawn: list[float] = field(default_factory=list)
    """The site document."""


def site_of(connectors: int) -> SiteConfig:
    """20 zones on 4 levels, 3 meters; stations with one three-phase connector each, on the lowest zones."""
    below = [0] * len(PARENTS)
    homes = [LEAVES[i % len(LEAVES)] for i in range(connectors)]
    for home in homes:
        zone: int | None = home
        while zone is not None:
            below[zone] += 1
            zone = PARENTS[zone]
    zones = tuple(
        ZoneConfig(
            id=i + 1,
            name=f"Zone {i + 1}",
            parent=None if parent is None else parent + 1,
            max_ma=below[i] * (EACH_A + i % 3) * 1000 + 50_000,
            meter=METERED.index(i) + 1 if i in METERED else None,
            degraded_ma=below[i] * 6_500 if i in METERED else None,
        )
        for i, parent in enumerate(PARENTS)
    )
    wirings = list(KNOWN[Grid.STAR].values())[:6]
    outlets = tuple(
        ConnectorConfig(i + 1, i + 1, 1, home + 1, wirings[i % len(wirings)], 32_000, label=f"S{i + 1}/1")
        for i, home in enumerate(homes)
    )
    return SiteConfig(
        1, "Bench", zones=zones, connectors=outlets, meters=tuple(MeterConfig(n, f"M{n}") for n in (1, 2, 3))
    )


class Running:
    """A site in virtual time whose stations accept every write at once and whose cars draw what they may."""

    def __init__(self, connectors: int) -> None:
        self.now = 1_000.0
        self.building_ma = 20_000
        self.conductor = Conductor()
        self.tell(facts.Configured(site_of(connectors)))
        for i in range(1, connectors + 1):
            self.tell(facts.StationConnected(i))
            self.tell(facts.StationReady(i))
            self.tell(facts.TransactionStarted(i, i, id_tag=f"CARD{i}"))
            self.tell(facts.StatusChanged(i, Status.CHARGING))
        self.run(WARM_UP_S)

    @property
    def site(self) -> Site:
        return self.conductor.site

    def tell(self, fact: facts.Fact) -> None:
        self.conductor.tell(fact, self.now)

    def run(self, seconds: int) -> None:
        for _ in range(seconds):
            self.second()
            self.answer(step(self.site, self.now).writes)

    def second(self) -> None:
        """A second passes: a tenth of the cars report, the meters are read."""
        self.now += 1.0
        drawn = [[0, 0, 0] for _ in self.site.zones]
        for identity, connector in self.site.connectors.items():
            ma = connector.limit.acked_ma or 0
            for position in connector.path:
                for line in connector.lines:
                    drawn[position][line] += ma
            if (identity + int(self.now)) % REPORT_EVERY_S == 0:
                self.tell(facts.Measured(identity, (ma, ma, ma), energy_wh=int(self.now)))
        for meter, position in enumerate(METERED, 1):
            first, second, third = (ma + self.building_ma for ma in drawn[position])
            self.tell(facts.MeterRead(meter, (first, second, third), raw=int(self.now)))

    def answer(self, writes: Iterable[Write]) -> None:
        for write in writes:
            self.tell(facts.WriteEnded(write.connector, write.generation, Outcome.ACCEPTED))


def measure(connectors: int, rounds: int) -> Times:
    """Steps without and with a plan, document and overloads; each round a second of virtual time later."""
    times = Times()
    running = Running(connectors)
    names = _names(connectors)
    for _ in range(rounds):
        running.second()
        times.idle.append(_step(running, plans=False)[0])
        running.site.revision += 1
        times.planned.append(_step(running, plans=True)[0])
        times.turn.append(_ms(lambda: running.conductor.turn(running.now)))
        times.drawn.append(_ms(lambda: draw(running.site, names, running.now, WALL)))
    for _ in range(rounds // 10):
        running.building_ma += connectors * 250
        running.second()
        spent, writes = _step(running, plans=True)
        if writes > connectors // 2:
            times.overload.append(spent)
        running.run(BETWEEN_OVERLOADS_S)
    return times


def _step(running: Running, *, plans: bool) -> tuple[float, int]:
    began = thread_time()
    done = step(running.site, running.now)
    spent = (thread_time() - began) * 1000
    if done.planned != plans:
        raise SystemExit(f"this step {'plans' if done.planned else 'does not plan'}: the benchmark is wrong")
    running.answer(done.writes)
    return spent, len(done.writes)


def _ms(work: Callable[[], object]) -> float:
    began = thread_time()
    work()
    return (thread_time() - began) * 1000


def _names(connectors: int) -> Names:
    every = range(1, connectors + 1)
    return Names(
        box_identity={i: f"CP{i:04d}" for i in every},
        station={i: f"Station {i}" for i in every},
        vip=dict.fromkeys(every, False),
        zone_of_station=dict.fromkeys(every, 1),
        phases=dict.fromkeys(every, "L1L2L3"),
    )
