"""Stations and rows for a running control loop."""

import asyncio
from collections.abc import Callable

from chargers.models import Connector, Station
from control.runtime import Runtime
from engine.commands import Order, Target, Write
from engine.facts import (
    Fact,
    Outcome,
    StationConnected,
    StationReady,
    Status,
    StatusChanged,
    TransactionStarted,
    WriteEnded,
)
from zones.models import Site, Zone


class Willing:
    """Stations that accept every write at once."""

    def __init__(self, feed: Callable[[Fact], None]) -> None:
        self.feed = feed
        self.limits_a: dict[int, float] = {}

    def write(self, write: Write) -> None:
        if write.target is Target.LIMIT:
            self.limits_a[write.connector] = write.limit_ma / 1000
        self.feed(WriteEnded(write.connector, write.generation, Outcome.ACCEPTED))

    def order(self, order: Order) -> None:
        """Nothing is asked of these."""


def make_site(max_a: int = 60, stations: int = 3) -> list[Connector]:
    Site.objects.create(pk=1, settle_s=1)
    zone = Zone.objects.create(name="Main", max_current_a=max_a)
    made = []
    for n in range(stations):
        station = Station.objects.create(box_identity=f"S{n}", state=Station.State.INSTALLED, zone=zone)
        made.append(Connector.objects.create(station=station, number=1))
    return made


def plug(runtime: Runtime, connectors: list[Connector]) -> None:
    for connector in connectors:
        runtime.feed(StationConnected(connector.station_id))
        runtime.feed(StationReady(connector.station_id))
        runtime.feed(StatusChanged(connector.pk, Status.CHARGING))
        runtime.feed(TransactionStarted(connector.pk, connector.pk + 1000))


async def until(condition: Callable[[], bool], seconds: float = 10) -> None:
    async with asyncio.timeout(seconds):
        while not condition():
            await asyncio.sleep(0.05)
