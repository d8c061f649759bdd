"""What the translation of one inbound action gives back to the session."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Protocol

from chargers.records import StationRecord
from engine.facts import Fact
from gateway.protocol.framing import Json
from gateway.protocol.store import Kind
from gateway.protocol.values import Note


@dataclass(frozen=True, slots=True)
class Answer:
    """The payload of the CALLRESULT, and what it means. Facts are fed after the answer left, in order."""

    payload: Json
    facts: tuple[Fact, ...] = ()
    registered: StationRecord | None = None
    """A boot was stored: the station as it is now."""
    started: Mapping[int, int] = field(default_factory=dict)
    """Connector number -> transaction that is known to run now."""
    stopped: tuple[int, ...] = ()
    """Transactions that are over."""
    idle: Mapping[int, str] = field(default_factory=dict)
    """Connector number -> why its transaction may be over though no Stop came (T5)."""
    alive: tuple[int, ...] = ()
    """Connector numbers that show a running charge: not idle after all."""
    reported: tuple[int, ...] = ()
    """Connector numbers whose status is known now."""


@dataclass(frozen=True, slots=True)
class Hold:
    """The answer waits for the commit. `meanwhile` is fed at once, `failed` if it can't be stored."""

    kind: Kind
    payload: Any
    then: Callable[[Any], Answer]
    meanwhile: tuple[Fact, ...] = ()
    failed: tuple[Fact, ...] = ()


Reply = Answer | Hold


class Running(Protocol):
    """What is known of the transactions of a station."""

    def number_of(self, transaction: int) -> int | None:
        """The connector number of a running transaction."""
        ...

    def transaction_on(self, number: int) -> int | None: ...


@dataclass(frozen=True, slots=True)
class Caller:
    """Who sent the message, and when it was received."""

    station: StationRecord
    at: datetime
    note: Note
    running: Running
    behind: timedelta = timedelta(0)
    """How far its clock is known to be behind."""

    @property
    def id(self) -> int:
        return self.station.id

    def connector(self, number: int) -> int | None:
        """The connector's id, where control may be told of it."""
        return self.station.connectors.get(number) if self.station.installed else None

    def free_connectors(self) -> tuple[int, ...]:
        if not self.station.installed:
            return ()
        return tuple(pk for n, pk in self.station.connectors.items() if self.running.transaction_on(n) is None)


Handler = Callable[[Caller, Json], Reply]
