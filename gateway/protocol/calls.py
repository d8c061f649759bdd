"""CALLs to a station: one at a time, the most important first, each with exactly one end (OCPP-J 4.1.1)."""

from collections import OrderedDict
from dataclasses import dataclass
from enum import IntEnum
from itertools import count

from engine.commands import Target, Write
from engine.facts import Outcome
from gateway.outbound.profile_form import Form
from gateway.outbound.request import Request
from gateway.protocol.framing import Json, build_call

PROFILE_TIMEOUT_S = 5.0
PROFILE_TRIES = 3
TIMEOUT_S = 15.0
GIVE_UP_S = 2.0
"""So long another CALL may hold up a limit."""
SUPERSEDED = "superseded"
FENCED = "EVCE stood still"
UNADDRESSED = "the station could not be addressed"
MAX_LATE = 32
"""CALLs whose answer is not awaited any more, but still matched."""


class Priority(IntEnum):
    STOP = 0
    LIMIT = 1
    DEFAULT = 2
    COMMAND = 3
    CONFIG = 4


@dataclass(eq=False, slots=True)
class Outgoing:
    """A CALL on its way: a profile write, an operator's command (`token`), or a step of the set-up (neither)."""

    request: Request
    priority: Priority
    write: Write | None = None
    form: Form | None = None
    token: int | None = None
    by: str = ""
    tries: int = 0
    rank: tuple[int, bool, int] = (0, False, 0)
    expires_at: float | None = None
    ended: Outcome | None = None

    @property
    def key(self) -> tuple[int, Target] | None:
        return None if self.write is None else (self.write.connector, self.write.target)

    @property
    def timeout_s(self) -> float:
        return TIMEOUT_S if self.write is None else PROFILE_TIMEOUT_S

    @property
    def is_decrease(self) -> bool:
        return self.write is not None and not self.write.durable

    @property
    def is_limit(self) -> bool:
        return self.priority is Priority.LIMIT or self.is_decrease


@dataclass(frozen=True, slots=True)
class Sent:
    call: Outgoing
    text: str


@dataclass(frozen=True, slots=True)
class Ended:
    call: Outgoing
    outcome: Outcome
    payload: Json
    why: str = ""
    late: bool = False
    """It was given up before, as TIMEOUT."""


@dataclass(slots=True)
class _Flight:
    call: Outgoing
    unique_id: str
    sent_at: float

    @property
    def deadline(self) -> float:
        return self.sent_at + self.call.timeout_s


