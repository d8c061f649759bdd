"""Slows down who guesses: failures in a row are counted per (what, name, address), never per address alone, so
that nobody can lock a whole building, or a user elsewhere, out (invariants, section 4, row 9)."""

import hashlib
from datetime import datetime, timedelta

from django.db import transaction

from accounts.models import FailedLogin

FREE_FAILURES = 5
FIRST_WAIT_S = 5
LONGEST_WAIT_S = 900
FORGET_AFTER = timedelta(hours=24)
MAX_ROWS = 5_000
TRIES = 3


def key_of(what: str, name: str, address: str) -> str:
    return hashlib.sha256("\0".join((what, name.strip().casefold(), address)).encode()).hexdigest()


def wait_s(key: str, now: datetime) -> int:
    """Seconds until the next attempt is looked at; 0 when it may come now."""
    row = FailedLogin.objects.filter(key=key).first()
    return _left_s(row, now) if row else 0


def admit(key: str, now: datetime) -> bool:
    """Counts an attempt as failed *before* it is checked, so that attempts side by side gain nothing.

    False: too early, not counted. The caller calls `forgive` when the attempt turns out right.
    """
    with transaction.atomic():
        _forget_old(now)
        row = _locked(key, now)
        if row is None or _left_s(row, now):
            return False
        row.failures += 1
        row.last_at = now
        row.save(update_fields=["failures", "last_at"])
    return True


def _locked(key: str, now: datetime) -> FailedLogin | None:
    """The row of a key, made where there is none. None: others make and forgive it faster than it can be taken."""
    for _ in range(TRIES):
        FailedLogin.objects.bulk_create([FailedLogin(key=key, last_at=now)], ignore_conflicts=True)
        row = FailedLogin.objects.select_for_update().filter(key=key).first()
        if row is not None:
            return row
    return None


def forgive(key: str) -> None:
    FailedLogin.objects.filter(key=key).delete()


def _left_s(row: FailedLogin, now: datetime) -> int:
    over = row.failures - FREE_FAILURES
    if over < 0:
        return 0
    wait = min(FIRST_WAIT_S * 2 ** min(over, 16), LONGEST_WAIT_S)
    # A wall clock that was set back must not lengthen the wait.
    passed_s = max((now - row.last_at).total_seconds(), 0.0)
    return max(0, min(wait, round(wait - passed_s + 0.5)) if passed_s < wait else 0)


def _forget_old(now: datetime) -> None:
    FailedLogin.objects.filter(last_at__lt=now - FORGET_AFTER).delete()
    if FailedLogin.objects.count() >= MAX_ROWS:
        oldest = FailedLogin.objects.order_by("last_at").values("pk")[: MAX_ROWS // 10]
        FailedLogin.objects.filter(pk__in=list(oldest.values_list("pk", flat=True))).delete()
