"""The right to control a site (S13): one row, a fencing token that grows with each holder."""

import math
import os
import socket
from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction

from common import clock
from control.models import Lease

LEASE_S = 10.0


class LeaseHeld(Exception):
    """Another process controls this site. The message names it."""


def holder_name() -> str:
    return f"{socket.gethostname()[:60]} process {os.getpid()}"


def acquire(holder: str) -> int:
    """Take the lease, or raise LeaseHeld while another holder renews it. Returns the token."""
    with transaction.atomic():
        lease, _ = Lease.objects.select_for_update().get_or_create(pk=1)
        fresh = clock.now() - lease.renewed_at < timedelta(seconds=LEASE_S)
        if lease.holder and lease.holder != holder and fresh:
            raise LeaseHeld(
                f"Another EVCE core controls this site ({lease.holder}). Stop it first, or wait "
                f"{LEASE_S:.0f} s after it has ended."
            )
        lease.token += 1
        lease.holder, lease.renewed_at = holder, clock.now()
        lease.save()
        return lease.token


def forget() -> None:
    """For who knows that the holder is dead: it holds the lock of the data directory."""
    Lease.objects.filter(pk=1).update(holder="")


def renew(token: int) -> bool:
    """False where somebody else took the lease: nothing may be sent any more."""
    return Lease.objects.filter(pk=1, token=token).update(renewed_at=clock.now()) == 1


def release(token: int) -> None:
    Lease.objects.filter(pk=1, token=token).update(holder="")


def current_token() -> int | None:
    """In a transaction: nobody can take the lease before that ends (S13)."""
    return Lease.objects.select_for_update().filter(pk=1).values_list("token", flat=True).first()


@dataclass(slots=True)
class Right:
    """The right to send, as this process knows it without asking. `now` is `clock.monotonic()`.

    `alone`: this process keeps everybody else out by other means (the lock of its data directory), so that a database
    that is away takes nothing from it; a pause does.
    """

    alone: bool = False
    token: int = 0
    lost: bool = False
    """Somebody else has it."""
    _until: float = -math.inf

    def taken(self, token: int, asked_at: float) -> None:
        self.token, self.lost, self._until = token, False, asked_at + LEASE_S

    def renewed(self, token: int, renewed: bool, asked_at: float) -> None:
        """`asked_at`: before the answer of `renew`, which may have taken long."""
        if token != self.token:
            return
        if renewed:
            self._until = asked_at + LEASE_S
        else:
            self.lost = True

    def holds(self, now: float) -> bool:
        return not self.lost and now < self._until

    def still_holds(self, now: float) -> bool:
        """For each cycle, which shows that the process was not paused."""
        if self.alone and self.holds(now):
            self._until = max(self._until, now + LEASE_S)
        return self.holds(now)
