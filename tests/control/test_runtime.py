"""The control loop on rows: start, share, store, publish, reload, stop."""

import asyncio
import gc
from unittest.mock import Mock

import pytest
from asgiref.sync import sync_to_async
from django.db import OperationalError
from django.db.models import F

from chargers.models import Setpoint, Station
from common import hints
from control.lease import LeaseHeld
from control.models import Cycle, Lease, SiteDocument
from control.runtime import Runtime
from control.selectors import last_cycles
from engine.facts import Measured, MeterRead, StationConnected, StationDisconnected, Status, StatusChanged
from journal.models import Entry
from tests.control.running import Willing, make_site, plug, until
from zones.models import Site, Zone
from zones.services import bump_version

pytestmark = pytest.mark.django_db(transaction=True)


async def test_three_cars_share_a_zone_from_rows(runtime: Runtime) -> None:
    connectors = await sync_to_async(make_site)()
    await runtime.start(asyncio.get_running_loop())
    plug(runtime, connectors)
    port = runtime.port
    assert isinstance(port, Willing)
    await until(lambda: list(port.limits_a.values()) == [20, 20, 20])


async def test_what_was_told_to_stations_is_in_the_rows(runtime: Runtime) -> None:
    connectors = await sync_to_async(make_site)()
    await runtime.start(asyncio.get_running_loop())
    plug(runtime, connectors)
    await until(lambda: runtime.published.get("counts", {}).get("sessions") == 3, 5)
    await asyncio.sleep(2)
    rows = await sync_to_async(lambda: list(Setpoint.objects.values_list("limit_ma", "default_ma")))()
    assert rows == [(20_000, 20_000)] * 3


async def test_the_document_the_journal_and_the_cycles_are_kept(runtime: Runtime) -> None:
    connectors = await sync_to_async(make_site)()
    await runtime.start(asyncio.get_running_loop())
    plug(runtime, connectors)
    await asyncio.sleep(3)
    body = (await SiteDocument.objects.aget(pk=1)).body
    assert [z["allocated_a"] for z in body["zones"]] == [[60, 60, 60]]
    assert await Entry.objects.filter(subtype="setpoint_changed").acount() >= 3
    assert await Cycle.objects.acount() >= 1


async def test_a_raise_that_had_to_wait_is_kept_with_its_cycle(runtime: Runtime) -> None:
    """The first car gives way; the second one's setpoint leaves in a later cycle, which plans nothing."""
    first, second = await sync_to_async(make_site)(30, 2)
    await runtime.start(asyncio.get_running_loop())
    port = runtime.port
    assert isinstance(port, Willing)
    plug(runtime, [first])
    await until(lambda: port.limits_a == {first.pk: 30})
    plug(runtime, [second])
    await until(lambda: port.limits_a == {first.pk: 15, second.pk: 15})
    await asyncio.sleep(0.5)
    newest = await sync_to_async(lambda: list(last_cycles(1)))()
    raised = {"connector": second.pk, "target": "limit", "limit_ma": 15_000, "raise": True}
    assert raised in newest[0]["writes"]


async def test_a_changed_zone_is_adopted_without_a_restart(runtime: Runtime) -> None:
    connectors = await sync_to_async(make_site)()
    await runtime.start(asyncio.get_running_loop())
    plug(runtime, connectors)
    await Zone.objects.aupdate(max_current_a=30)
    await sync_to_async(bump_version)()
    port = runtime.port
    assert isinstance(port, Willing)
    await until(lambda: list(port.limits_a.values()) == [10, 10, 10])


async def test_a_change_while_the_database_is_away_is_adopted_when_it_is_back(
    runtime: Runtime, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    connectors = await sync_to_async(make_site)()
    await runtime.start(asyncio.get_running_loop())
    plug(runtime, connectors)
    away = Mock(side_effect=OperationalError("database is locked"))
    lost: list[object] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: lost.append(context))
    with monkeypatch.context() as patch:
        patch.setattr("control.lease.renew", away)
        await Zone.objects.aupdate(max_current_a=30)
        await sync_to_async(bump_version)()
        await until(lambda: "control could not read the database" in caplog.text)
    port = runtime.port
    assert isinstance(port, Willing)
    await until(lambda: list(port.limits_a.values()) == [10, 10, 10])
    await Zone.objects.aupdate(max_current_a=36)
    await sync_to_async(bump_version)()
    await until(lambda: list(port.limits_a.values()) == [12, 12, 12])
    gc.collect()
    assert not lost


