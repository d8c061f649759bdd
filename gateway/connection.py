"""A session at work on a socket: feeds it and carries out its effects, all on the event loop."""

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable
from datetime import datetime
from itertools import count
from typing import Any

from autobahn.exception import Disconnected

from chargers.records import StationRecord
from common import clock
from control import runtime
from gateway.bucket import Bucket
from gateway.frames import frames
from gateway.protocol.effects import Answered, Close, Effect, Feed, Journal, Send, Store, Wake
from gateway.protocol.events import CallRequested, Closed, Event, FrameReceived, Opened, Stored, StoreFailed, Tick
from gateway.protocol.framing import Call, ErrorCode, FrameError, build_error, parse
from gateway.protocol.session import Session
from gateway.protocol.store import Store as StoreProtocol
from gateway.rows import journal
from journal.records import Line, Said

MAX_INBOX = 64
FRAMES_PER_S, FRAME_BURST = 50.0, 200.0
PRIVATE_CODES = 3_000
Outbound = Callable[[dict[str, Any]], Awaitable[None]]
OnAnswer = Callable[[Answered], None]

log = logging.getLogger(__name__)
_serial = count(1)


def _wall(_: float) -> datetime:
    return clock.now()


class Connection:
    """`send` is the ASGI send of the socket; `gone` is called once, when the session is over."""

    def __init__(
        self, station: StationRecord, send: Outbound, store: StoreProtocol, gone: "Callable[[Connection], None]"
    ) -> None:
        self.box_identity = station.box_identity
        prefix = f"{clock.now().timestamp():.0f}-{next(_serial)}-"
        self.session = Session(station, wall=_wall, prefix=prefix, may_write=runtime.may_write)
        self._loop = asyncio.get_running_loop()
        self._send = send
        self._store = store
        self._gone = gone
        self._answers: dict[int, OnAnswer] = {}
        self._events: deque[Event] = deque()
        self._feeding = False
        self._outbox: deque[dict[str, Any]] = deque()
        self._sender: asyncio.Task[None] | None = None
        self._inbox: deque[str] = deque()
        self._bucket = Bucket(FRAMES_PER_S, FRAME_BURST, clock.monotonic())
        self._timer: asyncio.TimerHandle | None = None
        self._drain: asyncio.TimerHandle | None = None

    @property
    def station_id(self) -> int:
        return self.session.station.id

    def open(self) -> None:
        self.feed(Opened())

    def receive(self, text: str) -> None:
        """A frame came. Faster than the bucket lets through it waits; more than the inbox holds ends the socket."""
        if self.session.closed:
            return
        if not self._inbox and self._bucket.take(clock.monotonic()) == 0.0:
            self._take(text)
            return
        if len(self._inbox) >= MAX_INBOX:
            self._end(Close(1008, Said("closed_flooding")))
            return
        self._inbox.append(text)
        if self._drain is None:
            self._drain = self._loop.call_later(1 / FRAMES_PER_S, self._drain_inbox)

    def command(self, event: CallRequested, done: OnAnswer) -> None:
        """Feed an operator's command; `done` hears of its end."""
        self._answers[event.token] = done
        self.feed(event)

    def feed(self, event: Event) -> None:
        """Fold an event and carry out what follows. An event that arises meanwhile waits for its turn."""
        self._events.append(event)
        if self._feeding:
            return
        self._feeding = True
        try:
            while self._events:
                event = self._events.popleft()
                for effect in self._fold(event):
                    self._guarded(effect)
        finally:
            self._feeding = False

    def close(self, *, replaced: bool = False) -> None:
        """The socket is gone, or a newer one took its place. Late calls change nothing."""
        if self.session.closed:
            return
        self.feed(Closed(replaced))
        for timer in (self._timer, self._drain):
            if timer is not None:
                timer.cancel()
        self._inbox.clear()
        self._gone(self)

    def end(self, code: int) -> None:
        """Ask the server to close the socket. Daphne takes no reserved code but 1000; others become private ones."""
        private = code if code == 1000 else code + PRIVATE_CODES
        self._post({"type": "websocket.close", "code": private})

    def _take(self, text: str) -> None:
        frames.add(self.box_identity, text, outgoing=False)
        self.feed(FrameReceived(text))

    def _drain_inbox(self) -> None:
        self._drain = None
        while self._inbox:
            wait_s = self._bucket.take(clock.monotonic())
            if wait_s > 0:
                self._drain = self._loop.call_later(wait_s, self._drain_inbox)
                return
            self._take(self._inbox.popleft())

    def _fold(self, event: Event) -> list[Effect]:
        try:
            return self.session.feed(event, clock.monotonic())
        except Exception:  # loop guard: no frame may end the session; a RecursionError is one of these
            log.exception("%s: an event could not be handled", self.box_identity)
            if isinstance(event, FrameReceived):
                self._answer_internal_error(event.text)
            return []

    def _answer_internal_error(self, text: str) -> None:
        try:
            frame = parse(text, self.session.most_chars)
        except FrameError:
            return
        if isinstance(frame, Call):
            self._post_text(build_error(frame.unique_id, ErrorCode.INTERNAL, "could not be handled"))

    def _guarded(self, effect: Effect) -> None:
        try:
            self._carry_out(effect)
        except Exception:  # loop guard: the other effects of the event still have to happen
            log.exception("%s: %s could not be carried out", self.box_identity, type(effect).__name__)

    def _carry_out(self, effect: Effect) -> None:
        match effect:
            case Send():
                self._post_text(effect.text)
            case Store():
                self._put(effect)
            case Feed():
                runtime.feed(effect.fact)
            case Wake():
                self._arm(effect.at)
            case Journal():
                journal(Line(effect.kind, effect.subtype, self.box_identity, effect.message, clock.now()))
            case Answered():
                done = self._answers.pop(effect.token, None)
                if done is not None:
                    done(effect)
            case Close():
                self._end(effect)

    def _end(self, effect: Close) -> None:
        journal(Line("communication", "closed", self.box_identity, effect.why, clock.now()))
        self.end(effect.code)
        # A dead peer never finishes the closing handshake: for us it is gone now.
        self.close()

    def _put(self, effect: Store) -> None:
        token = effect.token

        def done(result: Any, error: Exception | None) -> None:
            self.feed(Stored(token, result) if error is None else StoreFailed(token, str(error)))

        self._store.put(effect.kind, effect.payload, done)

    def _arm(self, at: float) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = self._loop.call_later(max(at - clock.monotonic(), 0.0), self.feed, Tick())

    def _post_text(self, text: str) -> None:
        frames.add(self.box_identity, text, outgoing=True)
        self._post({"type": "websocket.send", "text": text})

    def _post(self, message: dict[str, Any]) -> None:
        self._outbox.append(message)
        if self._sender is None:
            self._sender = self._loop.create_task(self._send_all())

    async def _send_all(self) -> None:
        try:
            while self._outbox:
                await self._send(self._outbox.popleft())
        except Disconnected:  # it left before it had its answer, as any station may
            self._outbox.clear()
        except Exception:  # loop guard: a socket that broke is reported by its own disconnect
            log.warning("%s: could not send", self.box_identity, exc_info=True)
            self._outbox.clear()
        finally:
            self._sender = None
