"""The tabs *zones* and *summary* of time of use (TOU-1 to TOU-3)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from django.utils.dates import WEEKDAYS, WEEKDAYS_ABBR
from django.utils.translation import gettext as _

from common import clock
from zones import selectors
from zones.figures import ampere
from zones.models import TouPeriod, Zone
from zones.sources import of_period, spoken
from zones.tou import Period
from zones.week import DAY_MINUTES, Stretch, monday_of, week

LEFT, TOP, WIDTH, ROW = 60, 28, 720, 26
"""Of the picture, in the units of its viewBox."""
CHAR = 8
"""A stretch is labelled as far as there is room; the list below the picture is complete."""


@dataclass(frozen=True, slots=True)
class Bar:
    """A stretch as it is drawn and said."""

    x: int
    y: int
    width: int
    middle: int
    text_y: int
    shade: str
    label: str
    said: str


@dataclass(frozen=True, slots=True)
class Row:
    name: str
    text_y: int
    bars: list[Bar]


@dataclass(frozen=True, slots=True)
class Summary:
    """A zone over the current week."""

    name: str
    max_a: str
    always: str
    rows: list[Row]


def summaries() -> list[Summary]:
    """Of every zone in tree order."""
    zone = ZoneInfo(settings.TIME_ZONE)
    monday = monday_of(timezone.localdate(clock.now(), zone))
    periods = selectors.tou_periods()
    return [
        _summary(row, [p for p, zones in periods if row.pk in zones], monday, zone) for row in selectors.zone_tree()
    ]


def picture_size() -> Mapping[str, Any]:
    """What the template draws around the bars."""
    hours = [{"x": LEFT + WIDTH * hour // 24, "name": f"{hour:02}"} for hour in range(0, 25, 3)]
    return {
        "left": LEFT,
        "width": LEFT + WIDTH + 16,
        "height": TOP + 7 * ROW + 6,
        "bottom": TOP + 7 * ROW,
        "hours": hours,
    }


def _summary(row: Zone, periods: Sequence[Period], monday: Any, zone: ZoneInfo) -> Summary:
    always = selectors.configured_reductions(row)
    least = min(always, key=lambda plan: plan.quotient_pct, default=None)
    always_pct = least.quotient_pct if least else 100
    always_said = "" if least is None else f"{least.quotient_pct} % ({spoken(least.source)})"
    days = week(periods, monday, zone, always_pct=always_pct)
    rows = [_row(n, stretches, row.max_current_a) for n, stretches in enumerate(days)]
    return Summary(row.name, ampere(row.max_current_a), always_said, rows)


def _row(day: int, stretches: Sequence[Stretch], max_a: Decimal) -> Row:
    y = TOP + day * ROW
    return Row(str(WEEKDAYS_ABBR[day]), y + 16, [_bar(day, y, stretch, max_a) for stretch in stretches])


def _bar(day: int, y: int, stretch: Stretch, max_a: Decimal) -> Bar:
    x = LEFT + WIDTH * stretch.start // DAY_MINUTES
    width = LEFT + WIDTH * stretch.end // DAY_MINUTES - x
    current = ampere(max_a * stretch.quotient_pct / 100)
    labels = (f"{stretch.quotient_pct} % · {current} A", f"{stretch.quotient_pct} %", "")
    figures = {
        "day": WEEKDAYS[day],
        "start": _hour(stretch.start),
        "end": _hour(stretch.end),
        "quotient": stretch.quotient_pct,
        "current": current,
    }
    said = _("%(day)s %(start)s - %(end)s: %(quotient)d %%, %(current)s A") % figures
    if stretch.names:
        said += f" ({', '.join(spoken(of_period(name)) for name in stretch.names)})"
    label = next(label for label in labels if CHAR * len(label) <= width)
    return Bar(x, y, width, x + width // 2, y + 16, _shade(stretch.quotient_pct), label, said)


def _shade(quotient_pct: int) -> str:
    if quotient_pct == 0:
        return "none"
    return "full" if quotient_pct >= 100 else "half" if quotient_pct >= 50 else "low"


def _hour(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


@dataclass(frozen=True, slots=True)
class Assignment:
    """A zone with, for each period in the order of the head, whether it applies."""

    zone: Zone
    cells: list[tuple[TouPeriod, bool]]


def assignments() -> tuple[list[TouPeriod], list[Assignment]]:
    """The periods, and every zone in tree order."""
    periods = list(TouPeriod.objects.prefetch_related("zones"))
    of_zones = {period.pk: {zone.pk for zone in period.zones.all()} for period in periods}
    rows = [Assignment(z, [(p, z.pk in of_zones[p.pk]) for p in periods]) for z in selectors.zone_tree()]
    return periods, rows


def wanted(request: HttpRequest) -> dict[int, list[int]]:
    """Period id -> the zone ids that are ticked; what is no number is left out."""
    found: dict[int, list[int]] = {pk: [] for pk in TouPeriod.objects.values_list("pk", flat=True)}
    for box in request.POST.getlist("applies"):
        period, _dash, zone = box.partition("-")
        if period.isdecimal() and zone.isdecimal() and len(box) < 30 and int(period) in found:
            found[int(period)].append(int(zone))
    return found