async def test_after_a_restart_the_rows_are_the_truth(runtime: Runtime) -> None:
    connectors = await sync_to_async(make_site)(40, 2)
    await sync_to_async(Station.objects.update)(ever_connected=True)
    for connector in connectors:
        await Setpoint.objects.acreate(connector=connector, default_ma=20_000, default_possible_ma=20_000, generation=5)
    await runtime.start(asyncio.get_running_loop())
    await until(lambda: bool(runtime.published))
    assert [c["entitled_a"] for c in runtime.published["connectors"]] == [20, 20]


async def test_a_second_core_is_refused_in_plain_words(runtime: Runtime) -> None:
    await sync_to_async(make_site)()
    await Lease.objects.acreate(pk=1, token=4, holder="another host process 7")
    with pytest.raises(LeaseHeld, match="another host process 7"):
        await runtime.start(asyncio.get_running_loop())


async def test_a_fact_from_another_thread_is_folded(runtime: Runtime) -> None:
    connectors = await sync_to_async(make_site)()
    await runtime.start(asyncio.get_running_loop())
    await asyncio.to_thread(plug, runtime, connectors)
    await until(lambda: runtime.published.get("counts", {}).get("sessions") == 3)


async def test_a_cycle_that_fails_does_not_end_the_loop(runtime: Runtime, caplog: pytest.LogCaptureFixture) -> None:
    connectors = await sync_to_async(make_site)()
    await runtime.start(asyncio.get_running_loop())
    runtime.feed(MeterRead(999, (0, 0, 0)))
    runtime._conductor.site.zones[0].building_ma = None
    runtime._conductor.site.zones.append(runtime._conductor.site.zones[0])
    runtime.feed(StatusChanged(connectors[0].pk, Status.PREPARING))
    await until(lambda: runtime.health().failures > 0)
    runtime._conductor.site.zones.pop()
    plug(runtime, connectors)
    port = runtime.port
    assert isinstance(port, Willing)
    await until(lambda: len(port.limits_a) == 3)


async def test_what_was_seen_of_a_connector_that_is_gone_meanwhile_is_journalled(runtime: Runtime) -> None:
    await sync_to_async(make_site)()
    await runtime.start(asyncio.get_running_loop())
    runtime._conductor.site.note("profiles_lost", connector=999, drawn_a=32, allowed_a=20)
    runtime._conductor.site.note("ranks_reviewed")
    await until(lambda: bool(runtime.published), 5)
    await asyncio.sleep(2)
    assert await Entry.objects.filter(subtype__in=["profiles_lost", "ranks_reviewed"]).acount() == 2
    assert runtime.health().failures == 0


async def test_a_configuration_that_another_process_changed_is_told_to_this_one(runtime: Runtime) -> None:
    await sync_to_async(make_site)()
    await runtime.start(asyncio.get_running_loop())
    told: list[object] = []
    stop = hints.listen("configuration", told.append)
    await Site.objects.aupdate(version=F("version") + 1)
    await until(lambda: bool(told), 5)
    await asyncio.sleep(2.5)
    stop()
    assert len(told) == 1


async def test_a_station_that_comes_back_without_its_limits_is_remembered(runtime: Runtime) -> None:
    """F3: also by the next process."""
    connectors = await sync_to_async(make_site)()
    await runtime.start(asyncio.get_running_loop())
    plug(runtime, connectors)
    await until(lambda: runtime.published.get("counts", {}).get("sessions") == 3, 5)
    await asyncio.sleep(2)
    first = connectors[0]
    runtime.feed(StationDisconnected(first.station_id))
    runtime.feed(StationConnected(first.station_id))
    runtime.feed(Measured(first.pk, (32_000, 32_000, 32_000)))
    await asyncio.sleep(1)
    assert await Station.objects.filter(volatile=True).aget() == await Station.objects.aget(pk=first.station_id)
    assert await Entry.objects.filter(subtype="profiles_lost").acount() == 1
