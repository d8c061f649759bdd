"""One poll of each model over a real connection."""

import math
import socket
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from pymodbus.server import ModbusTcpServer
from pymodbus.simulator import DataType, SimData, SimDevice

from engine.wiring import Grid
from metering.decode import Values
from metering.drivers.port import Refused
from metering.drivers.tcp import TcpPort
from metering.faults import FaultCode, Unreadable
from metering.maps import MODELS
from metering.reading import Device, read_device
from metering.records import MeterSpec, Role
from metering.signs import Lines

StartMeter = Callable[..., Awaitable[Any]]


def device(model: str = "PM5320, IEM3x5x", port: int = 0, **options: Any) -> Device:
    return Device(MeterSpec(id=1, name="M", model=model, host="127.0.0.1", port=port, unit=255, **options))


async def read(asked: Device) -> tuple[Values, Lines]:
    port = TcpPort("127.0.0.1", asked.spec.port, 0.3)
    try:
        return await read_device(port, asked)
    finally:
        port.close()


@pytest.mark.parametrize("model", ["PM5320, IEM3x5x", "PowerTag A", "NSX", "MTZ"])
async def test_each_model_gives_its_values(start_meter: StartMeter, images: dict[str, Any], model: str) -> None:
    meter = await start_meter(images[model])
    values, lines = await read(device(model, meter.port))
    assert values.currents_a == (10.5, 11.0, 12.25)
    assert values.powers_w == pytest.approx((2400.0, 2500.0, -2300.0))
    assert values.power_w == pytest.approx(2600.0)
    assert values.energy_wh == 1_234_567
    assert lines == (10_500, 11_000, -10_000)


async def test_the_legacy_breaker_gives_its_values(start_meter: StartMeter, images: dict[str, Any]) -> None:
    meter = await start_meter(images["NSX legacy"])
    values, lines = await read(device("NSX legacy", meter.port))
    assert values.powers_w == pytest.approx((2400.0, 2500.0, -2300.0))
    assert values.power_w == pytest.approx(2600.0)
    assert values.energy_wh == 1_234_000
    assert lines == (10_000, 11_000, -10_000)


async def test_a_poll_takes_two_reads_at_most(start_meter: StartMeter, images: dict[str, Any]) -> None:
    for model in MODELS:
        meter = await start_meter(images[model])
        await read(device(model, meter.port))
        assert len(meter.reads) <= 2


async def test_a_meter_that_refuses_gaps_is_read_value_by_value(
    start_meter: StartMeter, images: dict[str, Any]
) -> None:
    gaps = {a: w for a, w in images["PM5320, IEM3x5x"].items() if a in (*range(2999, 3005), *range(3053, 3061))}
    meter = await start_meter(gaps)
    asked = device(port=meter.port)
    values, _ = await read(asked)
    assert (values.currents_a, asked.split) == ((10.5, 11.0, 12.25), True)
    meter.reads.clear()
    await read(asked)
    assert [(address, count) for _, address, count in meter.reads] == [(2999, 6), (3053, 8), (3203, 4)]


async def test_energy_that_the_meter_refuses_is_a_remark(start_meter: StartMeter, images: dict[str, Any]) -> None:
    meter = await start_meter({a: w for a, w in images["NSX"].items() if a < 32095})
    values, _ = await read(device("NSX", meter.port))
    assert (values.energy_wh, values.remarks[0].code) == (None, FaultCode.MISSING)


async def test_currents_that_the_meter_refuses_fail_the_poll(start_meter: StartMeter) -> None:
    meter = await start_meter({0: 0})
    with pytest.raises(Refused):
        await read(device(port=meter.port))


@pytest.mark.parametrize(("words", "code"), [((0x7FC0, 0), FaultCode.NOT_A_NUMBER), ((0xFF80, 0), FaultCode.INFINITE)])
async def test_a_current_that_is_no_number_fails_the_poll(
    start_meter: StartMeter, images: dict[str, Any], words: tuple[int, int], code: FaultCode
) -> None:
    meter = await start_meter(images["NSX"] | {32029: words[0], 32030: words[1]})
    with pytest.raises(Unreadable) as caught:
        await read(device("NSX", meter.port))
    assert caught.value.fault.code is code


async def test_a_production_meter_counts_active_current(start_meter: StartMeter, images: dict[str, Any]) -> None:
    meter = await start_meter(images["NSX"])
    _, lines = await read(device("NSX", meter.port, role=Role.PRODUCTION))
    assert lines == (10_435, 10_870, 10_000)


async def test_a_single_phase_grid_reads_one_line(start_meter: StartMeter, images: dict[str, Any]) -> None:
    nan = {32029: 0x7FC0, 32031: 0x7FC0, 32073: 0x7FC0, 32075: 0x7FC0}
    meter = await start_meter(images["NSX"] | nan)
    _, lines = await read(device("NSX", meter.port, grid=Grid.SINGLE))
    assert lines == (10_500, 0, 0)


def test_a_model_that_does_not_exist_is_named() -> None:
    with pytest.raises(Unreadable) as caught:
        device("PM9999")
    assert caught.value.fault.params == {"model": "PM9999"}


async def test_another_modbus_server_is_read_as_well() -> None:
    """pymodbus' own server, so that not only our reading of the protocol agrees with itself."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        number = free.getsockname()[1]
    block = [
        SimData(2999, values=[1.5, 2.5, 3.5], datatype=DataType.FLOAT32),
        SimData(3053, values=[0.1, 0.2, 0.3, 0.6], datatype=DataType.FLOAT32),
        SimData(3203, values=77_000, datatype=DataType.INT64),
    ]
    server = ModbusTcpServer(SimDevice(255, simdata=block), address=("127.0.0.1", number))
    await server.serve_forever(background=True)
    try:
        values, lines = await read(device(port=number))
    finally:
        await server.shutdown()  # type: ignore[no-untyped-call]  # pymodbus has no types here
    assert (lines, values.energy_wh) == ((1_500, 2_500, 3_500), 77_000)
    assert math.isclose(values.power_w or 0, 600, rel_tol=1e-6)
