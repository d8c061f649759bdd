"""A station's own CALLs: one outstanding, transaction messages kept until they are answered."""

import json
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from math import inf
from typing import Any

Payload = dict[str, Any]
Done = Callable[[Payload | None, float], None]

_KEPT_METER_VALUES = 300


@dataclass(slots=True, eq=False)
class Call:
    """`build` is asked when it is sent. `done` hears the answer, or None when there will be none."""

    action: str
    build: Callable[[], Payload]
    done: Done | None = None
    tries: int = 0


class Sender:
    """`attempts()` -> (tries, seconds) of TransactionMessageAttempts and its interval."""

    __slots__ = (
        "_attempts",
        "_emit",
        "_kept",
        "_last",
        "_outstanding",
        "_plain",
        "_retry_at",
        "_timeout_at",
        "_timeout_s",
        "linked",
        "registered",
    )

    def __init__(
        self, emit: Callable[[str], None], attempts: Callable[[], tuple[int, float]], timeout_s: float
    ) -> None:
        self._emit = emit
        self._attempts = attempts
        self._timeout_s = timeout_s
        self._plain: deque[Call] = deque()
        self._kept: deque[Call] = deque()
        self._outstanding: tuple[str, Call] | None = None
        self._timeout_at = inf
        self._retry_at = -inf
        self._last = 0
        self.linked = False
        self.registered = False

    @property
    def backlog(self) -> int:
        """Transaction messages that the central system has not answered."""
        return len(self._kept)

    def submit(self, call: Call, now: float) -> None:
        """Lost when there is no link."""
        if not self.linked:
            if call.done:
                call.done(None, now)
            return
        if call.action == "BootNotification":
            self._plain.appendleft(call)
        else:
            self._plain.append(call)
        self.pump(now)

    def keep(self, call: Call, now: float) -> None:
        """A transaction message: stays, in order, over links and reboots."""
        if call.action == "MeterValues" and len(self._kept) >= _KEPT_METER_VALUES:
            self._thin()
        self._kept.append(call)
        self.pump(now)

    def pump(self, now: float) -> None:
        if not self.linked or self._outstanding is not None:
            return
        if self._plain and (self.registered or self._plain[0].action == "BootNotification"):
            self._send(self._plain.popleft(), now)
        elif self._kept and self.registered and now >= self._retry_at:
            self._send(self._kept[0], now)

    def next_at(self) -> float:
        if self._outstanding is not None:
            return self._timeout_at
        if self._kept and self.linked and self.registered:
            return self._retry_at
        return inf

    def advance(self, now: float) -> None:
        if self._outstanding is not None and now >= self._timeout_at:
            self._failed(now)
        self.pump(now)

    def answered(self, message_id: str, payload: Payload | None, now: float) -> None:
        """A CALLRESULT, or a CALLERROR (None). Late or unknown ids are ignored."""
        if self._outstanding is None or self._outstanding[0] != message_id:
            return
        if payload is None:
            self._failed(now)
        else:
            self._end(self._outstanding[1], payload, now)
        self.pump(now)

    def lost(self, now: float) -> None:
        """The link is gone: plain CALLs fail, kept ones are sent again on the next link."""
        self.linked = False
        dropped = list(self._plain)
        self._plain.clear()
        if self._outstanding is not None:
            call = self._outstanding[1]
            self._outstanding = None
            if self._is_kept(call):
                call.tries -= 1
            else:
                dropped.append(call)
        for call in dropped:
            if call.done:
                call.done(None, now)

    def _is_kept(self, call: Call) -> bool:
        return bool(self._kept) and self._kept[0] is call

    def _send(self, call: Call, now: float) -> None:
        self._last += 1
        message_id = str(self._last)
        self._outstanding = (message_id, call)
        self._timeout_at = now + self._timeout_s
        call.tries += 1
        self._emit(json.dumps([2, message_id, call.action, call.build()]))

    def _failed(self, now: float) -> None:
        assert self._outstanding is not None
        call = self._outstanding[1]
        if not self._is_kept(call):
            self._end(call, None, now)
            return
        attempts, interval_s = self._attempts()
        if call.tries >= attempts:
            self._end(call, None, now)
            return
        self._outstanding = None
        self._retry_at = now + interval_s * call.tries

    def _end(self, call: Call, payload: Payload | None, now: float) -> None:
        if self._is_kept(call):
            self._kept.popleft()
        self._outstanding = None
        if call.done:
            call.done(payload, now)

    def _thin(self) -> None:
        """The specification lets a station drop intermediate meter values; never a start or a stop."""
        for i in range(1, len(self._kept)):
            if self._kept[i].action == "MeterValues":
                del self._kept[i]
                return
