"""What the pages read besides the site document."""

from dataclasses import dataclass

from django.db.models import QuerySet

from chargers.models import Station
from control.trusting import METER_ALARMS
from journal import selectors as journal
from journal.models import Alarm, Entry, Frame, Kind
from metering.models import Meter
from zones.models import Zone

PAGE_ROWS = 100
FRAMES_SHOWN = 100


@dataclass(frozen=True, slots=True)
class JournalFilter:
    """As in the page's address. `before` is the id of the last entry of the page before; None for the first."""

    kind: str = ""
    device: str = ""
    zone: str = ""
    text: str = ""
    before: int | None = None

    @property
    def active(self) -> bool:
        return bool(self.kind or self.device or self.zone or self.text)


@dataclass(frozen=True, slots=True)
class JournalPage:
    """`following` is the `before` of the next, older page; None at the end."""

    entries: list[Entry]
    following: int | None


def journal_page(wanted: JournalFilter, rows: int = PAGE_ROWS) -> JournalPage:
    """Newest first, paged by key: page 1 000 costs what page 1 does."""
    found = journal.entries(kind=wanted.kind, device=wanted.device, zone=wanted.zone, text=wanted.text)
    if wanted.before is not None:
        found = found.filter(pk__lt=wanted.before)
    entries = list(found[: rows + 1])
    following = entries[rows - 1].pk if len(entries) > rows else None
    return JournalPage(entries[:rows], following)


def kinds() -> list[tuple[str, str]]:
    return [(value, str(label)) for value, label in Kind.choices]


def devices() -> list[tuple[str, str]]:
    """Box identities that the filter offers, with the station's name."""
    stations = Station.objects.order_by("name", "box_identity").values_list("box_identity", "name")
    return [(box, f"{name} ({box})" if name else box) for box, name in stations]


def zone_names() -> list[str]:
    return list(Zone.objects.values_list("name", flat=True))


def open_alarms() -> QuerySet[Alarm]:
    return journal.open_alarms()


def miswired_meters(*, alarm: int) -> QuerySet[Meter]:
    """The meter that the open alarm is about; none where it is over, or about something else."""
    subjects = journal.open_alarms().filter(pk=alarm, code__in=METER_ALARMS).values("subject")
    return Meter.objects.filter(name__in=subjects)


def unseen_alarms(rows: int = 5) -> QuerySet[Alarm]:
    """Those that nobody has acknowledged."""
    return journal.open_alarms().filter(acknowledged_at=None)[:rows]


def past_alarms(rows: int = 50) -> QuerySet[Alarm]:
    return Alarm.objects.exclude(cleared_at=None).order_by("-cleared_at")[:rows]


def last_frames(box_identity: str) -> QuerySet[Frame]:
    return journal.frames(box_identity=box_identity)[:FRAMES_SHOWN]
