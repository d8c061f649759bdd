"""Real connections whose sockets are lists."""

import asyncio
import json
from typing import Any

from chargers.records import StationRecord
from gateway.connection import Connection
from gateway.port import Port
from gateway.protocol.memory import MemoryStore
from tests.gateway.talk import a_station


class Line:
    """A station at the other end: what was sent to it, and its answers."""

    def __init__(self, port: Port, station: StationRecord | None = None) -> None:
        self.sent: list[dict[str, Any]] = []
        self.broken: Exception | None = None
        station = station or a_station()
        self.connection = Connection(station, self._send, MemoryStore({station.id: station}), port.detach)
        port.attach(self.connection)
        self.connection.receive('[2,"1","Heartbeat",{}]')

    async def _send(self, message: dict[str, Any]) -> None:
        if self.broken is not None:
            raise self.broken
        self.sent.append(message)

    async def called(self, action: str) -> list[Any]:
        for _ in range(200):
            frames = [json.loads(message["text"]) for message in self.sent if "text" in message]
            for frame in frames:
                if frame[0] == 2 and frame[2] == action:
                    return list(frame)
            await asyncio.sleep(0.01)
        raise AssertionError(f"no {action} in {self.sent}")

    async def ended(self) -> int:
        """The code with which its socket was closed."""
        for _ in range(200):
            codes = [message["code"] for message in self.sent if message["type"] == "websocket.close"]
            if codes:
                return int(codes[0])
            await asyncio.sleep(0.01)
        raise AssertionError("the socket is open")

    def answer(self, call: list[Any], **payload: Any) -> None:
        self.connection.receive(json.dumps([3, call[1], payload]))
