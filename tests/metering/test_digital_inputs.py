"""Digital inputs, from a Modbus TCP server of the library to hints and rows (DI-1)."""

import asyncio
import socket
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from pymodbus.server import ModbusTcpServer
from pymodbus.simulator import DataType, SimData, SimDevice

from common import clock, hints
from metering.drivers.tcp import TcpPort
from metering.faults import FaultCode
from metering.gateways import Gateway
from metering.maps import Table
from metering.models import DigitalInput, InputState, Meter
from metering.polling import Poller
from metering.records import InputPlan, InputPoll, InputSpec, Poll
from metering.services import create_meter, record_input_polls, replace_inputs
from tests.chargers import builders as site
from zones.services import bump_version

COILS = [True, False, False, True]
INPUTS = [False, True, False, False]
StartMeter = Callable[..., Any]


class Relay:
    """A device with coils 1 and 4 on and discrete input 2 on, on a loop of its own; unit 1."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever)
        self._thread.start()
        self.server: ModbusTcpServer
        self.port = self._do(self._start())

    async def _start(self, port: int = 0) -> int:
        registers = [SimData(0, values=[0], datatype=DataType.REGISTERS)]
        device = SimDevice(id=1, simdata=(_bits(COILS), _bits(INPUTS), registers, registers))
        self.server = ModbusTcpServer(device, address=("127.0.0.1", port))
        await self.server.serve_forever(background=True)
        assert isinstance(self.server.transport, asyncio.Server)
        return int(self.server.transport.sockets[0].getsockname()[1])

    def fail(self) -> None:
        self._do(self.server.shutdown())

    def recover(self) -> None:
        self._do(self._start(self.port))

    def close(self) -> None:
        self.fail()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def _do(self, work: Any) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(5)


def _bits(values: list[bool]) -> list[SimData]:
    return [SimData(0, values=values + [False] * (16 - len(values)), datatype=DataType.BITS)]


@pytest.fixture
def relay() -> Iterator[Relay]:
    made = Relay()
    yield made
    made.close()


@pytest.fixture
def poller() -> Iterator[Poller]:
    made = Poller()
    yield made
    made.stop()


@pytest.fixture
def heard() -> Iterator[list[dict[str, Any]]]:
    told: list[dict[str, Any]] = []
    stop = hints.listen("input", told.append)
    yield told
    stop()


def spec(port: int, number: int, table: Table = Table.COIL, *, inverted: bool = False) -> InputSpec:
    return InputSpec(number, f"I{number}", "127.0.0.1", port, 1, table, number, inverted)


async def polled(port: int, *specs: InputSpec) -> list[InputPoll]:
    polls: list[Poll | InputPoll] = []
    gateway = Gateway(TcpPort("127.0.0.1", port, 0.5), polls.append)
    gateway.configure(specs)
    await gateway.poll()
    await gateway.close()
    return [poll for poll in polls if isinstance(poll, InputPoll)]


def create(port: int, **values: Any) -> DigitalInput:
    row = {"name": "Receiver", "host": "127.0.0.1", "unit": 1, "number": 2, "quotient_pct": 60} | values
    made = DigitalInput.objects.create(port=port, **row)
    bump_version()
    return made


def eventually(claim: Callable[[], bool], timeout_s: float = 5.0, between: Callable[[], None] = lambda: None) -> bool:
    until = clock.monotonic() + timeout_s
    while not claim() and clock.monotonic() < until:
        between()
        time.sleep(0.02)
    return claim()


async def test_coils_and_discrete_inputs_are_read_by_their_documented_number(relay: Relay) -> None:
    """The address on the wire is the number less one."""
    coils = [spec(relay.port, number) for number in (1, 2, 3, 4)]
    assert [poll.active for poll in await polled(relay.port, *coils)] == COILS
    contacts = [spec(relay.port, number, Table.DISCRETE) for number in (1, 2, 3, 4)]
    assert [poll.active for poll in await polled(relay.port, *contacts)] == INPUTS


async def test_an_inverted_input_is_active_while_it_is_0(relay: Relay) -> None:
    polls = await polled(relay.port, spec(relay.port, 1, inverted=True), spec(relay.port, 2, inverted=True))
    assert [poll.active for poll in polls] == [False, True]


async def test_an_input_that_does_not_exist_is_a_fault_with_its_number_and_others_go_on(relay: Relay) -> None:
    missing, there = await polled(relay.port, spec(relay.port, 900), spec(relay.port, 1))
    assert missing.active is None
    assert missing.fault
    assert (missing.fault.code, missing.fault.params["number"]) == (FaultCode.INPUT_EXCEPTION, 900)
    assert there.active is True


async def test_an_unreachable_device_is_a_fault_of_each_of_its_inputs() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    polls = await polled(port, spec(port, 1), spec(port, 2))
    assert [poll.fault and poll.fault.code for poll in polls] == [FaultCode.UNREACHABLE] * 2


@pytest.mark.django_db(transaction=True)
def test_an_input_becomes_hints_and_a_row_is_lost_and_comes_back(
    relay: Relay, poller: Poller, heard: list[dict[str, Any]]
) -> None:
    made = create(relay.port)
    assert eventually(lambda: InputState.objects.filter(input=made, active=True).exists(), between=poller.tick)
    assert heard[0] == {"input": made.pk, "sequence": 1, "active": True}
    relay.fail()
    assert eventually(lambda: heard[-1]["active"] is None, between=poller.tick)
    assert eventually(lambda: InputState.objects.get(input=made).fault != {}, between=poller.tick)
    relay.recover()
    assert eventually(lambda: heard[-1]["active"] is True, timeout_s=10, between=poller.tick)


@pytest.mark.django_db(transaction=True)
def test_meters_and_inputs_of_a_gateway_share_its_one_connection(
    live_meter: StartMeter, images: dict[str, Any], poller: Poller, heard: list[dict[str, Any]]
) -> None:
    server = live_meter(images["NSX"])
    meter = create_meter(name="M", model="NSX", host="127.0.0.1", port=server.port)
    create(server.port, unit=255, table="coil")
    assert eventually(lambda: bool(heard), between=poller.tick)
    assert eventually(lambda: Meter.objects.get(pk=meter.pk).reading.sequence > 0, between=poller.tick)
    assert server.connections == 1


@pytest.mark.django_db
def test_the_newest_poll_is_stored_and_those_of_inputs_that_are_gone_are_dropped() -> None:
    made = create(502)
    polls = [InputPoll(i, n, clock.now(), active=n == 2) for i in (made.pk, made.pk + 1) for n in (2, 1)]
    assert record_input_polls([polls[:1], polls[1:]]) == [1, 3]
    assert list(InputState.objects.values_list("input_id", "sequence", "active")) == [(made.pk, 2, True)]


@pytest.mark.django_db
def test_inputs_are_replaced_by_name_and_keep_their_rows() -> None:
    zone = site.zone()
    made = create(502)
    create(502, name="Gone")
    replace_inputs([InputPlan("", "Receiver", "10.0.0.1", 503, 2, "coil", 9, True, 0, "inactive", (zone.name,))])
    row = DigitalInput.objects.get()
    assert (row.pk, row.port, row.table, list(row.zones.all())) == (made.pk, 503, "coil", [zone])
