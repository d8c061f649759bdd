"""S13: of two cores only the holder of the newest token sends."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from asgiref.sync import sync_to_async
from django.db.models import F

from chargers.models import Connector, Station
from common.writer import writer
from control.models import Lease
from control.runtime import Runtime
from engine.commands import Order, Write
from engine.facts import Outcome, StationConnected, StationReady, WriteEnded
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
