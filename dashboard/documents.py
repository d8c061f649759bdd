"""Where pages get the site document: the control loop of this process, else its row."""

from datetime import datetime
from typing import Any

from control import runtime
from control.models import SiteDocument

Document = dict[str, Any]

STALE_S = 5.0
"""UI-2: older figures are shown as such."""


def newest() -> Document | None:
    """The newest published document, with its `seq` and `at`; None where control has never run.

    From memory in the process that controls, by one query elsewhere.
    """
    published = runtime.document()
    if published:
        return published
    row = SiteDocument.objects.filter(pk=1).first()
    return None if row is None else whole(row)


def newer(known: Document | None) -> Document | None:
    """`newest()`, but the body of the row is read only when its sequence is not the known one's."""
    if known is None or runtime.document():
        return newest()
    sequence = SiteDocument.objects.filter(pk=1).values_list("sequence", flat=True).first()
    return known if sequence == known["seq"] else newest()


def whole(row: SiteDocument) -> Document | None:
    """The row's body made complete; None for a row that was never filled."""
    body: Document = row.body
    if not body.get("zones") and not body.get("connectors") and not row.sequence:
        return None
    return {**body, "seq": row.sequence, "at": body.get("at") or row.at.isoformat()}


def age_s(document: Document, now: datetime) -> float:
    """Seconds since it was drawn, never negative."""
    return max(0.0, (now - datetime.fromisoformat(document["at"])).total_seconds())
