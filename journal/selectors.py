"""What pages, exports and the API read of the journal."""

from datetime import datetime

from django.db.models import QuerySet

from journal.models import Alarm, Entry, Frame


def entries(
    *,
    kind: str = "",
    device: str = "",
    zone: str = "",
    since: datetime | None = None,
    until: datetime | None = None,
    text: str = "",
) -> QuerySet[Entry]:
    """Newest first; empty filters filter nothing. `text` is looked for in the message, without case."""
    found = Entry.objects.order_by("-id")
    exact = {"kind": kind, "device": device, "zone": zone}
    found = found.filter(**{field: value for field, value in exact.items() if value})
    if since is not None:
        found = found.filter(at__gte=since)
    if until is not None:
        found = found.filter(at__lt=until)
    return found.filter(message__icontains=text) if text else found


def open_alarms() -> QuerySet[Alarm]:
    return Alarm.objects.filter(cleared_at=None).order_by("-id")


def frames(*, box_identity: str) -> QuerySet[Frame]:
    """The ring of a station, newest first."""
    return Frame.objects.filter(box_identity=box_identity).order_by("-id")
