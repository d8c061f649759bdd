"""L1 on the wire: what is handed over to the stations, whatever the engine believes it has done.

Raises of one connector are 15 s apart, unless somebody plugged in or left or the configuration changed in between; a
start of EVCE reads the configuration anew. And where it is known that nothing happens any more (`still_from`), a
connector is told something else once in ten minutes at most.
"""

from math import inf
from typing import TYPE_CHECKING

from engine.commands import Target, Write
from engine.facts import (
    Configured,
    Fact,
    Outcome,
    Status,
    StatusChanged,
    TransactionStarted,
    TransactionStopped,
    WriteEnded,
)

if TYPE_CHECKING:
    from tests.simulation.world import World

SPACING_S = 15.0
WINDOW_S, SETTLED_S = 600.0, 60.0
KEPT = 4
SAVED_S = 0.05
"""A row is saved between the decision and the raise on the wire."""


class Calm:
    """`heard`: what EVCE is told; `sent`: what it tells a station."""

    def __init__(self, world: "World") -> None:
        self._world = world
        self._shuffled_at = -inf
        self._up_at = 0.0
        self._status: dict[int, Status] = {}
        self._told: dict[tuple[int, int | None], dict[int, int]] = {}
        """By connector and transaction: the last limits by their generation."""
        self._raised_at: dict[int, float] = {}
        self._changed_at: dict[int, float] = {}
        self.still_from = inf
        """Nobody comes or goes, no building changes by more than 1 A, nothing fails."""

    def heard(self, fact: Fact) -> None:
        if isinstance(fact, WriteEnded):
            if fact.outcome is Outcome.UNSENT:
                for (connector, _), limits in self._told.items():
                    if connector == fact.connector:
                        limits.pop(fact.generation, None)
            return
        if isinstance(fact, StatusChanged):
            if self._world.process.up_at != self._up_at:
                # A new process has not heard yet that it stands there.
                self._up_at, self._status = self._world.process.up_at, {}
            if self._status.get(fact.connector) is fact.status:
                return
            self._status[fact.connector] = fact.status
            shuffles = fact.status is Status.PREPARING
        else:
            shuffles = isinstance(fact, Configured | TransactionStarted | TransactionStopped)
        if shuffles:
            self._shuffled_at = self._world.now

    def sent(self, write: Write) -> None:
        idle = False
        if write.target is not Target.LIMIT:
            connector = self._world.process.site.connectors.get(write.connector)
            if write.target is not Target.DEFAULT or connector is None or not connector.config.default_only:
                return
            # Where there is nothing else its standing default is a setpoint, while a car charges on it.
            idle = connector.session is None
        key = write.connector, write.transaction
        limits = self._told.setdefault(key, {})
        before = limits[max(limits)] if limits else None
        limits[write.generation] = write.limit_ma
        for old in sorted(limits)[:-KEPT]:
            del limits[old]
        if idle or before is None or write.limit_ma == before:
            return
        self._look_at_change(write, before)
        if write.limit_ma > before:
            self._look_at_raise(write)

    def _look_at_raise(self, write: Write) -> None:
        now = self._world.now
        last, self._raised_at[write.connector] = self._raised_at.get(write.connector, -inf), now
        if now - last < SPACING_S - SAVED_S and self._shuffled_at < last - SAVED_S:
            self._violate(write, f"raised to {write.limit_ma / 1000:g} A {now - last:.1f} s after its last raise (L1)")

    def _look_at_change(self, write: Write, before_ma: int) -> None:
        now = self._world.now
        if now < self.still_from + SETTLED_S:
            return
        last, self._changed_at[write.connector] = self._changed_at.get(write.connector, -inf), now
        if now - last < WINDOW_S:
            figures = f"from {before_ma / 1000:g} to {write.limit_ma / 1000:g} A"
            self._violate(write, f"told otherwise, {figures}, {now - last:.0f} s after the last time (L1)")

    def _violate(self, write: Write, what: str) -> None:
        self._world.judge.violate("calm", f"{write.station}/{write.number}", what)
