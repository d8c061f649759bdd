"""The writer's contract: durable before told, one failure alone, urgent first, and it never dies."""

import asyncio
import threading
from collections.abc import Iterator, Sequence

import pytest
from django.db import OperationalError, connection, transaction

from common.writer import Writer
from journal.models import Entry

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def writer() -> Iterator[Writer]:
    writer = Writer()
    writer.start()
    yield writer
    writer.stop()


def store(messages: Sequence[str]) -> list[int]:
    if "bad" in messages:
        raise ValueError("a bad message")
    return [Entry.objects.create(kind="system", message=message).pk for message in messages]


def hold(gates: Sequence[threading.Event]) -> list[bool]:
    return [gate.wait(5) for gate in gates]


def test_done_hears_of_a_row_that_another_connection_can_already_read(writer: Writer) -> None:
    seen: list[bool] = []
    writer.submit(store, "one", lambda pk, error: seen.append(Entry.objects.filter(pk=pk).exists()))
    writer.flush()
    assert seen == [True]
    assert Entry.objects.count() == 1


def test_done_is_called_when_the_transaction_has_ended(writer: Writer) -> None:
    inside: list[bool] = []
    writer.submit(store, "one", lambda pk, error: inside.append(connection.in_atomic_block))
    writer.flush()
    assert inside == [False]


def test_a_failing_payload_fails_alone(writer: Writer) -> None:
    gate = threading.Event()
    errors: dict[str, Exception | None] = {}
    writer.submit(hold, gate)
    for message in ("a", "bad", "b"):
        writer.submit(store, message, lambda pk, error, m=message: errors.update({m: error}))
    gate.set()
    writer.flush()
    assert [type(errors[m]).__name__ for m in ("a", "bad", "b")] == ["NoneType", "ValueError", "NoneType"]
    assert sorted(Entry.objects.values_list("message", flat=True)) == ["a", "b"]


def test_adjacent_jobs_of_one_handler_are_one_call(writer: Writer) -> None:
    gate = threading.Event()
    calls: list[int] = []

    def count(payloads: Sequence[int]) -> list[int]:
        calls.append(len(payloads))
        return list(payloads)

    writer.submit(hold, gate)
    for number in range(20):
        writer.submit(count, number)
    gate.set()
    writer.flush()
    assert calls == [20]


def test_urgent_jobs_go_first(writer: Writer) -> None:
    gate = threading.Event()
    order: list[str] = []
    writer.submit(hold, gate)
    writer.submit(lambda p: [order.append("usual")] * len(p), None)
    writer.submit(lambda p: [order.append("urgent")] * len(p), None, urgent=True)
    gate.set()
    writer.flush()
    assert order == ["urgent", "usual"]


def test_a_handler_that_returns_too_few_results_is_an_error(writer: Writer) -> None:
    errors: list[Exception | None] = []
    writer.submit(lambda p: [], 1, lambda result, error: errors.append(error))
    writer.flush()
    assert isinstance(errors[0], ValueError)


def test_a_broken_callback_does_not_silence_the_others(writer: Writer) -> None:
    gate, heard = threading.Event(), []
    writer.submit(hold, gate)
    writer.submit(store, "a", lambda pk, error: 1 / 0)
    writer.submit(store, "b", lambda pk, error: heard.append(pk))
    gate.set()
    writer.flush()
    assert len(heard) == 1


def test_a_database_that_is_lost_is_told_and_the_thread_goes_on(writer: Writer) -> None:
    errors: list[Exception | None] = []

    def failing(payloads: Sequence[int]) -> list[int]:
        connection.connection.rollback()
        raise OperationalError("database or disk is full")

    writer.submit(failing, 1, lambda result, error: errors.append(error))
    writer.flush()
    assert "full" in str(errors[0])
    assert writer.health().failing_since is not None
    writer.submit(store, "after", lambda pk, error: errors.append(error))
    writer.flush()
    assert errors[1] is None
    assert writer.health().failing_since is None


def test_a_failing_hook_after_the_commit_does_not_unsay_it(writer: Writer) -> None:
    errors: list[Exception | None] = []

    def hooked(payloads: Sequence[str]) -> list[int]:
        transaction.on_commit(lambda: 1 / 0)
        return store(payloads)

    writer.submit(hooked, "kept", lambda pk, error: errors.append(error))
    writer.flush()
    assert errors == [None]
    assert Entry.objects.filter(message="kept").exists()


def test_stop_commits_what_is_queued() -> None:
    writer = Writer()
    writer.start()
    for number in range(50):
        writer.submit(store, str(number))
    writer.stop()
    assert Entry.objects.count() == 50


def test_without_a_thread_a_job_is_done_at_once() -> None:
    heard: list[int | None] = []
    Writer().submit(store, "now", lambda pk, error: heard.append(pk))
    assert heard == [Entry.objects.get().pk]


async def test_callbacks_of_a_commit_come_on_the_bound_loop(writer: Writer) -> None:
    writer.bind(asyncio.get_running_loop())
    heard = asyncio.Event()
    threads: list[int] = []

    def done(pk: int | None, error: Exception | None) -> None:
        threads.append(threading.get_ident())
        heard.set()

    writer.submit(store, "one", done)
    await asyncio.wait_for(heard.wait(), 5)
    assert threads == [threading.get_ident()]


async def test_write_returns_the_result_or_raises_the_error(writer: Writer) -> None:
    assert isinstance(await writer.write(store, "one"), int)
    with pytest.raises(ValueError, match="bad message"):
        await writer.write(store, "bad")
