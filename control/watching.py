"""What follows from cycles that fail (S18): the state is built again from the rows, then the process ends.

Pure; `now` is monotonic.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from enum import Enum

from engine.facts import Fact, Restored, StationConnected, StationDisconnected, StationReady
from engine.state import Site

PATIENCE_S = 8.0
"""Cycles that fail for so long do not heal by themselves."""
STEADY_S = 60.0
"""Without a failure for so long, all is well again."""
LONGEST_S = 300.0
"""The longest patience of a process whose predecessors ended for the same reason."""


class Remedy(Enum):
    REBUILD = "rebuild"
    END = "end"


@dataclass(slots=True)
class Watch:
    """`ended`: how many processes in a row have ended for it. `alarmed`: the alarm is open."""

    ended: int = 0
    alarmed: bool = False
    rebuilt: bool = False
    _failing_since: float | None = None
    _good_since: float | None = None

    def good(self, now: float) -> bool:
        """A cycle succeeded. True where the alarm is over by that."""
        self._failing_since = None
        if self._good_since is None:
            self._good_since = now
        if now - self._good_since < STEADY_S or not (self.alarmed or self.rebuilt):
            return False
        over, self.alarmed, self.rebuilt, self.ended = self.alarmed, False, False, 0
        return over

    def failed(self, now: float) -> Remedy | None:
        """A cycle failed: what has to be done now. Each process has the state built again once, then it ends."""
        self._good_since = None
        if self._failing_since is None:
            self._failing_since = now
        if now - self._failing_since < self._patience_s():
            return None
        self._failing_since = now
        if self.rebuilt:
            return Remedy.END
        self.rebuilt = True
        return Remedy.REBUILD

    def _patience_s(self) -> float:
        """Restarts that do not help come ever more rarely."""
        return min(PATIENCE_S * 2**self.ended, LONGEST_S) if self.rebuilt else PATIENCE_S


class Links:
    """Which stations are connected, and ready: what no row tells."""

    def __init__(self) -> None:
        self._facts: dict[int, list[Fact]] = {}

    def heard(self, fact: Fact) -> None:
        match fact:
            case StationConnected(station):
                self._facts[station] = [fact]
            case StationReady(station) if station in self._facts:
                self._facts[station] = [StationConnected(station), fact]
            case StationDisconnected(station):
                self._facts.pop(station, None)

    def facts(self) -> list[Fact]:
        return [fact for told in self._facts.values() for fact in told]


def onwards(past: Iterable[Fact], before: Site) -> Iterator[Fact]:
    """No generation is used twice: stations still answer what they were told before."""
    for fact in past:
        connector = before.connectors.get(fact.connector) if isinstance(fact, Restored) else None
        if isinstance(fact, Restored) and connector is not None:
            yield replace(fact, generation=max(fact.generation, connector.generation))
        else:
            yield fact
