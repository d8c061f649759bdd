"""What pages, exports and the API read of the journal."""

from datetime import datetime

from django.conf import settings
from django.db.models import Q, QuerySet, TextField
from django.db.models.functions import Cast
from django.utils.translation import get_language

from journal import wording
from journal.models import Alarm, Entry, Frame

MAX_WORDS = 8
"""Of a search; more are ignored."""


def entries(
    *,
    kind: str = "",
    device: str = "",
    zone: str = "",
    since: datetime | None = None,
    until: datetime | None = None,
    text: str = "",
) -> QuerySet[Entry]:
    """Newest first; empty filters filter nothing. `text`: see `search`."""
    found = Entry.objects.order_by("-id")
    exact = {"kind": kind, "device": device, "zone": zone}
    found = found.filter(**{field: value for field, value in exact.items() if value})
    if since is not None:
        found = found.filter(at__gte=since)
    if until is not None:
        found = found.filter(at__lt=until)
    return search(found, text)


def search(found: QuerySet[Entry], text: str) -> QuerySet[Entry]:
    """Those with every word of `text` in their message, device, zone, sub-type or code, without case.

    The stored message is English. A reader of another language finds the words on the page too: those of a sentence by
    its code, figures and names because they are the same in English.
    """
    words = text.split()[:MAX_WORDS]
    if not words:
        return found
    language = get_language()
    if language is None or language == settings.LANGUAGE_CODE:
        return found.filter(*map(_written, words))
    found = found.alias(made_of=Cast("params", TextField()))
    return found.filter(*(_written(_figure(word)) | _said(word, language) for word in words))


def _written(word: str) -> Q:
    fields = ("message", "device", "zone", "subtype", "code")
    return Q(*((f"{field}__icontains", word) for field in fields), _connector=Q.OR)


def _said(word: str, language: str) -> Q:
    whole, inside = wording.saying(word, language)
    return Q(*(("made_of__contains", f'"{code}"') for code in sorted(inside)), code__in=whole, _connector=Q.OR)


def _figure(word: str) -> str:
    """A decimal comma as the English message has it."""
    return word.replace(",", ".") if word.replace(",", "").isdecimal() else word


def open_alarms() -> QuerySet[Alarm]:
    return Alarm.objects.filter(cleared_at=None).order_by("-id")


def frames(*, box_identity: str) -> QuerySet[Frame]:
    """The ring of a station, newest first."""
    return Frame.objects.filter(box_identity=box_identity).order_by("-id")
