"""Invariants, section 4, row 9: guessing is slow, and nobody is locked out by an address alone."""

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from accounts import throttle
from accounts.models import FailedLogin
from journal.models import Entry
from tests.accounts.people import PASSWORD, admin, person

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)


def fail(key: str, times: int, now: datetime = NOW) -> None:
    for _ in range(times):
        throttle.admit(key, now)


def test_five_failures_are_free() -> None:
    fail("k", throttle.FREE_FAILURES - 1)
    assert throttle.wait_s("k", NOW) == 0
    assert throttle.admit("k", NOW)


def test_the_wait_doubles_up_to_a_quarter_of_an_hour() -> None:
    waits, now = [], NOW
    fail("k", throttle.FREE_FAILURES)
    for _ in range(10):
        waits.append(throttle.wait_s("k", now))
        now += timedelta(seconds=waits[-1])
        assert throttle.admit("k", now)
    assert waits == [5, 10, 20, 40, 80, 160, 320, 640, 900, 900]


def test_an_attempt_that_comes_too_early_is_not_even_looked_at() -> None:
    fail("k", throttle.FREE_FAILURES)
    assert not throttle.admit("k", NOW + timedelta(seconds=4))


def test_a_clock_that_was_set_back_lengthens_nothing() -> None:
    fail("k", throttle.FREE_FAILURES)
    assert throttle.wait_s("k", NOW - timedelta(days=365)) == 5


def test_the_table_of_failures_stays_small() -> None:
    for number in range(30):
        throttle.admit(f"k{number}", NOW)
    throttle.admit("late", NOW + throttle.FORGET_AFTER * 2)
    assert FailedLogin.objects.count() == 1


def log_in(name: str, password: str, address: str = "10.0.0.7") -> bool:
    answer = Client(REMOTE_ADDR=address).post("/login/", {"username": name, "password": password})
    return answer.status_code == 302


def test_a_right_password_has_to_wait_after_many_wrong_ones() -> None:
    admin(), person("anna")
    for _ in range(throttle.FREE_FAILURES):
        log_in("anna", "wrong")
    assert not log_in("anna", PASSWORD)


def test_another_user_and_another_address_are_not_held_up() -> None:
    admin(), person("anna"), person("bert")
    for _ in range(throttle.FREE_FAILURES + 2):
        log_in("anna", "wrong")
    assert log_in("bert", PASSWORD)
    assert log_in("anna", PASSWORD, address="10.0.0.8")


def test_a_log_in_forgives_the_failures_before_it() -> None:
    admin(), person("anna")
    for _ in range(3):
        log_in("anna", "wrong")
    assert log_in("anna", PASSWORD)
    assert not FailedLogin.objects.exists()


def test_a_failed_log_in_is_in_the_journal_without_the_password() -> None:
    admin()
    log_in("anna", "Sesame-Secret-1!")
    entry = Entry.objects.get(kind="security", subtype="login")
    assert "anna" in entry.message
    assert "Sesame" not in entry.message