class Calls:
    """`open` says whether the station may be addressed. Nothing leaves but through `pump`."""

    def __init__(self, prefix: str) -> None:
        self.open = False
        self._prefix = prefix
        self._ids = count(1)
        self._sequence = count()
        self._queue: list[Outgoing] = []
        self._flight: _Flight | None = None
        self._late: OrderedDict[str, _Flight] = OrderedDict()
        self._last_sent: dict[tuple[int, Target], Outgoing] = {}

    @property
    def idle(self) -> bool:
        return self._flight is None and not self._queue

    def overtaken(self, call: Outgoing) -> bool:
        """A newer write for the same profile waits."""
        return any(waiting.key == call.key for waiting in self._queue)

    def submit(self, call: Outgoing, now: float) -> list[Ended]:
        """Queue a call. A newer write for the same profile takes the place of one that waits."""
        ended = []
        if call.key is not None:
            for old in [waiting for waiting in self._queue if waiting.key == call.key]:
                self._queue.remove(old)
                ended += self._end(old, Outcome.TIMEOUT if old.tries else Outcome.UNSENT, why=SUPERSEDED)
        if call.token is not None:
            call.expires_at = now + TIMEOUT_S
        self._enqueue(call)
        return ended

    def pump(self, now: float, *, writes: bool = True) -> list[Sent | Ended]:
        """Give up what took too long, then send what may leave now. `writes` False: no setpoint may (S13)."""
        done: list[Sent | Ended] = []
        done += self._expire(now)
        if not writes:
            done += self._drop_writes()
        if self._flight is None and self.open and self._queue:
            call = min(self._queue, key=lambda waiting: waiting.rank)
            self._queue.remove(call)
            done.append(self._send(call, now))
        return done

    def answer(self, unique_id: str | int, outcome: Outcome, payload: Json, why: str = "") -> list[Ended] | None:
        """A CALLRESULT or CALLERROR came. None: it belongs to no call of ours."""
        flight = self._flight
        if flight is not None and flight.unique_id == unique_id:
            self._flight = None
            return self._end(flight.call, outcome, payload, why)
        late = self._late.pop(str(unique_id), None)
        if late is None:
            return None
        call = late.call
        if call.key is not None and self._last_sent.get(call.key) is not call:
            # A newer write left since: what this one did says nothing any more (F4).
            return []
        if call in self._queue:
            self._queue.remove(call)
        return self._end(call, outcome, payload, why)

    def close(self) -> list[Ended]:
        """The socket is gone: everything that did not end yet ends now."""
        self.open = False
        ended = []
        for flight in [*self._late.values(), *([self._flight] if self._flight else [])]:
            ended += self._end(flight.call, Outcome.LOST)
        for call in self._queue:
            ended += self._end(call, Outcome.UNSENT)
        self._flight = None
        self._late.clear()
        self._queue.clear()
        return ended

    def next_at(self) -> float | None:
        """When `pump` has something to give up."""
        instants = [f.deadline for f in self._late.values() if f.call.ended is None and f.call.write is None]
        instants += [c.expires_at for c in self._queue if c.expires_at is not None]
        if self._flight is not None:
            instants.append(self._flight.deadline)
            if self._is_held_up(self._flight.call):
                instants.append(self._flight.sent_at + GIVE_UP_S)
        return min(instants, default=None)

    def _enqueue(self, call: Outgoing) -> None:
        call.rank = (call.priority, not call.is_decrease, next(self._sequence))
        self._queue.append(call)

    def _send(self, call: Outgoing, now: float) -> Sent:
        unique_id = f"{self._prefix}{next(self._ids)}"
        call.tries += 1
        call.expires_at = None
        self._flight = _Flight(call, unique_id, now)
        if call.key is not None:
            self._last_sent[call.key] = call
        return Sent(call, build_call(unique_id, call.request.action, call.request.payload))

    def _expire(self, now: float) -> list[Ended]:
        ended: list[Ended] = []
        flight = self._flight
        if flight is not None:
            if now >= flight.deadline:
                self._flight = None
                ended += self._retry_or_end(flight)
            elif self.open and now >= flight.sent_at + GIVE_UP_S and self._is_held_up(flight.call):
                self._flight = None
                ended += self._keep_late(flight) if flight.call.write is None else self._retry_or_end(flight)
        for late in self._late.values():
            if late.call.write is None and now >= late.deadline:
                ended += self._end(late.call, Outcome.TIMEOUT)
        for call in [c for c in self._queue if c.expires_at is not None and now >= c.expires_at]:
            self._queue.remove(call)
            ended += self._end(call, Outcome.UNSENT, why=UNADDRESSED)
        return ended

    def _drop_writes(self) -> list[Ended]:
        ended = []
        for call in [waiting for waiting in self._queue if waiting.write is not None]:
            self._queue.remove(call)
            ended += self._end(call, Outcome.TIMEOUT if call.tries else Outcome.UNSENT, why=FENCED)
        return ended

    def _is_held_up(self, flying: Outgoing) -> bool:
        """A limit waits behind it. Only a decrease may push aside another profile."""
        if flying.write is None:
            return any(call.is_limit for call in self._queue)
        return any(call.is_decrease for call in self._queue)

    def _retry_or_end(self, flight: _Flight) -> list[Ended]:
        call = flight.call
        ended = self._keep_late(flight)
        if call.ended is not None:
            return ended
        superseded = any(waiting.key == call.key for waiting in self._queue if call.key is not None)
        if call.write is not None and call.tries < PROFILE_TRIES and not superseded:
            self._enqueue(call)
            return ended
        return ended + self._end(call, Outcome.TIMEOUT)

    def _keep_late(self, flight: _Flight) -> list[Ended]:
        self._late[flight.unique_id] = flight
        if len(self._late) <= MAX_LATE:
            return []
        _, oldest = self._late.popitem(last=False)
        return self._end(oldest.call, Outcome.TIMEOUT) if oldest.call.write is None else []

    def _end(self, call: Outgoing, outcome: Outcome, payload: Json | None = None, why: str = "") -> list[Ended]:
        late = call.ended is Outcome.TIMEOUT and outcome is Outcome.ACCEPTED and call.write is not None
        if call.ended is not None and not late:
            return []
        call.ended = outcome
        return [Ended(call, outcome, payload or {}, why, late)]
