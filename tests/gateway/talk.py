"""A session with its store in memory and its clock in the test's hands."""

import json
from collections import deque
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any, TypeVar

from chargers.records import StationRecord
from engine.commands import Target, Write
from engine.facts import Fact
from gateway.protocol.context import Wall
from gateway.protocol.effects import Answered, Close, Effect, Feed, Journal, Send, Store, Wake
from gateway.protocol.events import (
    CallRequested,
    Closed,
    Event,
    FrameReceived,
    Opened,
    Stored,
    StoreFailed,
    Tick,
    WriteRequested,
)
from gateway.protocol.memory import Group, MemoryStore
from gateway.protocol.session import Session
from gateway.protocol.setup import MEASURAND_LADDER, MEASURANDS

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
F = TypeVar("F")


def at(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


def stamp(seconds: float = 0) -> str:
    return at(seconds).isoformat().replace("+00:00", "Z")


def a_station(**fields: Any) -> StationRecord:
    """Station 7 with connectors 1 and 2 (ids 71 and 72), installed, accepted before, its set-up done."""
    known = StationRecord(
        id=7,
        box_identity="CP7",
        installed=True,
        ever_connected=True,
        accepted=True,
        connectors={1: 71, 2: 72},
        configuration={
            "MeterValueSampleInterval": "10",
            "WebSocketPingInterval": "30",
            "StopTransactionOnInvalidId": "true",
            "TransactionMessageAttempts": "20",
            "TransactionMessageRetryInterval": "30",
            MEASURANDS: MEASURAND_LADDER[0],
        },
    )
    return replace(known, **fields)


def a_write(limit_ma: int = 16_000, generation: int = 1, **fields: Any) -> Write:
    write = Write(7, 71, 1, Target.LIMIT, limit_ma, generation, transaction=5)
    return replace(write, **fields)


class Talk:
    """What a shell does, in lists. `hold` keeps what is stored back until `commit`."""

    def __init__(
        self, station: StationRecord | None = None, store: MemoryStore | None = None, *, wall: Wall = at
    ) -> None:
        station = station or a_station()
        self.store = store or MemoryStore({station.id: station}, {station.id: Group("all")}, random=Random(1))
        self.session = Session(station, wall=wall, prefix="t")
        self.now = 0.0
        self.sent: list[list[Any]] = []
        self.facts: list[Fact] = []
        self.journal: list[Journal] = []
        self.answered: list[Answered] = []
        self.closed: list[Close] = []
        self.wake: float | None = None
        self.hold = False
        self.fail = False
        self._held: deque[Store] = deque()
        self._ids = 0

    def feed(self, event: Event) -> None:
        for effect in self.session.feed(event, self.now):
            self._carry_out(effect)

    def open(self) -> "Talk":
        self.feed(Opened())
        return self

    def ready(self) -> "Talk":
        """Connected and addressed, its connectors' status told; what happened so far is forgotten."""
        self.open()
        for number in self.session.station.connectors:
            self.call("StatusNotification", connectorId=number, status="Available", errorCode="NoError")
        self.forget()
        return self

    def lines(self) -> list[str]:
        """The journal as far as EVCE said it: its codes with all that they are made of."""
        return [str(line.message) for line in self.journal]

    def forget(self) -> None:
        for log in (self.sent, self.facts, self.journal, self.answered):
            log.clear()

    def frame(self, text: str) -> None:
        self.feed(FrameReceived(text))

    def call(self, action: str, **payload: Any) -> Any:
        """The CALL's answer: the payload, or the code of a CALLERROR; None while there is none."""
        self._ids += 1
        unique_id = f"s{self._ids}"
        self.frame(json.dumps([2, unique_id, action, payload]))
        return self.answer_to(unique_id)

    def answer_to(self, unique_id: str | int) -> Any:
        for frame in self.sent:
            if frame[0] in (3, 4) and frame[1] == unique_id:
                return frame[2]
        return None

    def calls(self, action: str = "") -> list[list[Any]]:
        return [frame for frame in self.sent if frame[0] == 2 and action in ("", frame[2])]

    def reply(self, call: list[Any], **payload: Any) -> None:
        self.frame(json.dumps([3, call[1], payload]))

    def error(self, call: list[Any], code: str = "GenericError") -> None:
        self.frame(json.dumps([4, call[1], code, "", {}]))

    def write(self, write: Write) -> None:
        self.feed(WriteRequested(write))

    def command(self, action: str, token: int = 1, **payload: Any) -> None:
        self.feed(CallRequested(action, payload, token))

    def pass_time(self, seconds: float) -> None:
        """To the instant, waking the session whenever it asked for it."""
        until = self.now + seconds
        while self.wake is not None and self.wake <= until:
            self.now, self.wake = max(self.wake, self.now), None
            self.feed(Tick())
        self.now = until

    def drop(self, *, replaced: bool = False) -> None:
        self.feed(Closed(replaced))

    def commit(self) -> None:
        self.hold = False
        while self._held:
            self._put(self._held.popleft())

    def told(self, kind: type[F]) -> list[F]:
        return [fact for fact in self.facts if isinstance(fact, kind)]

    def _carry_out(self, effect: Effect) -> None:
        match effect:
            case Send(text):
                self.sent.append(json.loads(text))
            case Store():
                (self._held.append if self.hold else self._put)(effect)
            case Feed(fact):
                self.facts.append(fact)
            case Journal():
                self.journal.append(effect)
            case Answered():
                self.answered.append(effect)
            case Close():
                self.closed.append(effect)
            case Wake(instant):
                self.wake = instant

    def _put(self, effect: Store) -> None:
        if self.fail:
            self.feed(StoreFailed(effect.token, "disk full"))
            return
        self.store.put(effect.kind, effect.payload, lambda result, _: self.feed(Stored(effect.token, result)))
