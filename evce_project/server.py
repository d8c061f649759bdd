"""A process that serves sockets: Daphne started from code, and the control loop on the same event loop."""

import asyncio
import gc
import logging
import os
import threading
from collections.abc import Callable
from typing import Any

from daphne.server import Server as Daphne
from daphne.server import twisted_loop
from django.db import connection
from twisted.internet import defer
from twisted.internet import reactor as _reactor

from common import clock
from common.writer import writer
from control import lease, runtime

# A full collection walks the objects of every connection: 100 ms stalls with thousands of stations.
GC_THRESHOLDS = (100_000, 50, 1_000)
LONGEST_FRAME = 1024 * 1024
LEASE_PATIENCE_S = 1.5 * lease.LEASE_S
PAGES_TIMEOUT_S = 300
CONTROL_ENDS_WITHIN_S = 5.0
ENDS_WITHIN_S = 15.0
"""A process that failed and hangs on a database that does not answer is ended: its supervisor starts it again."""
# The installed reactor is a module for type checkers.
reactor: Any = _reactor
log = logging.getLogger(__name__)


class Server:
    """`serve` blocks until SIGTERM or SIGINT; `failure` then says why the process must report an error, if so."""

    def __init__(self, endpoints: list[str], *, controls: bool) -> None:
        self._endpoints = endpoints
        self._controls = controls
        self._ready: Callable[[], None] = lambda: None
        self._controlling = False
        self.failure = ""

    def serve(self, ready: Callable[[], None], ended: Callable[[], None]) -> None:
        """`ready` is called on the event loop once control runs and connections are served; `ended` when neither
        does any more, while records are still stored."""
        # Imported here: it loads the consumers, which need the database migrated.
        from evce_project.asgi import application

        self._ready = ready
        gc.set_threshold(*GC_THRESHOLDS)
        writer.start()
        daphne = Daphne(
            application=application,
            endpoints=self._endpoints,
            ready_callable=self._begin,
            http_timeout=PAGES_TIMEOUT_S,
            # Daphne's own limit of a day would cut every station each day; liveness is the gateway's.
            websocket_timeout=-1,
            websocket_connect_timeout=10,
            websocket_handshake_timeout=10,
            ping_interval=10,
            # Some stations never answer a ping: TCP_USER_TIMEOUT finds dead peers instead.
            ping_timeout=0,
            websocket_max_frame_size=LONGEST_FRAME,
            websocket_max_message_size=LONGEST_FRAME,
            server_name="EVCE",
            verbosity=0,
        )
        try:
            daphne.run()
        finally:
            writer.bind(None)
            ended()
            writer.stop()

    def _begin(self) -> None:
        writer.bind(twisted_loop)
        if self._controls:
            # Here for the same reason as the consumers.
            from gateway.port import port as stations

            stations.open(twisted_loop)
        reactor.addSystemEventTrigger("before", "shutdown", self._end)
        self._beginning = twisted_loop.create_task(self._start())

    async def _start(self) -> None:
        try:
            if self._controls:
                await self._take_control()
            self._ready()
            gc.freeze()
        except lease.LeaseHeld as error:
            self._fail(str(error))
        except Exception as error:  # loop guard: a product that can't control must end, not listen
            log.exception("EVCE could not start")
            self._fail(f"EVCE could not start: {error}")

    async def _take_control(self) -> None:
        """A core that was killed leaves its lease to run out: wait for that, but not for one that lives."""
        patient_until = clock.monotonic() + LEASE_PATIENCE_S
        while True:
            try:
                # Who has SQLite holds the lock of its directory as well.
                await runtime.start(twisted_loop, alone=connection.vendor == "sqlite", end=self._fail)
            except lease.LeaseHeld:
                if clock.monotonic() > patient_until:
                    raise
                await asyncio.sleep(1)
            else:
                self._controlling = True
                return

    def _fail(self, reason: str) -> None:
        if self.failure:
            return
        self.failure = reason
        last_resort = threading.Timer(ENDS_WITHIN_S, os._exit, (1,))
        last_resort.daemon = True
        last_resort.start()
        reactor.stop()

    def _end(self) -> "defer.Deferred[None]":
        """Connections end before control does, so that what they store last is still called back."""
        return defer.Deferred.fromFuture(asyncio.ensure_future(self._stop_control(), loop=twisted_loop))

    async def _stop_control(self) -> None:
        if not self._controlling:
            return
        try:
            async with asyncio.timeout(CONTROL_ENDS_WITHIN_S):
                await runtime.stop()
        except TimeoutError:
            log.error("control did not end within %s s", CONTROL_ENDS_WITHIN_S)
