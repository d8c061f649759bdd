"""A virtual station on a real WebSocket: connects, reconnects with jitter, and carries its frames."""

import asyncio
from math import inf
from random import Random

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException
from websockets.typing import Subprotocol

from simulator.station import Station

_OPEN_S = 20.0
_RETRY_S = (1.0, 30.0)
_MESSAGE_BYTES = 1 << 20


class StationLink:
    """`run` it as a task. The station's clock is the loop's."""

    def __init__(self, station: Station, url: str, rng: Random) -> None:
        self.station = station
        self._url = f"{url.rstrip('/')}/{station.identity}"
        self._rng = rng
        self._held = False
        self._socket: ClientConnection | None = None
        self._waiting: asyncio.Timeout | None = None

    def poke(self) -> None:
        """Somebody touched the station: look at its outbox and its next instant again."""
        if self._waiting is not None and not self._waiting.expired():
            self._waiting.reschedule(asyncio.get_running_loop().time())

    def drop(self) -> None:
        """Cut the network cable. It stays cut until `restore`."""
        self._held = True
        self._abort()
        self.poke()

    def restore(self) -> None:
        self._held = False
        self.poke()

    async def run(self) -> None:
        failures = 0
        while True:
            await self._wait_until_wanted()
            try:
                async with connect(
                    self._url,
                    subprotocols=[Subprotocol("ocpp1.6")],
                    open_timeout=_OPEN_S,
                    ping_interval=None,
                    close_timeout=1,
                    compression=None,
                    max_size=_MESSAGE_BYTES,
                    proxy=None,
                ) as socket:
                    failures = 0
                    await self._talk_until_told(socket)
            except (OSError, TimeoutError, WebSocketException):
                failures += 1
            finally:
                self._socket = None
                if self.station.linked:
                    self.station.disconnected(self._now())
            await self._pause(min(_RETRY_S[0] * 2**failures, _RETRY_S[1]) * self._rng.uniform(0.5, 1.0))

    async def _talk_until_told(self, socket: ClientConnection) -> None:
        try:
            await self._talk(socket)
        except asyncio.CancelledError:
            await socket.close()
            raise

    async def _talk(self, socket: ClientConnection) -> None:
        station = self.station
        self._socket = socket
        if self._held:
            self._abort()
        station.connected(self._now())
        while station.wants_link:
            while station.outbox:
                await socket.send(station.outbox.popleft())
            frame = await self._receive(socket)
            if frame is None:
                station.advance(self._now())
            else:
                station.receive(frame, self._now())
        self._abort()

    async def _receive(self, socket: ClientConnection) -> str | None:
        """None at the station's next instant, or when poked."""
        try:
            async with asyncio.timeout_at(_finite(self.station.next_at())) as self._waiting:
                frame = await socket.recv()
        except TimeoutError:
            return None
        finally:
            self._waiting = None
        return frame if isinstance(frame, str) else None

    async def _wait_until_wanted(self) -> None:
        while self._held or not self.station.wants_link:
            await self._sleep(inf)

    async def _pause(self, seconds: float) -> None:
        until = self._now() + seconds
        while self._now() < until:
            await self._sleep(until)

    async def _sleep(self, until: float) -> None:
        """Until then, the station's next instant, or a poke."""
        try:
            async with asyncio.timeout_at(_finite(min(until, self.station.next_at()))) as self._waiting:
                await asyncio.Event().wait()
        except TimeoutError:
            self.station.advance(self._now())
        finally:
            self._waiting = None

    def _abort(self) -> None:
        if self._socket is not None:
            self._socket.transport.abort()

    def _now(self) -> float:
        return asyncio.get_running_loop().time()


def _finite(at: float) -> float | None:
    return None if at == inf else at
