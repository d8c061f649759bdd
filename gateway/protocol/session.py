"""A station's session without I/O: events in, effects out. The clock is the caller's.

Every `Write` ends in one `Feed(WriteEnded)` (a late Accepted may follow a TIMEOUT), every `CallRequested` in one
`Answered`. `feed` raises nothing for what a station sent.
"""

from collections.abc import Callable

from chargers.records import Presence, StationRecord
from engine.facts import StationClock, StationConnected, StationDisconnected, StationReady
from gateway.protocol.context import Context, Wall
from gateway.protocol.dispatcher import Dispatcher
from gateway.protocol.effects import Close, Effect, Wake
from gateway.protocol.events import (
    CallRequested,
    Closed,
    Event,
    FrameReceived,
    Opened,
    StationChanged,
    Stored,
    StoreFailed,
    Tick,
    WriteRequested,
)
from gateway.protocol.framing import Call, FrameError, build_error, parse
from gateway.protocol.inbox import BOOT, Inbox
from gateway.protocol.replies import Answer
from gateway.protocol.store import Kind
from journal.records import Said

SILENCE_S = 10.0
"""An accepted station that says nothing after it reconnected is addressed after so long."""
LIVENESS_S = 180.0
"""Three heartbeats."""
SMALL_CHARS, LARGE_CHARS = 64 * 1024, 1024 * 1024
"""The longest frame taken before and after the station was accepted; a StopTransaction can be long."""


class Session:
    """One connection. `prefix` starts the ids of our CALLs: different for each connection of a station."""

    def __init__(
        self, station: StationRecord, *, wall: Wall, prefix: str = "", may_write: Callable[[], bool] = lambda: True
    ) -> None:
        self._context = Context(station, wall, may_write)
        self._inbox = Inbox(self._context, self._answered)
        self._dispatcher = Dispatcher(self._context, prefix)
        self._accepted = station.installed and station.accepted
        self._reported: set[int] = set()
        self._silence_at: float | None = None
        self._heard_at = 0.0
        self._armed_at: float | None = None

    @property
    def station(self) -> StationRecord:
        return self._context.station

    @property
    def ready(self) -> bool:
        """The station may be addressed."""
        return self._dispatcher.open

    @property
    def closed(self) -> bool:
        return self._context.closed

    @property
    def most_chars(self) -> int:
        return LARGE_CHARS if self._accepted else SMALL_CHARS

    def feed(self, event: Event, now: float) -> list[Effect]:
        """Fold one event; the effects are to be carried out in their order."""
        self._context.now = now
        if isinstance(event, FrameReceived):
            self._received(event.text)
        elif isinstance(event, Stored):
            self._inbox.stored(event.token, event.result)
        elif isinstance(event, WriteRequested):
            self._dispatcher.write(event.write)
        else:
            self._rarely(event)
        if not self._context.closed:
            self._dispatcher.advance(self._silent())
            self._arm()
        effects, self._context.effects = self._context.effects, []
        return effects

    def _rarely(self, event: Event) -> None:
        match event:
            case Opened():
                self._opened()
            case StoreFailed():
                self._inbox.failed(event.token)
            case CallRequested():
                self._dispatcher.command(event)
            case StationChanged():
                self._changed(event.station)
            case Tick():
                self._tick()
            case Closed():
                self._close(event)

    def _opened(self) -> None:
        context = self._context
        self._heard_at = context.now
        context.store(Kind.PRESENCE, Presence(context.station.id, True, context.at))
        if context.station.installed:
            context.feed(StationConnected(context.station.id))
        if self._accepted:
            self._silence_at = context.now + SILENCE_S

    def _close(self, event: Closed) -> None:
        context = self._context
        if context.closed:
            return
        context.closed = True
        self._dispatcher.close()
        if event.replaced:
            return
        context.store(Kind.PRESENCE, Presence(context.station.id, False, context.at))
        if context.station.installed:
            context.feed(StationDisconnected(context.station.id))

    def _changed(self, station: StationRecord) -> None:
        """What it is now; a station that was just installed is accepted at its next BootNotification."""
        if station.installed and not self._context.station.installed and not self._context.closed:
            self._context.feed(StationConnected(station.id))
        self._context.station = station
        self._dispatcher.know()
        if not station.installed:
            self._accepted = False
            self._dispatcher.hold()

    def _received(self, text: str) -> None:
        if self._context.closed:
            return
        self._heard_at = self._context.now
        try:
            frame = parse(text, self.most_chars)
        except FrameError as error:
            self._context.note("frame", error.why)
            if error.unique_id is not None:
                self._context.send(build_error(error.unique_id, error.code, error.why))
            return
        if not isinstance(frame, Call):
            self._dispatcher.response(frame)
            return
        self._look_at_clock(frame)
        if frame.action == BOOT:
            # Whatever is on its way to the station waits until this is answered.
            self._silence_at = None
            self._dispatcher.hold()
            self._inbox.receive(frame)
        else:
            self._inbox.receive(frame)
            if self._silence_at is not None:
                self._become_ready()

    def _look_at_clock(self, call: Call) -> None:
        context = self._context
        if context.station.installed and context.clock.saw(call.action, call.payload, context.at, context.now):
            context.feed(StationClock(context.station.id, bool(context.clock.wrong), context.clock.skew_s))

    def _tells_time(self) -> None:
        """currentTime went out. Where ours stepped since the last one, every schedule of the station moves."""
        context = self._context
        if context.clock.told(context.at, context.now) and context.station.installed:
            context.feed(StationClock(context.station.id, bool(context.clock.wrong), context.clock.skew_s, moved=True))

    def _answered(self, call: Call, answer: Answer | None) -> None:
        context = self._context
        if answer is None:
            if call.action == BOOT:
                # An accepted one must not be left without a limit because the disk is full.
                self._become_ready()
            return
        if "currentTime" in answer.payload:
            self._tells_time()
        self._reported.update(answer.reported)
        station = answer.registered
        if station is not None and not context.closed:
            if station.installed and not context.station.installed:
                context.feed(StationConnected(station.id))
            context.station = station
            self._accepted = station.installed
        for fact in answer.facts:
            context.feed(fact)
        if station is not None:
            self._become_ready()

    def _become_ready(self) -> None:
        self._silence_at = None
        if self._accepted and not self.ready and not self._context.closed:
            self._dispatcher.address()
            self._context.feed(StationReady(self.station.id))

    def _silent(self) -> list[int]:
        """Connectors that did not tell their status on this connection yet."""
        return [number for number in self.station.connectors if number not in self._reported]

    def _tick(self) -> None:
        self._armed_at = None
        now = self._context.now
        if self._silence_at is not None and now >= self._silence_at:
            self._become_ready()
        self._inbox.close_missing_stops()
        if now >= self._heard_at + LIVENESS_S:
            self._heard_at = now
            self._context.effects.append(Close(1001, Said("closed_silent", {"seconds": round(LIVENESS_S)})))

    def _arm(self) -> None:
        """A later instant than the armed one needs no effect: the tick looks again."""
        at = self._heard_at + LIVENESS_S
        for other in (self._silence_at, self._context.charges.next_at(), self._dispatcher.next_at()):
            if other is not None and other < at:
                at = other
        if self._armed_at is None or at < self._armed_at:
            self._armed_at = at
            self._context.effects.append(Wake(at))
