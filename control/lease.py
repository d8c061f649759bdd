"""The right to control a site (S13): one row, a fencing token that grows with each holder."""

import os
import socket
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
