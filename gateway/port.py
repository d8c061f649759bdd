"""The stations that are connected to this process, and the way to them for control (`StationPort`)."""

import asyncio
import logging
from collections import Counter, deque
from collections.abc import Sequence
from functools import partial
from itertools import count
from typing import Any

from chargers.services import forget_presence
from common import clock, hints
from common.writer import writer
from control import runtime
from engine.commands import Order, Write
from engine.facts import Outcome, WriteEnded
from gateway import commands
from gateway.connection import Connection
from gateway.frames import frames
from gateway.outbound import orders
from gateway.protocol.effects import Answered
from gateway.protocol.events import CallRequested, StationChanged, WriteRequested
from gateway.rows import journal, read_stations
from journal.records import AlarmChange, Line, Said
from journal.services import record_alarms

MAX_CONNECTIONS = 6_000
MAX_PER_ADDRESS = 1_000
"""A proxy or a router in front of the stations shows all of them under one address."""
FLAPS, FLAP_WINDOW_S = 3, 60.0
"""More replaced sockets of one station within a minute mean that two stations share an identity."""
FLAP_DELAY_S = 2.0
CALM_S = 300.0

log = logging.getLogger(__name__)


def _forget_presence(requests: Sequence[None]) -> list[None]:
    """Batch handler."""
    forget_presence()
    return [None] * len(requests)


class Port:
    """On the event loop only, but for what is said otherwise."""

    def __init__(self) -> None:
        self.connections: dict[int, Connection] = {}
        self.loop: asyncio.AbstractEventLoop | None = None
        self._addresses: Counter[str] = Counter()
        self._flaps: dict[int, deque[float]] = {}
        self._tokens = count(1)

    def open(self, loop: asyncio.AbstractEventLoop) -> None:
        """Stations are served on this loop from now on; none is connected yet. Again for the same loop: nothing."""
        if self.loop is loop:
            return
        first = self.loop is None
        self.loop = loop
        self.connections.clear()
        self._addresses.clear()
        writer.bind(loop)
        frames.flush()
        writer.submit(_forget_presence, None)
        if first:
            hints.listen("configuration", self._configuration_changed)
            commands.listen(self._commanded)

    def write(self, write: Write) -> None:
        """See `control.port.StationPort`."""
        connection = self.connections.get(write.station)
        if connection is None:
            runtime.feed(WriteEnded(write.connector, write.generation, Outcome.UNSENT))
        else:
            connection.feed(WriteRequested(write))

    def order(self, order: Order) -> None:
        """See `control.port.StationPort`. The station's answer is in the journal."""
        connection = self.connections.get(order.station)
        if connection is not None:
            request = orders.build(order)
            event = CallRequested(request.action, request.payload, next(self._tokens), "load management")
            connection.command(event, lambda _: None)

    def admit(self, address: str) -> Said | None:
        """Counts a socket in; why it is refused, or None. Each one admitted is `released` once."""
        if self._addresses.total() >= MAX_CONNECTIONS:
            return Said("too_many_connections")
        if self._addresses[address] >= MAX_PER_ADDRESS:
            return Said("too_many_from_address")
        self._addresses[address] += 1
        return None

    def release(self, address: str) -> None:
        self._addresses[address] -= 1
        if self._addresses[address] <= 0:
            del self._addresses[address]

    def attach(self, connection: Connection) -> None:
        """The newest socket of a station wins; what the older one was doing ends, and its late close says nothing."""
        old = self.connections.get(connection.station_id)
        self.connections[connection.station_id] = connection
        if old is not None and not old.session.closed:
            old.close(replaced=True)
            old.end(1000)
            self._replaced(connection)
        connection.open()

    def detach(self, connection: Connection) -> None:
        if self.connections.get(connection.station_id) is connection:
            del self.connections[connection.station_id]

    def delay_s(self, station: int) -> float:
        """How long a new socket of the station must wait: not at all, unless it is one of many."""
        flaps = self._flaps.get(station)
        if not flaps or clock.monotonic() - flaps[-1] > FLAP_WINDOW_S or len(flaps) <= FLAPS:
            return 0.0
        return FLAP_DELAY_S

    def refresh(self) -> None:
        """Tell each session what its station is now."""
        if self.connections:
            asked = tuple(self.connections)
            read_stations(asked, partial(self._refreshed, asked))

    def _configuration_changed(self, _: dict[str, Any]) -> None:
        """From any thread."""
        loop = self.loop
        if loop is not None and not loop.is_closed():
            loop.call_soon_threadsafe(self.refresh)

    def _commanded(self, asked: dict[str, Any]) -> None:
        """From any thread."""
        loop = self.loop
        if loop is not None and not loop.is_closed():
            loop.call_soon_threadsafe(self._command, asked)

    def _command(self, asked: dict[str, Any]) -> None:
        """Stations are served by one process, the core, so it can say who is not connected."""
        command = str(asked["ask"])
        connection = self.connections.get(int(asked["station"]))
        if connection is None:
            commands.answer_hint(command, Outcome.UNSENT, {}, "not connected")
            return

        def answered(end: Answered) -> None:
            commands.answer_hint(command, end.outcome, end.payload, end.why)

        by = str(asked.get("by", ""))
        event = CallRequested(str(asked["action"]), dict(asked["payload"]), next(self._tokens), by)
        connection.command(event, answered)

    def _refreshed(self, asked: Sequence[int], records: Any, error: Exception | None) -> None:
        """`records`: {station: StationRecord}, None after an error. Of those that have connected since `asked` was put
        together they say nothing."""
        if not isinstance(records, dict):
            log.warning("stations could not be read: %s", error)
            return
        for station in asked:
            connection, record = self.connections.get(station), records.get(station)
            if connection is None:
                continue
            if record is None:
                # Deleted: when it calls again it is a detected one.
                connection.close()
                connection.end(1000)
            elif record != connection.session.station:
                connection.feed(StationChanged(record))

    def _replaced(self, connection: Connection) -> None:
        now = clock.monotonic()
        flaps = self._flaps.setdefault(connection.station_id, deque(maxlen=FLAPS + 1))
        flaps.append(now)
        journal(Line("security", "replaced", connection.box_identity, Said("replaced"), clock.now()))
        if len(flaps) > FLAPS and now - flaps[0] <= FLAP_WINDOW_S:
            self._alarm(connection.box_identity, raised=True)
            asyncio.get_running_loop().call_later(CALM_S, self._calm, connection.station_id, connection.box_identity)

    def _calm(self, station: int, box_identity: str) -> None:
        flaps = self._flaps.get(station)
        if flaps and clock.monotonic() - flaps[-1] >= CALM_S - 1:
            del self._flaps[station]
            self._alarm(box_identity, raised=False)

    def _alarm(self, box_identity: str, *, raised: bool) -> None:
        writer.submit(record_alarms, AlarmChange("identity_flapping", box_identity, raised, clock.now()))


port = Port()
# Every process that serves stations imports this module, and no other does.
runtime.register_port(port)
