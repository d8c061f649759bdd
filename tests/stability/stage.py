"""A quiet site in virtual time, the product's own code inside, and what goes out on the wire to each session."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from random import Random
from typing import Any

from engine.commands import Target, Write
from engine.connector import Connector
from simulator.car import CarSpec
from simulator.spec import StationSpec
from tests.simulation.reading import connector_id
from tests.simulation.sites import METER_MODEL
from tests.simulation.wire import Wire
from tests.simulation.world import World

Document = dict[str, Any]
THIRSTY = CarSpec(battery_wh=10_000_000.0, soc=0.1, lag_s=1.0, ramp_s=2.0)
"""Takes all that it is offered, for ever."""
JITTER_S = 1.0


def stations(count: int, first: int = 1, phases: str = "L1L2L3", vips: tuple[int, ...] = ()) -> list[Document]:
    return [
        {
            "box_identity": f"ST{n}",
            "vip": n in vips,
            "connectors": [{"id": 1, "phases": phases, "max_current_a": 32}],
        }
        for n in range(first, first + count)
    ]


def board(name: str, max_a: float, below: list[Document] | None = None, **more: Any) -> Document:
    """A zone with stations; `meter=True` makes it dynamic."""
    zone: Document = {"name": name, "max_current_a": max_a, "stations": below or []}
    if more.pop("meter", False):
        zone |= {"meter": f"{name} meter", "degraded_a": more.pop("degraded_a", max_a / 2), "margin_a": 0}
    return zone | more


def site(*zones: Document, **more: Any) -> Document:
    settings = {"name": "Stage", "grid": "3x400N", "minimum": "iec", "shedding": "energy", "production": "grid"}
    settings |= {"review_s": 900, "settle_s": 6} | more
    found, queue = [], list(zones)
    while queue:
        zone = queue.pop(0)
        found += [zone[role] for role in ("meter", "production_meter") if role in zone]
        queue += zone.get("zones", [])
    meters = [{"name": name, "model": METER_MODEL, "host": "127.0.0.1"} for name in found]
    return {"site": settings, "zones": list(zones), "meters": meters}


@dataclass(frozen=True, slots=True)
class Change:
    """A setpoint that differs from the one before it in the same session."""

    at: float
    station: int
    before_ma: int | None
    limit_ma: int

    @property
    def raises(self) -> bool:
        return self.before_ma is not None and self.limit_ma > self.before_ma


class Stage:
    """Stations answer at once and never fail unless told to. Connector 1 of each is the only one that is used."""

    def __init__(self, document: Document, *, sample_s: int = 10, lag_s: float = 0.0, seed: int = 1) -> None:
        base = StationSpec("", auto_start=True, sample_s=sample_s)
        self.world = World(document, Random(seed), base)
        self.changes: list[Change] = []
        self._last: dict[int, tuple[int | None, int]] = {}
        self._rng = Random(seed)
        for meter in self.world.plant.meters().values():
            meter.lag_s = lag_s
        self.world.process.sending = self._sent

    def _sent(self, write: Write) -> None:
        if write.target is not Target.LIMIT:
            return
        transaction, before = self._last.get(write.station, (None, 0))
        self._last[write.station] = write.transaction, write.limit_ma
        known = before if transaction == write.transaction else None
        if known != write.limit_ma:
            self.changes.append(Change(self.now, write.station, known, write.limit_ma))

    @property
    def now(self) -> float:
        return self.world.now

    def run(self, seconds: float) -> "Stage":
        self.world.run(self.now + seconds)
        return self

    def until(self, reached: Callable[[], bool], most_s: float) -> float:
        """How long that took; AssertionError where it did not within `most_s`."""
        began = self.now
        while not reached():
            assert self.now - began < most_s, f"not within {most_s:g} s: {self.offered_a()}"
            self.run(0.5)
        return self.now - began

    # What people and buildings do.

    def wire(self, station: int) -> Wire:
        return self.world.wires[station]

    def plug(self, *numbers: int, car: CarSpec = THIRSTY) -> "Stage":
        for number in numbers:
            self.world.plug(self.wire(number), 1, car)
        return self

    def unplug(self, *numbers: int) -> "Stage":
        for number in numbers:
            self.world.unplug(self.wire(number), 1)
        return self

    def building(self, name: str, load_a: Callable[[float], float], *, jitter_a: float = 0.0) -> "Stage":
        """A load that follows a function of the time, looked at each second, on all lines; with some noise."""

        def set_load() -> None:
            noise = self._rng.uniform(-jitter_a, jitter_a)
            self.world.plant.boards[name].building_ma = [max(0, round((load_a(self.now) + noise) * 1000))] * 3

        set_load()
        self.world.every(JITTER_S, set_load)
        return self

    def at(self, seconds: float, act: Callable[..., object], *arguments: object) -> "Stage":
        """So many seconds from now."""
        self.world.at(self.now + seconds, partial(_do, act, arguments))
        return self

    # What is seen.

    def connector(self, station: int) -> Connector:
        return self.world.process.site.connectors[connector_id(station, 1)]

    def offered_a(self, *numbers: int) -> list[float]:
        """What the pilots say."""
        chosen = numbers or tuple(self.world.wires)
        return [self.wire(n).station.charging.outlets[1].offered_ma / 1000 for n in chosen]

    def flows_a(self, name: str) -> float:
        """Into a board, on its busiest line."""
        return max(self.world.plant.true_ma(self.now)[name]) / 1000

    def since(self, at: float, *numbers: int) -> list[Change]:
        return [c for c in self.changes if c.at > at and (not numbers or c.station in numbers)]

    def raises_since(self, at: float, *numbers: int) -> list[Change]:
        return [c for c in self.since(at, *numbers) if c.raises]

    def most_changes(self, since: float) -> int:
        """Of the station that was told the most often."""
        return max(len(self.since(since, n)) for n in self.world.wires)


def _do(act: Callable[..., object], arguments: tuple[object, ...]) -> None:
    act(*arguments)
