"""The running loop: periods, limits and digital inputs lower setpoints and give them back, by themselves."""

import asyncio
import threading
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from asgiref.sync import sync_to_async

from common import clock, hints
from control.runtime import Runtime
from metering.models import DigitalInput, InputState
from tests.control.running import Willing, make_site, plug, until
from zones.limits import release_limit, set_limit
from zones.models import Reduction, TouPeriod, TouSlot, Zone
from zones.services import bump_version

pytestmark = pytest.mark.django_db(transaction=True)


def period(starts_in_s: float, ends_in_s: float, pct: int = 50) -> None:
    now = clock.now()
    row = TouPeriod.objects.create(name="Peak", max_charge_pct=pct)
    row.zones.set(Zone.objects.all())
    start, end = now + timedelta(seconds=starts_in_s), now + timedelta(seconds=ends_in_s)
    TouSlot.objects.create(period=row, start=start.time(), end=end.time())


def contact(when_lost: str = "active") -> DigitalInput:
    row = DigitalInput.objects.create(name="I", host="127.0.0.1", number=1, quotient_pct=50, when_lost=when_lost)
    row.zones.set(Zone.objects.all())
    return row


def limit(expires_in_s: float, **values: Any) -> None:
    expires_at = clock.now() + timedelta(seconds=expires_in_s)
    set_limit(zone=Zone.objects.get(), source="EBMS", expires_at=expires_at, **values)


async def charging(runtime: Runtime) -> Willing:
    """Three cars in a zone of 60 A, from whatever rows there are."""
    connectors = await sync_to_async(make_site)()
    await runtime.start(asyncio.get_running_loop())
    plug(runtime, connectors)
    assert isinstance(runtime.port, Willing)
    return runtime.port


async def at_each(port: Willing, limit_a: float, seconds: float = 10) -> None:
    await until(lambda: list(port.limits_a.values()) == [limit_a] * 3, seconds)


def sources(runtime: Runtime) -> list[str]:
    return [reduction["source"] for reduction in runtime.published["zones"][0]["reductions"]]


async def test_a_period_that_begins_lowers_setpoints_15_s_early_and_names_itself(runtime: Runtime) -> None:
    port = await charging(runtime)
    await sync_to_async(period)(19, 3600)
    await sync_to_async(bump_version)()
    await at_each(port, 20, 3)
    await at_each(port, 10, 8)
    await until(lambda: sources(runtime) == ["time of use: Peak"], 3)


async def test_a_period_that_ends_gives_the_current_back(runtime: Runtime) -> None:
    port = await charging(runtime)
    await sync_to_async(period)(-3600, 4)
    await sync_to_async(bump_version)()
    await at_each(port, 10, 3.5)
    await at_each(port, 20)


async def test_a_period_begins_while_the_database_is_away(runtime: Runtime) -> None:
    port = await charging(runtime)
    await sync_to_async(period)(21, 3600)
    await sync_to_async(bump_version)()
    await at_each(port, 20, 3)
    await asyncio.sleep(1)
    back = threading.Event()
    assert runtime._executor is not None
    runtime._executor.submit(back.wait, 20)
    await at_each(port, 10, 8)
    assert not back.is_set()
    back.set()


async def test_a_limit_ends_by_itself_and_so_does_its_row(runtime: Runtime) -> None:
    port = await charging(runtime)
    await at_each(port, 20)
    await sync_to_async(limit)(3, max_current_a=Decimal(30))
    await at_each(port, 10, 3)
    await at_each(port, 20)
    await until_gone()


async def until_gone() -> None:
    async with asyncio.timeout(5):
        while await Reduction.objects.aexists():
            await asyncio.sleep(0.05)


async def test_a_limit_that_is_not_renewed_becomes_its_fallback(runtime: Runtime) -> None:
    port = await charging(runtime)
    await sync_to_async(limit)(2, quotient_pct=0, on_expiry="fallback", fallback_current_a=Decimal(45))
    await at_each(port, 0)
    await at_each(port, 15)
    await until(lambda: runtime.published["zones"][0]["ebms_max_a"] == 45, 3)
    assert await sync_to_async(lambda: release_limit(zone=Zone.objects.get(), source="EBMS"))()
    await at_each(port, 20)


async def test_an_input_that_was_never_read_counts_as_active_until_it_is(runtime: Runtime) -> None:
    port = await charging(runtime)
    made = await sync_to_async(contact)()
    await sync_to_async(bump_version)()
    await at_each(port, 10)
    for sequence in (1, 2, 3):
        hints.send("input", {"input": made.pk, "sequence": sequence, "active": False})
    await at_each(port, 20, 4)


async def test_an_active_input_lowers_setpoints_and_a_silent_one_is_lost(runtime: Runtime) -> None:
    port = await charging(runtime)
    made = await sync_to_async(contact)("inactive")
    await sync_to_async(bump_version)()
    await asyncio.sleep(1.5)
    hints.send("input", {"input": made.pk, "sequence": 1, "active": True})
    await at_each(port, 10, 2)
    await until(lambda: sources(runtime) == ["digital input I"], 3)
    await at_each(port, 20, 15)


async def test_an_input_whose_hint_was_lost_is_found_in_its_row(runtime: Runtime) -> None:
    port = await charging(runtime)
    made = await sync_to_async(contact)("inactive")
    await sync_to_async(bump_version)()
    await asyncio.sleep(1.5)
    await InputState.objects.acreate(input=made, sequence=1, active=True)
    await at_each(port, 10, 4)
