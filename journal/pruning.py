"""Oldest out: the caps of the journal (CAP-1) and of the rings of raw frames, in turns short enough for control."""

from typing import Any

from django.db.models import Count, QuerySet

from journal.models import Entry, Frame

MAX_ENTRIES = 100_000
MAX_FRAMES = 500
"""Raw frames kept for each station."""
CHUNK = 5_000
"""Rows deleted in one transaction at most: a second busy SQLite writer would starve for seconds."""
SLACK_ENTRIES = 1_000
"""How far the journal may stand above its cap before the writer itself prunes: 1 %."""


def prune_entries(*, limit: int = CHUNK) -> int:
    """Deletes at most `limit` of the oldest entries above the cap; returns how many. The caller's transaction."""
    return _delete_beyond(Entry.objects.all(), keep=MAX_ENTRIES, limit=limit)


def crowded_rings() -> list[str]:
    """Box identities that have more raw frames than their ring holds."""
    counts = Frame.objects.values("box_identity").annotate(frames=Count("id")).order_by()
    return [row["box_identity"] for row in counts.filter(frames__gt=MAX_FRAMES)]


def prune_ring(*, box_identity: str, limit: int = CHUNK) -> int:
    """As `prune_entries`, for the raw frames of one station."""
    return _delete_beyond(Frame.objects.filter(box_identity=box_identity), keep=MAX_FRAMES, limit=limit)


def _delete_beyond(rows: QuerySet[Any], *, keep: int, limit: int) -> int:
    newest_unkept = rows.order_by("-pk").values_list("pk", flat=True)[keep : keep + 1].first()
    if newest_unkept is None:
        return 0
    oldest = rows.filter(pk__lte=newest_unkept).order_by("pk").values_list("pk", flat=True)
    doomed = list(oldest[:limit])
    return rows.filter(pk__lte=doomed[-1]).delete()[0]
