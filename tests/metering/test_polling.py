"""The task, the poller's thread, hints and rows together."""

import asyncio
import socket
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from common import clock, hints
from common.writer import writer
from metering import polling, selectors, services
from metering.drivers.port import Unreachable
from metering.models import Meter, Reading
from metering.polling import Poller
from metering.tasks import poll_meters

StartMeter = Callable[[dict[int, int]], Any]
Images = dict[str, dict[int, int]]
pytestmark = pytest.mark.django_db(transaction=True)


class Heard:
    """The hints of topic "reading"."""

    def __init__(self) -> None:
        self.all: list[dict[str, Any]] = []
        self._changed = threading.Condition()

    def __call__(self, hint: dict[str, Any]) -> None:
        with self._changed:
            self.all.append(hint)
            self._changed.notify_all()

    def of(self, meter: Meter) -> list[dict[str, Any]]:
        return [hint for hint in self.all if hint["meter"] == meter.pk]

    def wait(self, meter: Meter, count: int = 1, timeout_s: float = 5.0) -> list[dict[str, Any]]:
        with self._changed:
            assert self._changed.wait_for(lambda: len(self.of(meter)) >= count, timeout_s)
        return self.of(meter)


@pytest.fixture
def heard() -> Iterator[Heard]:
    listener = Heard()
    stop = hints.listen("reading", listener)
    yield listener
    stop()


@pytest.fixture
def poller() -> Iterator[Poller]:
    made = Poller()
    yield made
    made.stop()


def meter(port: int) -> Meter:
    return services.create_meter(name=f"M{port}", model="NSX", host="127.0.0.1", port=port)


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def eventually(claim: Callable[[], bool], timeout_s: float = 5.0, between: Callable[[], None] = lambda: None) -> bool:
    until = clock.monotonic() + timeout_s
    while not claim() and clock.monotonic() < until:
        between()
        time.sleep(0.02)
    return claim()


def test_a_tick_of_the_task_becomes_a_hint_and_a_row(live_meter: StartMeter, images: Images, heard: Heard) -> None:
    made = meter(live_meter(images["NSX"]).port)
    poll_meters()
    hint = heard.wait(made)[0]
    stored = eventually(lambda: Reading.objects.filter(meter=made, sequence=1, energy_wh=1_234_567).exists())
    polling.poller.stop()
    assert stored
    assert (hint["currents_ma"], hint["error"], hint["sequence"]) == ([10_500, 11_000, -10_000], "", 1)
    assert hint["raw"] > 0
    assert 0 <= hint["age_s"] < 2
    assert (selectors.poll_age_s() or 0) < 5


def test_a_failed_poll_is_told_with_its_reason(live_meter: StartMeter, heard: Heard, poller: Poller) -> None:
    made = meter(live_meter({0: 0}).port)
    poller.tick()
    hint = heard.wait(made)[0]
    assert hint["error"] == "the meter refused registers 32028 to 32033: exception 2 (illegal data address)"
    assert (hint["currents_ma"], hint["sequence"], hint["implausible"]) == ([], 1, False)
    assert eventually(lambda: Reading.objects.filter(meter=made, error=hint["error"]).exists())


def test_values_that_can_not_be_are_told_as_implausible(
    live_meter: StartMeter, images: Images, heard: Heard, poller: Poller
) -> None:
    """S7: unlike silence, NaN loses the meter in the next cycle."""
    made = meter(live_meter(images["NSX"] | {32027: 0x7FC0}).port)
    poller.tick()
    hint = heard.wait(made)[0]
    assert (hint["implausible"], hint["error"]) == (True, "current L1 (register 32028) is not a number")


def test_a_dead_gateway_does_not_delay_a_live_one(
    live_meter: StartMeter, images: Images, heard: Heard, poller: Poller
) -> None:
    """MET-5."""
    silent, alive = live_meter(images["NSX"]), live_meter(images["NSX"])
    silent.answer = swallow
    dead, good = meter(silent.port), meter(alive.port)
    for count in range(1, 6):
        started = clock.monotonic()
        poller.tick()
        heard.wait(good, count)
        assert clock.monotonic() - started < 1.0
    assert not heard.of(dead)


