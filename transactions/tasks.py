"""Housekeeping: raw meter samples age out, transactions never do."""

from datetime import timedelta

from celery import shared_task
from django.db import transaction

from common import clock
from transactions.models import MeterSample

KEPT = timedelta(days=30)
CHUNK = 5_000
"""Rows deleted in one transaction at most."""


@shared_task(name="transactions.tasks.prune_samples")
def prune_samples() -> int:
    """Deletes the samples older than 30 days, oldest first; returns how many."""
    oldest_kept = clock.now() - KEPT
    total = 0
    while True:
        with transaction.atomic():
            oldest = MeterSample.objects.order_by("pk").values_list("pk", "at")[:CHUNK]
            doomed = [pk for pk, at in oldest if at < oldest_kept]
            MeterSample.objects.filter(pk__in=doomed).delete()
        total += len(doomed)
        if len(doomed) < CHUNK:
            return total
