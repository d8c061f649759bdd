"""Cars that draw what they want of what they are offered, and report it every ten seconds."""

from collections.abc import Callable

from engine.facts import Measured
from engine.model import SiteConfig
from tests.engine.builders import Bench

Wish = float | Callable[[float], float]
"""Ampere, or ampere by seconds since the plug."""


class Garage:
    """Stations 1..n of a site; `wishes` by connector. `run` lets them draw and report."""

    def __init__(self, site_config: SiteConfig, *, report_s: int = 10) -> None:
        self.bench = Bench(site_config)
        self.report_s = report_s
        self.wishes: dict[int, Wish] = {}
        self.quiet: set[int] = set()
        self._plugged: dict[int, float] = {}
        self.bench.online(*site_config.connectors_of_station)
        self.bench.run(10)

    def plug(self, *wishes: Wish, first: int = 1, vip: bool = False) -> None:
        """A car for each wish, at connector `first` and the next ones."""
        for identity, wish in enumerate(wishes, first):
            self.bench.plug(identity, vip=vip)
            self.wishes[identity] = wish
            self._plugged[identity] = self.bench.now

    def unplug(self, identity: int) -> None:
        self.bench.unplug(identity)
        del self.wishes[identity]

    def drawn_a(self, identity: int) -> float:
        wish = self.wishes[identity]
        wanted = wish if isinstance(wish, int | float) else wish(self.bench.now - self._plugged[identity])
        return min(wanted, self.setpoint_a(identity))

    def setpoint_a(self, identity: int) -> float:
        return (self.bench.at(identity).limit.commanded_ma or 0) / 1000

    def run(self, seconds: int) -> None:
        for _ in range(seconds):
            if round(self.bench.now) % self.report_s == 0:
                for identity in self.wishes:
                    if identity not in self.quiet:
                        drawn_ma = int(self.drawn_a(identity) * 1000)
                        self.bench.tell(Measured(identity, (drawn_ma,) * 3))
            self.bench.run(1)

    def until(self, setpoint_a: float, identity: int = 1, *, most_s: int = 900) -> float:
        """Seconds until its setpoint is that; an AssertionError where it never is."""
        began = self.bench.now
        self.run(1)
        while self.setpoint_a(identity) != setpoint_a:
            assert self.bench.now - began < most_s, f"still at {self.setpoint_a(identity)} A after {most_s} s"
            self.run(1)
        return self.bench.now - began

    def changes(self, identity: int, *, after_s: float = 0.0) -> list[tuple[float, float]]:
        """(seconds since its plug, ampere) of its setpoints that differ from the one before."""
        plugged = self._plugged[identity]
        found = [(at - plugged, ma / 1000) for at, ma in self.bench.changes_to(identity)]
        return [change for change in found if change[0] >= after_s]
