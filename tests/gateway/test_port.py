"""Who is connected: newest wins (F18), flapping, changes of the configuration."""

import asyncio
from dataclasses import replace

from asgiref.sync import sync_to_async

from chargers.models import Connector, Station
from chargers.records import StationRecord
from common.writer import writer
from gateway.port import FLAP_DELAY_S, FLAPS, MAX_PER_ADDRESS, Port
from journal.models import Alarm
from journal.records import Said
from tests.gateway.lines import Line
from tests.gateway.talk import a_station


async def until(claim: object) -> bool:
    """Waits for a callable to become true."""
    assert callable(claim)
    for _ in range(200):
        if claim():
            return True
        await asyncio.sleep(0.01)
    return False


@sync_to_async
def stored(box_identity: str = "CP7") -> StationRecord:
    """The station of the talks as a row."""
    row = Station.objects.create(box_identity=box_identity, state=Station.State.INSTALLED)
    connector = Connector.objects.create(station=row, number=1)
    return a_station(id=row.pk, connectors={1: connector.pk}, configuration={})


async def test_the_newest_socket_wins_and_the_old_ones_end_says_nothing(port: Port) -> None:
    old = Line(port)
    new = Line(port)
    assert await old.ended() == 1000
    old.connection.close()
    assert port.connections == {7: new.connection}
    assert not new.connection.session.closed


async def test_two_stations_with_one_identity_are_slowed_down_and_alarmed(port: Port) -> None:
    for _ in range(FLAPS + 1):
        Line(port)
    assert port.delay_s(7) == 0
    Line(port)
    assert port.delay_s(7) == FLAP_DELAY_S
    await asyncio.to_thread(writer.flush, 5)
    assert await Alarm.objects.filter(code="identity_flapping", subject="CP7", cleared_at=None).aexists()


async def test_a_change_of_the_station_reaches_its_session(port: Port) -> None:
    record = await stored()
    line = Line(port, record)
    await sync_to_async(Connector.objects.create)(station_id=record.id, number=2)
    port.refresh()
    assert await until(lambda: set(line.connection.session.station.connectors) == {1, 2})


async def test_a_deleted_station_is_disconnected(port: Port) -> None:
    line = Line(port, replace(await stored()))
    await Station.objects.all().adelete()
    port.refresh()
    assert await line.ended() == 1000
    assert port.connections == {}


async def test_a_station_that_connects_while_the_rows_are_read_is_not_taken_for_a_deleted_one(port: Port) -> None:
    """F16: all reconnect at once, and what one of them tells changes the configuration."""
    record, newcomer = await stored(), await stored("CP8")
    first = Line(port, record)
    await sync_to_async(Connector.objects.create)(station_id=record.id, number=2)
    port.refresh()
    late = Line(port, newcomer)
    assert await until(lambda: set(first.connection.session.station.connectors) == {1, 2})
    assert not late.connection.session.closed


async def test_one_address_can_not_take_every_connection(port: Port) -> None:
    assert {port.admit("10.0.0.1") for _ in range(MAX_PER_ADDRESS)} == {None}
    assert port.admit("10.0.0.1") == Said("too_many_from_address")
    assert port.admit("10.0.0.2") is None
    port.release("10.0.0.1")
    assert port.admit("10.0.0.1") is None
