"""S13: of two cores only the holder of the newest token sends."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from asgiref.sync import sync_to_async
from django.db import transaction
from django.db.models import F

from chargers.models import Connector, Setpoint, Station
from common import clock
from common.writer import writer
from control.conductor import SetpointRow
from control.lease import LEASE_S, Right, acquire
from control.models import Lease, SiteDocument
from control.runtime import Runtime
from control.store import Setpoints, save_setpoints
from engine.commands import Order, Write
from engine.facts import Outcome, StationConnected, StationReady, Status, StatusChanged, TransactionStarted, WriteEnded
from zones.models import Site, Zone

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
async def runtime() -> AsyncIterator[Runtime]:
    made = Runtime()
    writer.bind(asyncio.get_running_loop())
    writer.start()
    yield made
    await made.stop()
    await asyncio.to_thread(writer.stop)
    writer.bind(None)


class Counting:
    """Stations that accept every write and count them."""

    def __init__(self, runtime: Runtime) -> None:
        self.runtime = runtime
        self.writes = 0

    def write(self, write: Write) -> None:
        self.writes += 1
        self.runtime.feed(WriteEnded(write.connector, write.generation, Outcome.ACCEPTED))

    def order(self, order: Order) -> None:
        self.writes += 1


def one_station() -> int:
    Site.objects.create(pk=1, settle_s=1)
    zone = Zone.objects.create(name="Main", max_current_a=60)
    station = Station.objects.create(box_identity="S1", state=Station.State.INSTALLED, zone=zone)
    Connector.objects.create(station=station, number=1)
    return station.pk


async def test_a_core_whose_lease_was_taken_sends_nothing_more(runtime: Runtime) -> None:
    station = await sync_to_async(one_station)()
    port = runtime.port = Counting(runtime)
    await runtime.start(asyncio.get_running_loop())
    await Lease.objects.aupdate(token=F("token") + 1, holder="another core")
    async with asyncio.timeout(5):
        while runtime.health().leading:
            await asyncio.sleep(0.05)
    runtime.feed(StationConnected(station))
    runtime.feed(StationReady(station))
    await asyncio.sleep(1.5)
    assert port.writes == 0


async def charging(runtime: Runtime) -> int:
    station = await sync_to_async(one_station)()
    connector: int = (await Connector.objects.aget()).pk
    await runtime.start(asyncio.get_running_loop())
    runtime.feed(StationConnected(station))
    runtime.feed(StationReady(station))
    runtime.feed(StatusChanged(connector, Status.CHARGING))
    runtime.feed(TransactionStarted(connector, 5))
    async with asyncio.timeout(10):
        while not await Setpoint.objects.filter(connector=connector, limit_ma__gt=0).aexists():
            await asyncio.sleep(0.1)
    return connector


async def pause(monkeypatch: pytest.MonkeyPatch, for_s: float = LEASE_S + 1) -> None:
    """As SIGSTOP and SIGCONT do it: the clock has gone on, and no task has run."""
    before = clock.monotonic
    monkeypatch.setattr(clock, "monotonic", lambda: before() + for_s)
    await asyncio.sleep(2.5)


async def test_a_paused_core_whose_lease_was_taken_meanwhile_sends_and_stores_nothing(
    runtime: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    port = runtime.port = Counting(runtime)
    connector = await charging(runtime)
    writes = port.writes
    await Lease.objects.aupdate(token=F("token") + 1, holder="another core")
    await Setpoint.objects.filter(connector=connector).aupdate(generation=1000)
    await SiteDocument.objects.aupdate(sequence=9_000)
    await pause(monkeypatch)
    assert port.writes == writes
    assert (await Setpoint.objects.aget(connector=connector)).generation == 1000
    assert (await SiteDocument.objects.aget()).sequence == 9_000


async def test_a_paused_core_whose_lease_nobody_took_goes_on(runtime: Runtime, monkeypatch: pytest.MonkeyPatch) -> None:
    port = runtime.port = Counting(runtime)
    await charging(runtime)
    writes = port.writes
    await pause(monkeypatch)
    assert runtime.health().leading
    assert port.writes > writes


async def test_a_core_whose_lease_was_taken_asks_to_be_ended(runtime: Runtime) -> None:
    ended: list[str] = []
    await sync_to_async(one_station)()
    await runtime.start(asyncio.get_running_loop(), end=ended.append)
    await Lease.objects.aupdate(token=F("token") + 1, holder="another core")
    await asyncio.sleep(3)
    assert ended == ["Another EVCE core controls this site now."]


def test_a_row_of_a_newer_leader_is_never_overwritten() -> None:
    one_station()
    connector = Connector.objects.get().pk
    old = acquire("me")
    new = acquire("me")
    rows = [Setpoints(t, [SetpointRow(connector, 0, 0, 0, 0, g, ())]) for t, g in ((new, 1000), (old, 1001))]
    with transaction.atomic():
        assert save_setpoints(rows) == [True, False]
    assert Setpoint.objects.get().generation == 1000


def test_a_lease_that_was_not_renewed_in_time_gives_no_right() -> None:
    right = Right()
    right.taken(1, 100.0)
    assert right.still_holds(109.0)
    assert not right.still_holds(110.0)


def test_a_core_that_keeps_others_out_by_itself_needs_no_database_while_it_runs() -> None:
    """F25: the disk is full."""
    right = Right(alone=True)
    right.taken(1, 100.0)
    assert all(right.still_holds(100.0 + s) for s in range(60))
    assert not right.still_holds(159.0 + LEASE_S)
