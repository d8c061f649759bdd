"""Kept cycles of a small site."""

import json
from datetime import UTC, datetime
from typing import Any

from control.conductor import Conductor
from control.history import Picture, picture
from engine.facts import (
    Configured,
    Measured,
    Outcome,
    StationConnected,
    StationDisconnected,
    StationReady,
    Status,
    StatusChanged,
    TransactionStarted,
    WriteEnded,
)
from engine.model import SiteConfig

AT = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


class Kept:
    """A site whose stations obey at once; `cycles` holds what would be stored, after a round trip through JSON."""

    def __init__(self, config: SiteConfig) -> None:
        self.made = Conductor()
        self.now = 100.0
        self.cycles: list[Picture] = []
        self.refreshed = False
        """Something was written again only because it would lapse."""
        self.made.tell(Configured(config), self.now)
        for station in config.connectors_of_station:
            self.made.tell(StationConnected(station), self.now)
            self.made.tell(StationReady(station), self.now)
        for connector in config.connectors:
            self.made.tell(StatusChanged(connector.id, Status.AVAILABLE), self.now)
        self.run(10)

    def plug(self, *connectors: int, **more: Any) -> "Kept":
        for identity in connectors:
            self.made.tell(TransactionStarted(identity, 100 + identity, **more), self.now)
            self.made.tell(StatusChanged(identity, Status.CHARGING), self.now)
        return self.run(20)

    def draw(self, seconds: int, **drawn_a: float) -> "Kept":
        """The cars of `c1`, `c2` ... report so many ampere every ten seconds."""
        for _ in range(seconds // 10):
            for name, ampere in drawn_a.items():
                self.made.tell(Measured(int(name[1:]), (int(ampere * 1000),) * 3), self.now)
            self.run(10)
        return self

    def lose(self, station: int) -> "Kept":
        self.made.tell(StationDisconnected(station), self.now)
        return self.run(20)

    def run(self, seconds: int) -> "Kept":
        for _ in range(seconds):
            self.now += 1
            turn = self.made.turn(self.now)
            writes = (*turn.send, *self.made.saved(turn.held, turn.rows, True, self.now))
            self.refreshed |= bool(writes) and not turn.changes
            if turn.changes:
                self.cycles.append(json.loads(json.dumps(picture(self.made.site, turn, AT))))
            for write in writes:
                self.made.tell(WriteEnded(write.connector, write.generation, Outcome.ACCEPTED), self.now)
        return self
