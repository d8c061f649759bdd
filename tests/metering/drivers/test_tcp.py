"""One connection against a server that misbehaves on the wire."""

import asyncio
import socket
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from metering.drivers.port import LineLost, ReadError, Refused, Unreachable
from metering.drivers.tcp import TcpPort
from metering.faults import FaultCode
from metering.maps import Table
from metering.sentences import english

TIMEOUT_S = 0.15
StartMeter = Callable[..., Awaitable[Any]]


async def read(port: TcpPort, address: int = 2999, count: int = 6, unit: int = 255) -> list[int]:
    await port.open()
    return list(await port.read(unit, Table.HOLDING, address, count))


async def fault_of(port: TcpPort, **options: int) -> ReadError:
    with pytest.raises(ReadError) as caught:
        await read(port, **options)
    return caught.value


async def test_registers_come_as_they_stand(start_meter: StartMeter) -> None:
    meter = await start_meter({10: 7, 11: 8})
    port = TcpPort("127.0.0.1", meter.port, TIMEOUT_S)
    assert await read(port, 10, 2) == [7, 8]
    port.close()


async def test_one_connection_serves_many_reads(start_meter: StartMeter) -> None:
    meter = await start_meter({10: 7})
    port = TcpPort("127.0.0.1", meter.port, TIMEOUT_S)
    for _ in range(3):
        await read(port, 10, 1)
    assert meter.connections == 1
    port.close()


async def test_an_exception_is_named_and_keeps_the_connection(start_meter: StartMeter) -> None:
    meter = await start_meter({10: 7})
    port = TcpPort("127.0.0.1", meter.port, TIMEOUT_S)
    error = await fault_of(port, address=4999, count=2)
    assert isinstance(error, Refused)
    assert english(error.fault) == "the meter refused registers 5000 to 5001: exception 2 (illegal data address)"
    assert await read(port, 10, 1) == [7]
    assert meter.connections == 1
    port.close()


async def test_a_refused_connection_says_so() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        number = free.getsockname()[1]
    error = await fault_of(TcpPort("127.0.0.1", number, TIMEOUT_S))
    assert isinstance(error, Unreachable)
    assert "refused" in str(error.fault.params["reason"]).lower()


async def test_silence_ends_with_the_time_out_and_closes(start_meter: StartMeter) -> None:
    meter = await start_meter({10: 7})
    meter.answer = swallow
    port = TcpPort("127.0.0.1", meter.port, TIMEOUT_S)
    async with asyncio.timeout(2 * TIMEOUT_S):
        error = await fault_of(port, address=10, count=1)
    assert (type(error), error.fault.code) == (LineLost, FaultCode.SILENT)
    meter.answer = None
    assert await read(port, 10, 1) == [7]
    assert meter.connections == 2
    port.close()


async def test_a_late_answer_is_never_taken_for_the_next_one(start_meter: StartMeter) -> None:
    """F12: each answer comes one question late; on the new connection too."""
    meter = await start_meter({10: 1, 11: 2})
    kept: list[bytes] = []

    async def one_behind(number: int, unit: int, reply: bytes) -> bytes | None:
        kept.append(reply)
        return kept[-2] if len(kept) > 1 else None

    meter.answer = one_behind
    port = TcpPort("127.0.0.1", meter.port, TIMEOUT_S)
    codes = [(await fault_of(port, address=10 + i % 2, count=1)).fault.code for i in range(3)]
    assert codes == [FaultCode.SILENT, FaultCode.LATE, FaultCode.LATE]


async def test_after_a_time_out_the_first_answer_is_thrown_away(start_meter: StartMeter) -> None:
    """F12: a serial gateway pairs the late answer of the device with the next question."""
    meter = await start_meter({10: 1, 11: 2})
    last: list[bytes] = []

    async def one_payload_behind(number: int, unit: int, reply: bytes) -> bytes | None:
        last.append(reply[7:])
        return None if len(last) == 1 else reply[:7] + last[-2]

    meter.answer = one_payload_behind
    port = TcpPort("127.0.0.1", meter.port, TIMEOUT_S)
    await fault_of(port, address=10, count=1)
    assert await read(port, 11, 1) == [2]
    port.close()


async def test_numbers_of_questions_do_not_repeat_on_the_next_connection(start_meter: StartMeter) -> None:
    """F12: an answer kept from the old connection must not fit a question of the new one."""
    meter = await start_meter({10: 7})
    meter.answer = swallow
    port = TcpPort("127.0.0.1", meter.port, TIMEOUT_S)
    await fault_of(port, address=10, count=1)
    meter.answer = None
    await read(port, 10, 1)
    assert len(set(meter.numbers)) == len(meter.numbers) == 3
    port.close()


async def test_another_units_answer_is_refused(start_meter: StartMeter) -> None:
    meter = await start_meter({10: 7})

    async def from_unit_9(number: int, unit: int, reply: bytes) -> bytes:
        return reply[:6] + b"\x09" + reply[7:]

    meter.answer = from_unit_9
    error = await fault_of(TcpPort("127.0.0.1", meter.port, TIMEOUT_S), address=10, count=1)
    assert english(error.fault) == "unit 9 answered instead of unit 255"


async def test_a_zero_transaction_number_is_refused(start_meter: StartMeter) -> None:
    meter = await start_meter({10: 7})

    async def numbered_zero(number: int, unit: int, reply: bytes) -> bytes:
        return b"\0\0" + reply[2:]

    meter.answer = numbered_zero
    error = await fault_of(TcpPort("127.0.0.1", meter.port, TIMEOUT_S), address=10, count=1)
    assert error.fault.code is FaultCode.LATE


async def test_a_short_answer_is_refused(start_meter: StartMeter) -> None:
    meter = await start_meter({10: 7, 11: 8})

    async def one_register(number: int, unit: int, reply: bytes) -> bytes:
        return reply[:5] + b"\x05\xff\x03\x02\x00\x07"

    meter.answer = one_register
    error = await fault_of(TcpPort("127.0.0.1", meter.port, TIMEOUT_S), address=10, count=2)
    assert english(error.fault) == "the answer has 1 registers instead of 2"


@pytest.mark.parametrize(
    "garbage", [b"HTTP/1.1 400 Bad Request\r\n\r\n", b"\xff", b"\0" * 300, b"\x00\x01\x00\x00\x00\x03\xff\x63\x00"]
)
async def test_garbage_is_refused_and_the_next_read_works(start_meter: StartMeter, garbage: bytes) -> None:
    meter = await start_meter({10: 7})

    async def spoil(number: int, unit: int, reply: bytes) -> bytes:
        return garbage

    meter.answer = spoil
    port = TcpPort("127.0.0.1", meter.port, TIMEOUT_S)
    assert isinstance(await fault_of(port, address=10, count=1), LineLost)
    meter.answer = None
    assert await read(port, 10, 1) == [7]
    port.close()


async def test_a_cancelled_read_leaves_no_connection_behind(start_meter: StartMeter) -> None:
    meter = await start_meter({10: 7})
    meter.answer = swallow
    port = TcpPort("127.0.0.1", meter.port, timeout_s=5.0)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.1):
            await read(port, 10, 1)
    meter.answer = None
    assert await read(port, 10, 1) == [7]
    assert meter.connections == 2
    port.close()


async def swallow(number: int, unit: int, reply: bytes) -> None:
    return None