def test_a_gateway_that_is_still_busy_skips_the_tick(
    live_meter: StartMeter, images: Images, heard: Heard, poller: Poller
) -> None:
    server = live_meter(images["NSX"])
    made = meter(server.port)
    poller.tick()
    heard.wait(made)
    server.answer = slowly
    for _ in range(4):
        poller.tick()
        time.sleep(0.02)
    heard.wait(made, 2)
    assert not eventually(lambda: len(heard.of(made)) > 2, 0.5)


def test_a_new_meter_is_polled_without_a_restart(
    live_meter: StartMeter, images: Images, heard: Heard, poller: Poller
) -> None:
    server = live_meter(images["NSX"])
    poller.tick()
    made = meter(server.port)
    poller.tick()
    assert heard.wait(made)


def test_a_version_that_changed_elsewhere_is_noticed(
    live_meter: StartMeter, images: Images, heard: Heard, poller: Poller, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A hint from another process may be lost; the version tells."""
    monkeypatch.setattr(polling, "LOOK_AT_VERSION_S", 0.0)
    monkeypatch.setattr(hints, "deliver", lambda topic, payload: heard(payload) if topic == "reading" else None)
    poller.tick()
    made = meter(live_meter(images["NSX"]).port)
    assert eventually(lambda: bool(heard.of(made)), between=poller.tick)


def test_a_deleted_meter_is_polled_no_more(
    live_meter: StartMeter, images: Images, heard: Heard, poller: Poller
) -> None:
    gone, stays = meter(live_meter(images["NSX"]).port), meter(live_meter(images["NSX"]).port)
    poller.tick()
    heard.wait(gone)
    services.delete_meter(meter=gone)
    poller.tick()
    assert eventually(lambda: len(heard.of(stays)) >= len(heard.of(gone)) + 3, between=poller.tick)


def test_a_database_that_stalls_does_not_stop_the_readings(
    live_meter: StartMeter, images: Images, heard: Heard, poller: Poller, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = meter(live_meter(images["NSX"]).port)
    poller.tick()
    heard.wait(made)
    stalled, go_on = threading.Event(), threading.Event()

    def stall(*_arguments: object, **_options: object) -> None:
        stalled.set()
        go_on.wait(10)

    monkeypatch.setattr(writer, "submit", stall)
    for count in range(2, 6):
        poller.tick()
        heard.wait(made, count)
    assert stalled.wait(1)
    go_on.set()


def test_the_test_button_uses_the_connection_of_the_poller(
    live_meter: StartMeter, images: Images, heard: Heard, poller: Poller
) -> None:
    server = live_meter(images["NSX"])
    made = meter(server.port)
    poller.tick()
    heard.wait(made)
    values, _ = poller.read_once(selectors.spec_of(made))
    assert (values.currents_a, server.connections) == ((10.5, 11.0, 12.25), 1)


def test_a_meter_can_be_tested_where_nothing_polls(live_meter: StartMeter, images: Images) -> None:
    made = meter(live_meter(images["NSX"]).port)
    values, lines = Poller().read_once(selectors.spec_of(made))
    assert (values.energy_wh, lines) == (1_234_567, (10_500, 11_000, -10_000))


def test_testing_a_meter_that_is_not_there_says_why() -> None:
    made = meter(free_port())
    with pytest.raises(Unreachable):
        Poller().read_once(selectors.spec_of(made))


def test_a_stopped_poller_closes_its_connections_and_starts_again(
    live_meter: StartMeter, images: Images, heard: Heard, poller: Poller
) -> None:
    server = live_meter(images["NSX"])
    made = meter(server.port)
    poller.tick()
    heard.wait(made)
    poller.stop()
    assert not poller.running
    assert eventually(lambda: server.connected == 0)
    poller.tick()
    heard.wait(made, 2)
    assert server.connections == 2


async def swallow(number: int, unit: int, reply: bytes) -> None:
    return None


async def slowly(number: int, unit: int, reply: bytes) -> bytes:
    await asyncio.sleep(0.2)
    return reply
