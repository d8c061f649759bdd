"""Which connectors draw more than they were told on the wire, by how much, and since when EVCE could have seen it."""

from typing import TYPE_CHECKING

from engine.obedience import trifle_ma
from engine.offers import bearable_ma
from simulator.plant import Cable
from tests.simulation.wire import Wire

if TYPE_CHECKING:
    from tests.simulation.world import World

DETECT_S = 30.0
"""F6: a station that disobeys is found out within this time."""
STOPPED_S = DETECT_S + 75.0
"""... and its session is stopped after so long (0 A, and half a minute later a remote stop)."""


class Overdraws:
    """`update` at each look."""

    def __init__(self, world: "World") -> None:
        self._world = world
        self._since: dict[tuple[int, int], float] = {}
        """More than anybody tolerates (S15) ..."""
        self._over_since: dict[tuple[int, int], float] = {}
        """... and more than the error of a meter."""
        self._more_ma: dict[tuple[int, int], int] = {}
        self._unruly: set[int] = set()

    def update(self, now: float) -> None:
        for wire in self._world.wires.values():
            if wire.station.spec.unruly:
                # What it took wrongly stands until it is told anew.
                self._unruly.add(wire.number)
            for number, outlet in wire.station.charging.outlets.items():
                key = (wire.number, number)
                greedy = outlet.car is not None and outlet.car.spec.overdraw_pm > 1000
                if wire.number not in self._unruly and not greedy and key not in self._over_since:
                    continue
                drawn = outlet.currents_ma(now)[0] if outlet.transaction is not None else 0
                if not drawn and key not in self._over_since:
                    continue
                told = wire.told_ma(number)
                self._more_ma[key] = drawn - told
                for since, most in ((self._since, bearable_ma(told)), (self._over_since, told + trifle_ma(told))):
                    if drawn <= most:
                        since.pop(key, None)
                    elif key not in since or not wire.reachable:
                        # Nobody can see what a station draws that does not report.
                        since[key] = now

    def fresh_ma(self, wire: Wire, cable: Cable, now: float) -> int:
        """What it draws above what it was told and nobody need have seen yet, on each of its lines."""
        since = self._over_since.get((wire.number, cable.number))
        if since is None or now - since > DETECT_S:
            return 0
        return self._more_ma[wire.number, cable.number]

    def beyond_reach(self, wire: Wire, cable: Cable, now: float) -> bool:
        """It draws what it likes, and is not stopped yet."""
        since = self._since.get((wire.number, cable.number))
        return since is not None and now - since <= STOPPED_S
