"""Housekeeping of the journal, every minute by beat."""

from collections.abc import Callable
from functools import partial

from celery import shared_task
from django.db import transaction

from journal import pruning


@shared_task(name="journal.tasks.prune")
def prune() -> int:
    """Brings the journal and every ring back under its cap; returns how many rows went."""
    gone = _repeat(pruning.prune_entries)
    for box_identity in pruning.crowded_rings():
        gone += _repeat(partial(pruning.prune_ring, box_identity=box_identity))
    return gone


def _repeat(delete_chunk: Callable[[], int]) -> int:
    """Each chunk is a transaction of its own, so that the writer gets its turn in between."""
    total = 0
    while True:
        with transaction.atomic():
            gone = delete_chunk()
        total += gone
        if gone < pruning.CHUNK:
            return total
