"""Hours that do what not everybody expects: overlaps, whole days, midnight, the changes of the clock (TOU-1, TOU-2)."""

from collections.abc import Iterator
from datetime import time
from itertools import combinations

from django.utils import formats
from django.utils.dates import WEEKDAYS
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from commissioning.checks.findings import Finding, Kind
from commissioning.checks.site import CheckedSite
from zones.clock_changes import Change, changes_after, wall
from zones.periods import PeriodPlan
from zones.tou import Slot

DAY_MINUTES = 24 * 60
WEEK_MINUTES = 7 * DAY_MINUTES
Stretch = tuple[int, int]
"""Minutes since Monday 00:00, the end not included."""


def findings(site: CheckedSite) -> Iterator[Finding]:
    periods = [period for period in site.periods if period.enabled]
    if periods and str(site.time_zone) == "UTC":
        message = _("The hours of time of use are read as UTC: set EVCE_TIME_ZONE to the building's time zone.")
        yield Finding("hours_are_utc", Kind.SITE, "", message)
    for period in periods:
        yield from _days(period)
        for slot in period.slots:
            yield from _slot(period, slot)
    yield from _overlaps(periods)
    for change in changes_after(site.on, site.time_zone):
        for period in periods:
            for slot in period.slots:
                yield from _change(period, slot, change)


def _days(period: PeriodPlan) -> Iterator[Finding]:
    if not period.days or not period.slots:
        message = _("It has no day or no time slot: it is never in force.")
        yield Finding("period_never", Kind.PERIOD, period.path, message)


def _slot(period: PeriodPlan, slot: Slot) -> Iterator[Finding]:
    if slot.start == slot.end:
        message = _("%(slot)s ends as it starts: it lasts a whole day.") % {"slot": shown(slot)}
        yield Finding("slot_whole_day", Kind.PERIOD, period.path, message)
    elif slot.end < slot.start and 0 < len(period.days) < 7:
        late = [day for day in sorted(period.days) if (day + 1) % 7 not in period.days]
        message = _("%(slot)s ends on the next day: it also holds on %(days)s until %(end)s.")
        days = ", ".join(_day_name((day + 1) % 7) for day in late)
        figures = {"slot": shown(slot), "days": days, "end": _hour(slot.end)}
        if slot.end != time(0):
            yield Finding("slot_over_midnight", Kind.PERIOD, period.path, message % figures)


def _overlaps(periods: list[PeriodPlan]) -> Iterator[Finding]:
    """The first stretch that two periods share in a zone that they share."""
    for one, other in combinations(periods, 2):
        zones = [zone for zone in one.zones if zone in other.zones]
        shared = _shared(one, other) if zones else None
        if shared is None:
            continue
        message = _("It overlaps with “%(other)s” in %(zones)s, first on %(when)s: the smaller, %(least)d %%, counts.")
        least = min(one.max_charge_pct, other.max_charge_pct)
        figures = {"other": other.name, "zones": ", ".join(zones), "when": _stretch(shared), "least": least}
        yield Finding("periods_overlap", Kind.PERIOD, one.path, message % figures)


def _shared(one: PeriodPlan, other: PeriodPlan) -> Stretch | None:
    both = [(max(a, c), min(b, d)) for a, b in _stretches(one) for c, d in _stretches(other) if max(a, c) < min(b, d)]
    return min(both, default=None)


def _stretches(period: PeriodPlan) -> Iterator[Stretch]:
    for day in period.days:
        for slot in period.slots:
            start = day * DAY_MINUTES + _minutes(slot.start)
            end = day * DAY_MINUTES + _minutes(slot.end) + (0 if slot.end > slot.start else DAY_MINUTES)
            yield start, min(end, WEEK_MINUTES)
            if end > WEEK_MINUTES:
                yield 0, end - WEEK_MINUTES


def _change(period: PeriodPlan, slot: Slot, change: Change) -> Iterator[Finding]:
    """What a change of the clock does to a slot on its day."""
    starts_then = change.day.weekday() in period.days and change.holds(slot.start)
    over_midnight = slot.end <= slot.start
    start_day = (change.day.weekday() - 1) % 7 if over_midnight else change.day.weekday()
    ends_then = start_day in period.days and change.holds_end(slot.end)
    if not (starts_then or ends_then):
        return
    figures = {
        "slot": shown(slot),
        "day": formats.date_format(change.day, "DATE_FORMAT"),
        "start": _hour(slot.start),
        "end": _hour(slot.end),
        "leap": _hour(change.last),
        "late": _hour(change.moved(slot.end)),
        "first": _hour(change.first),
    }
    if not change.skips:
        message = _(
            "%(slot)s touches the hour that comes twice on %(day)s: it lasts from the first time that the clock shows "
            "its start to the last time that it shows its end."
        )
        yield Finding("slot_in_double_hour", Kind.PERIOD, period.path, message % figures)
        return
    message = _skipped(slot, change, starts_then=starts_then, ends_then=ends_then, over_midnight=over_midnight)
    yield Finding("slot_in_missing_hour", Kind.PERIOD, period.path, message % figures)


def _skipped(slot: Slot, change: Change, *, starts_then: bool, ends_then: bool, over_midnight: bool) -> str:
    if starts_then and not over_midnight and slot.end == change.last:
        return _("%(slot)s is missing on %(day)s, when the clock goes from %(first)s to %(leap)s.")
    if starts_then and ends_then and not over_midnight:
        return _(
            "%(slot)s does not exist on %(day)s, when the clock goes from %(first)s to %(leap)s: it lasts from "
            "%(leap)s to %(late)s on that day."
        )
    if starts_then:
        return _(
            "%(start)s does not exist on %(day)s, when the clock goes from %(first)s to %(leap)s: %(slot)s starts at "
            "%(leap)s on that day."
        )
    return _(
        "%(end)s does not exist on %(day)s, when the clock goes from %(first)s to %(leap)s: %(slot)s ends at "
        "%(late)s on that day."
    )


def shown(slot: Slot) -> str:
    return f"{_hour(slot.start)} - {_hour(slot.end)}"


def _hour(at: time) -> str:
    return at.isoformat(timespec="minutes")


def _minutes(at: time) -> int:
    return at.hour * 60 + at.minute


def _stretch(stretch: Stretch) -> str:
    day, start = divmod(stretch[0], DAY_MINUTES)
    return f"{_day_name(day)} {wall(start)} - {wall(stretch[1] % DAY_MINUTES)}"


def _day_name(day: int) -> str:
    """Within a sentence: French writes days small."""
    name = str(WEEKDAYS[day])
    return name.lower() if (get_language() or "").startswith("fr") else name
