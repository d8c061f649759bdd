"""The simulated meters over real Modbus TCP, read by the client that EVCE uses."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from pymodbus.client import AsyncModbusTcpClient
from pymodbus.exceptions import ModbusException

from simulator.adapters.modbus import ModbusGateway
from simulator.meter import Meter
from simulator.registers import Fault


@asynccontextmanager
async def reading(meter: Meter) -> AsyncIterator[AsyncModbusTcpClient]:
    gateway = ModbusGateway("127.0.0.1", 0, {7: meter}, lambda: 1.0)
    await gateway.start()
    client = AsyncModbusTcpClient("127.0.0.1", port=gateway.port, timeout=0.3, retries=0)
    await client.connect()
    try:
        yield client
    finally:
        client.close()
        await gateway.stop()


def fed(fault: Fault | None = None) -> Meter:
    meter = Meter("m")
    meter.feed((16_000, 8_000, 0), 1.0)
    meter.misbehave(fault, 1.0)
    return meter


async def currents(client: AsyncModbusTcpClient, unit: int = 7) -> Any:
    answer = await client.read_holding_registers(2999, count=6, device_id=unit)
    if answer.isError():
        return answer.exception_code
    return client.convert_from_registers(answer.registers, client.DATATYPE.FLOAT32)


async def test_a_good_read() -> None:
    async with reading(fed()) as client:
        assert await currents(client) == [16.0, 8.0, 0.0]


@pytest.mark.parametrize(("fault", "unit", "code"), [(Fault.EXCEPTION, 7, 4), (None, 8, 11)])
async def test_exceptions(fault: Fault | None, unit: int, code: int) -> None:
    async with reading(fed(fault)) as client:
        assert await currents(client, unit) == code


async def test_a_split_value_is_exception_2() -> None:
    async with reading(fed()) as client:
        answer = await client.read_holding_registers(3000, count=2, device_id=7)
        assert answer.exception_code == 2


@pytest.mark.parametrize("fault", [Fault.SILENT, Fault.GARBAGE, Fault.LATE])
async def test_no_usable_answer(fault: Fault) -> None:
    async with reading(fed(fault)) as client:
        with pytest.raises(ModbusException):
            await currents(client)


async def test_it_speaks_again_after_a_silence() -> None:
    meter = fed(Fault.SILENT)
    async with reading(meter) as client:
        with pytest.raises(ModbusException):
            await currents(client)
        meter.misbehave(None, 1.0)
        assert await currents(client) == [16.0, 8.0, 0.0]


async def test_a_late_answer_carries_the_question_s_number() -> None:
    gateway = ModbusGateway("127.0.0.1", 0, {7: fed(Fault.LATE)}, lambda: 1.0)
    await gateway.start()
    reader, writer = await asyncio.open_connection("127.0.0.1", gateway.port)
    for transaction in (1, 2):
        writer.write(bytes((0, transaction, 0, 0, 0, 6, 7, 3, 0x0B, 0xB7, 0, 2)))
    answer = await asyncio.wait_for(reader.readexactly(13), 2)
    assert answer[1] == 1
    writer.close()
    await gateway.stop()
