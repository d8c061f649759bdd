"""What an operator types at `explain`: a connector by what people call it, an instant by the clock on the wall."""

import difflib
from collections.abc import Mapping
from datetime import UTC, datetime, tzinfo

from django.utils import timezone
from django.utils.dateparse import parse_datetime, parse_time
from django.utils.translation import gettext as _

from chargers.models import Connector, Station
from common.text import printable

MOST_NAMED = 10


class Unclear(ValueError):
    """What was typed names nothing, or more than one thing. The message, in the active language, says what would."""


def connector_names() -> dict[int, str]:
    """Connector id -> BOX-IDENTITY/NUMBER, in the order of the stations."""
    rows = Connector.objects.values_list("pk", "station__box_identity", "number")
    return {pk: f"{identity}/{number}" for pk, identity, number in rows}


def connector_called(text: str, names: Mapping[int, str]) -> int:
    """By box identity or station name, in any case; the number may be left out where the station has one connector.

    Raises Unclear.
    """
    exact = [pk for pk, name in names.items() if name == text]
    if exact:
        return exact[0]
    found = _alike(text.casefold())
    if len(found) == 1:
        return found[0]
    if found:
        several = ", ".join(names[pk] for pk in found[:MOST_NAMED])
        message = _("“%(text)s” can be any of these: %(several)s.")
        raise Unclear(message % {"text": printable(text, 60), "several": several})
    close = difflib.get_close_matches(text.upper(), [name.upper() for name in names.values()], MOST_NAMED, 0.5)
    known = [name for name in names.values() if name.upper() in close] or list(names.values())
    message = _("No connector is called “%(text)s”. There are: %(known)s.")
    if not known:
        message = _("No connector is called “%(text)s”: there is none yet.")
    shown = ", ".join(known[:MOST_NAMED]) + (", ..." if len(known) > MOST_NAMED else "")
    raise Unclear(message % {"text": printable(text, 60), "known": shown})


def _alike(wanted: str) -> list[int]:
    """Connectors that somebody may mean by this, in the order of the stations."""
    rows = Connector.objects.filter(station__state=Station.State.INSTALLED).order_by("station__position", "pk")
    values = list(rows.values_list("pk", "number", "station__box_identity", "station__name"))
    with_number = [pk for pk, number, *called in values if wanted in {f"{c.casefold()}/{number}" for c in called}]
    return with_number or [pk for pk, _number, *called in values if wanted in {c.casefold() for c in called}]


def instant_called(text: str, *, now: datetime) -> datetime:
    """`14:30` is today, by the building's clock; with an offset it is that instant. Raises Unclear."""
    try:
        at = _instant(text, now)
        spelt = shown(at) if at is not None else ""
    except (OverflowError, ValueError) as error:
        if isinstance(error, Unclear):
            raise
        at = None  # there is no such day, or the building's clock or UTC has none for it
    if at is None:
        message = _("“%(text)s” is no time; write 14:30 or 2026-03-01T14:30.")
        raise Unclear(message % {"text": printable(text, 60)})
    if at > now:
        message = _("%(at)s is in the future: it is %(now)s now.")
        raise Unclear(message % {"at": spelt, "now": shown(now)})
    return at


def _instant(text: str, now: datetime) -> datetime | None:
    """Raises ValueError or OverflowError where it is no instant that a database knows."""
    day, time = parse_datetime(text), parse_time(text)
    if day is None and time is not None:
        day = datetime.combine(timezone.localdate(now), time)
    if day is None:
        return None
    at = _on_the_wall(day, timezone.get_current_timezone()) if timezone.is_naive(day) else day
    return at.astimezone(UTC)


def shown(at: datetime) -> str:
    """By the building's clock, with its offset."""
    return timezone.localtime(at).isoformat(sep=" ", timespec="seconds")


def _on_the_wall(day: datetime, zone: tzinfo) -> datetime:
    first, second = (day.replace(tzinfo=zone, fold=fold) for fold in (0, 1))
    if first.utcoffset() == second.utcoffset():
        return first
    figures = {"at": day.isoformat(sep=" "), "first": first.isoformat(), "second": second.isoformat()}
    if first.utcoffset() < second.utcoffset():  # type: ignore[operator]  # a zone's offsets are known
        raise Unclear(_("%(at)s does not exist: the clock goes forward over it.") % figures)
    raise Unclear(_("%(at)s comes twice; write %(first)s or %(second)s.") % figures)
