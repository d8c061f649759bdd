"""What the parts of a session share: the station, the instant, and the effects they leave behind."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count

from chargers.records import Quirk, StationRecord
from engine.facts import Fact
from gateway.protocol.charges import Charges
from gateway.protocol.clockwatch import ClockWatch
from gateway.protocol.effects import Effect, Feed, Journal, Send, Store
from gateway.protocol.store import Kind
from journal.records import Said

Wall = Callable[[float], datetime]
"""The instant of the wall clock that belongs to one of the session's clock."""

MAX_QUIRKS = 50


@dataclass(slots=True)
class Context:
    station: StationRecord
    wall: Wall
    may_write: Callable[[], bool] = lambda: True
    """False while this process may not control (S13)."""
    now: float = 0.0
    closed: bool = False
    charges: Charges = field(default_factory=Charges)
    clock: ClockWatch = field(default_factory=ClockWatch)
    effects: list[Effect] = field(default_factory=list)
    _tokens: "count[int]" = field(default_factory=lambda: count(1))
    _quirks: set[str] = field(default_factory=set)

    @property
    def at(self) -> datetime:
        return self.wall(self.now)

    @property
    def station_at(self) -> datetime:
        """The same on the station's clock, as far as it follows what it is told."""
        return self.clock.time(self.at, self.now)

    def send(self, text: str) -> None:
        if not self.closed:
            self.effects.append(Send(text))

    def feed(self, fact: Fact) -> None:
        self.effects.append(Feed(fact))

    def store(self, kind: Kind, payload: object) -> int:
        token = next(self._tokens)
        self.effects.append(Store(token, kind, payload))
        return token

    def journal(self, kind: str, subtype: str, message: str | Said) -> None:
        self.effects.append(Journal(kind, subtype, message))

    def knows_quirk(self, code: str) -> bool:
        return code in self._quirks or len(self._quirks) >= MAX_QUIRKS

    def note(self, code: str, detail: str) -> None:
        """A deviation from the standard; each kind once per connection."""
        if not self.knows_quirk(code):
            self._quirks.add(code)
            self.store(Kind.QUIRK, Quirk(self.station.id, code, detail, self.at))
