"""Real Modbus TCP servers in front of simulated meters, able to misbehave on the wire.

Framed here and not by pymodbus: its server cannot stay silent, answer late or send garbage.
"""

import asyncio
import struct
from collections.abc import Callable, Mapping

from simulator.meter import Meter
from simulator.registers import Fault

_READ_HOLDING, _READ_INPUT = 3, 4
_ILLEGAL_FUNCTION, _ILLEGAL_ADDRESS, _ILLEGAL_VALUE, _DEVICE_FAILURE, _NO_TARGET = 1, 2, 3, 4, 11
_MOST_REGISTERS = 125
_GARBAGE = b"\xde\xad\xbe\xef" * 4


class ModbusGateway:
    """One address with its meters by unit id. `clock` says what instant the meters are asked for."""

    def __init__(self, host: str, port: int, meters: Mapping[int, Meter], clock: Callable[[], float]) -> None:
        self._host = host
        self._port = port
        self._meters = meters
        self._clock = clock
        self._server: asyncio.Server | None = None
        self._connections: dict[asyncio.StreamWriter, asyncio.Task[None]] = {}

    @property
    def port(self) -> int:
        """The one it listens on (asked for 0: any free one)."""
        assert self._server is not None
        return int(self._server.sockets[0].getsockname()[1])

    async def start(self) -> None:
        """OSError where the address is not this machine's or is taken."""
        self._server = await asyncio.start_server(self._serve, self._host, self._port)

    async def stop(self) -> None:
        if self._server is not None:
            self._server.close()
            for writer in self._connections:
                writer.transport.abort()
            await asyncio.gather(*self._connections.values())
            await self._server.wait_closed()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._connections[writer] = task
        late: bytes | None = None
        try:
            while True:
                transaction, protocol, length, unit = struct.unpack(">HHHB", await reader.readexactly(7))
                request = await reader.readexactly(length - 1)
                meter = self._meters.get(unit)
                fault = meter.fault if meter is not None else None
                if fault is Fault.SILENT:
                    continue
                body = bytes((unit,)) + self._answer(meter, request)
                answer = struct.pack(">HHH", transaction, protocol, len(body)) + body
                if fault is Fault.LATE:
                    answer, late = late or b"", answer
                elif fault is Fault.GARBAGE:
                    answer = _GARBAGE
                writer.write(answer)
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            del self._connections[writer]
            writer.close()

    def _answer(self, meter: Meter | None, request: bytes) -> bytes:
        function = request[0] if request else 0
        if meter is None:
            return _refuse(function, _NO_TARGET)
        if function not in (_READ_HOLDING, _READ_INPUT) or len(request) != 5:
            return _refuse(function, _ILLEGAL_FUNCTION)
        if meter.fault is Fault.EXCEPTION:
            return _refuse(function, _DEVICE_FAILURE)
        address, count = struct.unpack(">HH", request[1:])
        if not 1 <= count <= _MOST_REGISTERS:
            return _refuse(function, _ILLEGAL_VALUE)
        words = meter.image(self._clock()).read(address, count)
        if words is None:
            return _refuse(function, _ILLEGAL_ADDRESS)
        return struct.pack(f">BB{count}H", function, 2 * count, *words)


def _refuse(function: int, code: int) -> bytes:
    return bytes((function | 0x80, code))
