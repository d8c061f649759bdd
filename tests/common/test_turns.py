"""The fair lock: first come, first served, also for Django's own transactions."""

import threading
import time
from collections.abc import Callable

import pytest
from django.db import IntegrityError, connection, transaction

from common import turns
from common.turns import FairLock
from journal.models import Entry


def queue_up(lock: FairLock, names: str, order: list[str]) -> list[threading.Thread]:
    def wait(name: str) -> None:
        assert lock.acquire(5)
        order.append(name)
        lock.release()

    threads = [threading.Thread(target=wait, args=(name,)) for name in names]
    for waiting, thread in enumerate(threads, start=1):
        thread.start()
        while len(lock._waiting) < waiting:
            time.sleep(0.001)
    return threads


def test_who_came_first_goes_first() -> None:
    lock, order = FairLock(), []  # type: FairLock, list[str]
    lock.acquire(1)
    threads = queue_up(lock, "abcde", order)
    lock.release()
    for thread in threads:
        thread.join(5)
    assert order == list("abcde")


def test_the_holder_may_take_it_again() -> None:
    lock = FairLock()
    assert lock.acquire(1)
    assert lock.acquire(0)


def test_who_gives_up_leaves_the_queue() -> None:
    lock = FairLock()
    lock.acquire(1)
    results: list[bool] = []
    thread = threading.Thread(target=lambda: results.append(lock.acquire(0.01)))
    thread.start()
    thread.join(5)
    lock.release()
    assert results == [False]
    assert lock.acquire(0)


def in_a_transaction() -> None:
    with transaction.atomic():
        Entry.objects.create(kind="system", message="second")


def alone() -> None:
    Entry.objects.filter(kind="system").update(message="second")


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "sqlite", reason="only SQLite has one writer")
@pytest.mark.parametrize("write", [in_a_transaction, alone])
def test_what_writes_waits_for_the_turn_of_another_thread(write: Callable[[], None]) -> None:
    stored = threading.Event()

    def store() -> None:
        write()
        stored.set()
        connection.close()

    with turns.turn():
        thread = threading.Thread(target=store)
        thread.start()
        assert not stored.wait(0.1)
    thread.join(5)
    assert stored.is_set()


@pytest.mark.django_db(transaction=True)
def test_a_transaction_that_fails_gives_its_turn_back() -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        Entry.objects.create(kind="system", message=str(1 / 0))
    assert turns.lock._owner is None


@pytest.mark.django_db(transaction=True)
def test_a_statement_that_fails_gives_its_turn_back() -> None:
    Entry.objects.create(kind="system", message="first")
    with pytest.raises(IntegrityError):
        Entry.objects.update(kind=None)
    assert turns.lock._owner is None
