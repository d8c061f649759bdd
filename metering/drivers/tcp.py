"""Modbus TCP by pymodbus 3.16: one connection, each answer checked against its question."""

import asyncio
import logging
import os
from collections.abc import Awaitable, Callable, Sequence

from pymodbus.client import AsyncModbusTcpClient
from pymodbus.exceptions import ModbusException
from pymodbus.pdu import ModbusPDU

from metering.drivers.port import LineLost, Refused, Unreachable
from metering.faults import Fault, FaultCode
from metering.maps import Table

TIMEOUT_S = 1.5
HEADER_BYTES = 7

# The library reports each failed poll as an error of its own; ours are told once, with the meter's name.
logging.getLogger("pymodbus").setLevel(logging.CRITICAL)


class TcpPort:
    """A `ModbusPort`. pymodbus neither retries nor reconnects here: after any time-out the connection is dropped."""

    def __init__(self, host: str, port: int, timeout_s: float = TIMEOUT_S) -> None:
        self.host = host
        self.port = port
        self.timeout_s = timeout_s
        self._client: AsyncModbusTcpClient | None = None
        self._asked = 0
        self._received = b""
        self._closed_by_peer = False
        self._doubtful = False

    async def open(self) -> None:
        if self._client is not None and self._client.connected:
            return
        self.close()
        client = AsyncModbusTcpClient(
            self.host,
            port=self.port,
            timeout=2 * self.timeout_s,  # ours ends first
            retries=0,
            reconnect_delay=0,
            trace_packet=self._packet,
            trace_pdu=self._pdu,
            trace_connect=self._connection,
        )
        self._client = client
        try:
            async with asyncio.timeout(self.timeout_s):
                # `client.connect()` would hide why it failed.
                await client.ctx.call_create()
        except TimeoutError:
            raise self._unreachable(f"no answer within {self.timeout_s:g} s") from None
        except (OSError, UnicodeError) as error:
            raise self._unreachable(_reason(error)) from None
        # Numbers go on over connections: a gateway that keeps an old answer can't pass it off as the new one.
        client.ctx.next_tid = self._asked

    async def read(self, unit: int, table: Table, address: int, count: int) -> Sequence[int]:
        if self._doubtful:
            # A serial gateway may hand the answer that came too late to whoever asks next (F12).
            self._doubtful = False
            await self._ask(unit, table, address, count)
        response = await self._ask(unit, table, address, count)
        if response.isError():
            code = int(getattr(response, "exception_code", 0))
            raise Refused(_refusal(table, address, count, code), code)
        if table.bits:
            # Bits come in whole bytes.
            if not 0 <= len(response.bits) - count < 8:
                raise self._lost(FaultCode.SHORT, answered=len(response.bits), asked=count)
            return [int(bit) for bit in response.bits[:count]]
        if len(response.registers) != count:
            raise self._lost(FaultCode.SHORT, answered=len(response.registers), asked=count)
        return response.registers

    def close(self) -> None:
        client, self._client = self._client, None
        if client is None:
            return
        if isinstance(client.ctx.transport, asyncio.WriteTransport):
            client.ctx.transport.abort()
        client.close()

    async def _ask(self, unit: int, table: Table, address: int, count: int) -> ModbusPDU:
        client = self._client
        if client is None:
            raise self._lost(FaultCode.CLOSED)
        self._received, self._closed_by_peer = b"", False
        ask = _question(client, table)
        try:
            async with asyncio.timeout(self.timeout_s):
                response = await ask(address, count=count, device_id=unit)
        except (TimeoutError, ModbusException, OSError):
            self._doubtful = True
            raise self._why_no_answer(unit) from None
        except asyncio.CancelledError:
            self._doubtful = True
            self.close()
            raise
        if response.dev_id != unit or response.transaction_id != self._asked:
            raise self._why_no_answer(unit)
        return response

    def _why_no_answer(self, unit: int) -> LineLost:
        """Name what came instead of the answer, from the bytes that were received since the question."""
        data = self._received
        if not data:
            if self._closed_by_peer:
                return self._lost(FaultCode.CLOSED)
            return self._lost(FaultCode.SILENT, seconds=self.timeout_s)
        if len(data) < HEADER_BYTES or data[2:4] != b"\0\0":
            return self._lost(FaultCode.GARBAGE, data=data[:16].hex(" "))
        number, answering_unit = int.from_bytes(data[:2], "big"), data[6]
        if number != self._asked:
            return self._lost(FaultCode.LATE, answered=number, asked=self._asked)
        if answering_unit != unit:
            return self._lost(FaultCode.WRONG_UNIT, answered=answering_unit, unit=unit)
        return self._lost(FaultCode.GARBAGE, data=data[:16].hex(" "))

    def _lost(self, code: FaultCode, **params: str | float) -> LineLost:
        self._doubtful = True
        self.close()
        return LineLost(Fault(code, params))

    def _unreachable(self, reason: str) -> Unreachable:
        self.close()
        return Unreachable(Fault(FaultCode.UNREACHABLE, {"host": self.host, "port": self.port, "reason": reason}))

    def _packet(self, sending: bool, data: bytes) -> bytes:
        if not sending:
            self._received = data
        return data

    def _pdu(self, sending: bool, pdu: ModbusPDU) -> ModbusPDU:
        if sending:
            self._asked = pdu.transaction_id
        return pdu

    def _connection(self, connected: bool) -> None:
        self._closed_by_peer = not connected


def _question(client: AsyncModbusTcpClient, table: Table) -> Callable[..., Awaitable[ModbusPDU]]:
    questions: dict[Table, Callable[..., Awaitable[ModbusPDU]]] = {
        Table.HOLDING: client.read_holding_registers,
        Table.INPUT: client.read_input_registers,
        Table.DISCRETE: client.read_discrete_inputs,
        Table.COIL: client.read_coils,
    }
    return questions[table]


def _refusal(table: Table, address: int, count: int, exception: int) -> Fault:
    if table.bits:
        return Fault(FaultCode.INPUT_EXCEPTION, {"number": address + 1, "exception": exception})
    return Fault(FaultCode.EXCEPTION, {"first": address + 1, "last": address + count, "exception": exception})


def _reason(error: OSError | UnicodeError) -> str:
    """The system's words: asyncio's own hide what went wrong behind the address."""
    if isinstance(error, OSError) and error.errno is not None and error.errno > 0:
        return os.strerror(error.errno)
    return str(getattr(error, "strerror", None) or error)
