"""The cycles that were kept, as they are read back."""

import json
import zlib
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from control.history import Picture
from control.models import Cycle
from control.store import CYCLES_KEPT

_STORED_LATER = timedelta(seconds=60)
"""A row is stored after the cycle that it tells of; a stalled disk may take its time."""


def unpack(body: bytes | memoryview) -> Picture:
    cycle: dict[str, Any] = json.loads(zlib.decompress(body))
    return cycle


def last_cycles(count: int | None = None) -> Iterator[Picture]:
    """The newest `count` of the kept cycles (all: None), oldest first, each with its `id`."""
    ids = Cycle.objects.order_by("-id").values_list("id", flat=True)
    if count is not None and count < CYCLES_KEPT:
        ids = ids[:count]
    rows = Cycle.objects.filter(pk__in=list(ids)).order_by("id")
    return ({"id": row.pk, **unpack(row.body)} for row in rows)


def cycle_of(*, connector: int, at: datetime | None = None) -> Picture | None:
    """The newest kept cycle, not later than `at`, in which the connector had a session or set something aside."""
    rows = Cycle.objects.order_by("-id")
    if at is not None:
        rows = rows.filter(at__lte=at + _STORED_LATER)
    for row in rows.iterator(chunk_size=50):
        cycle = unpack(row.body)
        if "demands" not in cycle:
            continue  # kept by a version whose cycles could not be explained
        if at is not None and datetime.fromisoformat(cycle["at"]) > at:
            continue
        if any(connector == c["id"] for c in (*cycle["connectors"], *cycle["others"])):
            return {"id": row.pk, **cycle}
    return None


def kept_between(*, at: datetime | None = None) -> tuple[datetime, datetime] | None:
    """When the oldest and the newest of the kept cycles were, not later than `at`; None where there is none."""
    oldest = next((unpack(row.body) for row in Cycle.objects.order_by("id")[:1]), None)
    if oldest is None:
        return None
    since = datetime.fromisoformat(oldest["at"])
    rows = Cycle.objects.order_by("-id")
    for row in rows.iterator(chunk_size=50) if at is None else rows.filter(at__lte=at + _STORED_LATER).iterator(50):
        until = datetime.fromisoformat(unpack(row.body)["at"])
        if at is None or until <= at:
            return since, until
    return None
