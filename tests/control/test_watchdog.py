"""S18: cycles that fail are told, healed by what the rows say, and at last by a new process."""

import asyncio
from collections.abc import Callable
from unittest.mock import Mock

import pytest
from asgiref.sync import sync_to_async

from common.writer import writer
from control import watching
from control.conductor import Conductor
from control.runtime import Runtime
from control.watching import PATIENCE_S, STEADY_S, Remedy, Watch
from engine.commands import Write
from journal.models import Alarm, Entry
from tests.control.running import Willing, make_site, plug, until

BROKEN = Mock(side_effect=ZeroDivisionError)


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watching, "PATIENCE_S", 1.0)


async def alarms() -> list[str]:
    return await sync_to_async(lambda: list(Alarm.objects.filter(cleared_at=None).values_list("code", flat=True)))()


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("hasty")
async def test_a_broken_state_is_built_again_from_the_rows(runtime: Runtime, monkeypatch: pytest.MonkeyPatch) -> None:
    connectors = await sync_to_async(make_site)()
    ended: list[str] = []
    await runtime.start(asyncio.get_running_loop(), end=ended.append)
    plug(runtime, connectors)
    port = runtime.port
    assert isinstance(port, Willing)
    await until(lambda: len(port.limits_a) == 3)
    broken = runtime._conductor
    monkeypatch.setattr(broken, "turn", BROKEN)
    await until(lambda: runtime._conductor is not broken)
    await until(lambda: (runtime.health().cycle_age_s or 9) < 1)
    await until(lambda: runtime.published["counts"]["online"] == 3)
    generation = broken.site.connectors[connectors[0].pk].generation
    await until(lambda: runtime._conductor.site.connectors[connectors[0].pk].default.acked_generation > generation)
    assert await alarms() == ["control_failing"]
    assert await Entry.objects.filter(subtype="control_rebuilt").acount() == 1
    assert not ended


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("hasty")
async def test_what_building_again_does_not_heal_ends_the_process(
    runtime: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    await sync_to_async(make_site)()
    ended: list[str] = []
    await runtime.start(asyncio.get_running_loop(), end=ended.append)
    await until(lambda: bool(runtime.published))
    monkeypatch.setattr(Conductor, "turn", BROKEN)
    await until(lambda: bool(ended))
    assert (runtime.health().cycle_age_s or 0) > 2
    await asyncio.sleep(0.5)
    alarm = await Alarm.objects.aget(code="control_failing")
    assert alarm.params == {"ended": 1}


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("hasty")
async def test_where_the_rows_cannot_be_read_either_the_process_ends(
    runtime: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    await sync_to_async(make_site)()
    ended: list[str] = []
    await runtime.start(asyncio.get_running_loop(), end=ended.append)
    monkeypatch.setattr(runtime._conductor, "turn", BROKEN)
    monkeypatch.setattr("control.runtime.load_past", Mock(side_effect=OSError))
    await until(lambda: bool(ended))


def test_a_process_heals_itself_once_then_ends() -> None:
    watch = Watch()
    found = [(now, remedy) for now in range(30) if (remedy := watch.failed(now))]
    assert found[:2] == [(PATIENCE_S, Remedy.REBUILD), (2 * PATIENCE_S, Remedy.END)]


def test_processes_that_end_again_and_again_do_so_ever_more_rarely() -> None:
    watch = Watch(ended=3)
    found = [(now, remedy) for now in range(100) if (remedy := watch.failed(now))]
    assert found[:2] == [(PATIENCE_S, Remedy.REBUILD), (9 * PATIENCE_S, Remedy.END)]


def test_the_alarm_is_over_after_a_minute_without_a_failure() -> None:
    watch = Watch(ended=1, alarmed=True)
    assert [now for now in range(200) if watch.good(now)] == [STEADY_S]


def test_a_failure_now_and_then_is_no_reason_to_begin_again() -> None:
    watch = Watch()
    assert not any(watch.failed(now) or watch.good(now + 0.5) for now in range(100))


async def offered(runtime: Runtime, fail: Callable[[], None]) -> dict[int, float]:
    """What stations are told of a car that came with a cycle that failed."""
    connectors = await sync_to_async(make_site)(60, 1)
    await runtime.start(asyncio.get_running_loop())
    fail()
    plug(runtime, connectors)
    port = runtime.port
    assert isinstance(port, Willing)
    await until(lambda: bool(port.limits_a), 20)
    return port.limits_a


def once(monkeypatch: pytest.MonkeyPatch, owner: object, name: str) -> Callable[[], None]:
    """`owner.name` fails for the first three calls with a result that it was to hand on."""
    original, left = getattr(owner, name), [3]

    def failing(*args: object, **kwargs: object) -> object:
        if left[0]:
            left[0] -= 1
            raise ZeroDivisionError
        return original(*args, **kwargs)

    return lambda: monkeypatch.setattr(owner, name, failing)


@pytest.mark.django_db(transaction=True)
async def test_a_write_whose_cycle_failed_after_the_step_is_sent_again(
    runtime: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert await offered(runtime, once(monkeypatch, Conductor, "_changed_rows"))


@pytest.mark.django_db(transaction=True)
async def test_a_write_that_could_not_be_stored_for_a_fault_is_sent_again(
    runtime: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert await offered(runtime, once(monkeypatch, writer, "submit"))


@pytest.mark.django_db(transaction=True)
async def test_a_write_that_could_not_be_handed_over_is_sent_again(
    runtime: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert await offered(runtime, once(monkeypatch, runtime.port, "write"))


@pytest.mark.django_db(transaction=True)
async def test_a_write_that_was_handed_over_is_left_to_its_answer(
    runtime: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    connectors = await sync_to_async(make_site)(60, 1)
    port = runtime.port
    assert isinstance(port, Willing)
    sent: list[Write] = []
    monkeypatch.setattr(port, "write", sent.append)
    await runtime.start(asyncio.get_running_loop())
    plug(runtime, connectors)
    await until(lambda: bool(sent))
    runtime._conductor.abandon(1e9)
    found = runtime._conductor.site.connectors[connectors[0].pk].profile(sent[0].target)
    assert found.in_flight is not None
