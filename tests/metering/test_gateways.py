"""Meters behind gateways, over real connections."""

import asyncio
import socket
from collections.abc import Awaitable, Callable
from typing import Any

from common import clock
from metering.drivers.tcp import TcpPort
from metering.faults import FaultCode
from metering.gateways import Gateway, Patience
from metering.records import MeterSpec, Poll

TIMEOUT_S = 0.15
StartMeter = Callable[..., Awaitable[Any]]


def spec(meter_id: int, port: int, unit: int = 255, model: str = "PM5320, IEM3x5x") -> MeterSpec:
    return MeterSpec(meter_id, f"M{meter_id}", model, "127.0.0.1", port, unit)


def gateway(polls: list[Poll], *specs: MeterSpec) -> Gateway:
    made = Gateway(TcpPort("127.0.0.1", specs[0].port, TIMEOUT_S), polls.append)
    made.configure(list(specs))
    return made


async def test_a_poll_counts_up_and_tells_the_currents(start_meter: StartMeter) -> None:
    meter = await start_meter()
    polls: list[Poll] = []
    place = gateway(polls, spec(1, meter.port))
    await place.poll()
    await place.poll()
    assert [(p.meter, p.sequence, p.currents_ma) for p in polls] == [
        (1, 1, (10_500, 11_000, -10_000)),
        (1, 2, (10_500, 11_000, -10_000)),
    ]
    await place.close()


async def test_the_devices_of_a_gateway_share_its_connection(start_meter: StartMeter, images: dict[str, Any]) -> None:
    meter = await start_meter(units={1: images["PowerTag A"], 2: images["PowerTag A"]})
    polls: list[Poll] = []
    place = gateway(polls, spec(1, meter.port, 1, "PowerTag A"), spec(2, meter.port, 2, "PowerTag A"))
    await place.poll()
    assert [(p.meter, p.fault) for p in polls] == [(1, None), (2, None)]
    assert meter.connections == 1
    await place.close()


async def test_an_unreachable_gateway_fails_all_its_meters_at_once() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        number = free.getsockname()[1]
    polls: list[Poll] = []
    await gateway(polls, spec(1, number, 1), spec(2, number, 2)).poll()
    assert [(p.meter, p.fault.code if p.fault else None) for p in polls] == [
        (1, FaultCode.UNREACHABLE),
        (2, FaultCode.UNREACHABLE),
    ]


async def test_an_unreachable_gateway_is_left_alone_for_a_while() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        number = free.getsockname()[1]
    polls: list[Poll] = []
    place = gateway(polls, spec(1, number))
    for _ in range(5):
        await place.poll()
    assert len(polls) == 2


async def test_a_dead_device_is_asked_after_the_live_ones(start_meter: StartMeter, images: dict[str, Any]) -> None:
    """MET-5: in the second round the live device does not wait for the dead one."""
    meter = await start_meter(units={1: images["NSX"], 2: images["NSX"]})

    async def unit_1_is_dead(number: int, unit: int, reply: bytes) -> bytes | None:
        return None if unit == 1 else reply

    meter.answer = unit_1_is_dead
    polls: list[Poll] = []
    place = gateway(polls, spec(1, meter.port, 1, "NSX"), spec(2, meter.port, 2, "NSX"))
    await place.poll()
    await place.poll()
    assert [(p.meter, p.fault is None) for p in polls] == [(1, False), (2, True), (2, True), (1, False)]
    await place.close()


async def test_only_one_dead_device_is_asked_a_round(start_meter: StartMeter, images: dict[str, Any]) -> None:
    meter = await start_meter(units=dict.fromkeys((1, 2, 3, 4), images["NSX"]))

    async def only_unit_4_lives(number: int, unit: int, reply: bytes) -> bytes | None:
        return reply if unit == 4 else None

    meter.answer = only_unit_4_lives
    polls: list[Poll] = []
    place = gateway(polls, *(spec(unit, meter.port, unit, "NSX") for unit in (1, 2, 3, 4)))
    await place.poll()
    polls.clear()
    await place.poll()
    assert [p.meter for p in polls] == [4, 1]
    await place.close()


async def test_a_meter_that_comes_back_is_good_at_once(start_meter: StartMeter) -> None:
    meter = await start_meter({0: 0})
    polls: list[Poll] = []
    place = gateway(polls, spec(1, meter.port))
    await place.poll()
    meter.registers[255] = await all_registers(start_meter)
    await place.poll()
    assert [p.fault is None for p in polls] == [False, True]
    await place.close()


async def all_registers(start_meter: StartMeter) -> dict[int, int]:
    registers: dict[int, int] = (await start_meter()).registers[255]
    return registers


async def test_a_new_configuration_keeps_the_count_of_polls(start_meter: StartMeter) -> None:
    meter = await start_meter()
    polls: list[Poll] = []
    place = gateway(polls, spec(1, meter.port))
    await place.poll()
    place.configure([spec(1, meter.port, unit=7)])
    await place.poll()
    assert [(p.sequence, p.fault is None) for p in polls] == [(1, True), (2, False)]
    await place.close()


async def test_an_unknown_model_fails_its_own_meter_only(start_meter: StartMeter) -> None:
    meter = await start_meter()
    polls: list[Poll] = []
    place = gateway(polls, spec(1, meter.port, model="PM9999"), spec(2, meter.port))
    await place.poll()
    assert [(p.meter, p.fault.code if p.fault else None) for p in polls] == [(1, FaultCode.UNKNOWN_MODEL), (2, None)]
    await place.close()


async def test_the_test_button_waits_for_the_round(start_meter: StartMeter) -> None:
    meter = await start_meter()
    polls: list[Poll] = []
    place = gateway(polls, spec(1, meter.port))
    _, (values, _) = await asyncio.gather(place.poll(), place.read_once(spec(1, meter.port)))
    assert (len(polls), values.currents_a, meter.connections) == (1, (10.5, 11.0, 12.25), 1)
    await place.close()


def test_patience_grows_from_nothing_to_five_seconds() -> None:
    patience = Patience()
    waits: list[float] = []
    now = clock.monotonic()
    for _ in range(7):
        patience.failed(now)
        waits.append(patience.retry_at - now)
    assert waits == [0, 1, 2, 4, 5, 5, 5]
