"""When a reduction by time of use is in force (TOU-1, TOU-2, F14). Standard library only.

Slots are told in the building's local time. Where daylight saving makes that ambiguous the strictest reading counts:
in the hour that comes twice a slot lasts from its first start to its last end; one that starts in the hour that is
skipped starts as the clock leaps, and one that ends there ends when it would have without the leap.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

LEAD = timedelta(seconds=15)
"""A reduction counts so long before it begins."""
FULL_PCT = 100
_DAY = timedelta(days=1)
_LOOK_AHEAD = 16 * _DAY
"""More than a week: a slot may fall into the skipped hour and be missing once."""


@dataclass(frozen=True, slots=True)
class Slot:
    """`end` not after `start`: it ends on the next day (equal: after a whole day)."""

    start: time
    end: time


@dataclass(frozen=True, slots=True)
class Period:
    """`days`: weekdays on which its slots start, Monday is 0. `max_charge_pct`: what remains of a zone's maximum."""

    name: str
    max_charge_pct: int
    days: frozenset[int]
    slots: tuple[Slot, ...]
    enabled: bool = True


def in_force(period: Period, at: datetime, zone: tzinfo) -> bool:
    """`at` is aware. From `LEAD` before a slot begins until it ends, its end not included."""
    today = at.astimezone(zone).date()
    return any(begins <= at < ends for begins, ends in _windows(period, today - 2 * _DAY, today + _DAY, zone))


def quotient_at(periods: Iterable[Period], at: datetime, zone: tzinfo) -> int:
    """The smallest quotient of the periods in force, in percent; 100 where there is none."""
    return min((p.max_charge_pct for p in periods if in_force(p, at, zone)), default=FULL_PCT)


def next_change_after(periods: Iterable[Period], at: datetime, zone: tzinfo) -> datetime | None:
    """The next instant (UTC) at which a period comes into force or ceases to be; None: none within two weeks."""
    today = at.astimezone(zone).date()
    edges = (
        edge
        for period in periods
        for window in _windows(period, today - 2 * _DAY, today + _LOOK_AHEAD, zone)
        for edge in window
        if edge > at
    )
    return min(edges, default=None)


def _windows(period: Period, first: date, last: date, zone: tzinfo) -> Iterator[tuple[datetime, datetime]]:
    """(in force from, until) in UTC of the slots that start on these days."""
    if not period.enabled:
        return
    for n in range((last - first).days + 1):
        day = first + n * _DAY
        if day.weekday() not in period.days:
            continue
        for slot in period.slots:
            end_day = day if slot.end > slot.start else day + _DAY
            begins = _begin(datetime.combine(day, slot.start), zone)
            ends = max(_readings(datetime.combine(end_day, slot.end), zone))
            if begins < ends:
                yield begins - LEAD, ends


def _begin(wall: datetime, zone: tzinfo) -> datetime:
    first, second = _readings(wall, zone)
    return first if first <= second else _leap(second, first, zone)


def _readings(wall: datetime, zone: tzinfo) -> tuple[datetime, datetime]:
    """A local time under the offset before and the one after a change of the clock; nearly always the same.

    For a time that comes twice the first is earlier, for one that is skipped the first is later.
    """
    first, second = (wall.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
    return first, second


def _leap(low: datetime, high: datetime, zone: tzinfo) -> datetime:
    """The instant between these two at which the clock leaps forward, to the second."""
    before = low.astimezone(zone).utcoffset()
    while high - low > timedelta(seconds=1):
        middle = low + (high - low) // 2
        middle -= timedelta(microseconds=middle.microsecond)
        if middle in (low, high):
            break
        if middle.astimezone(zone).utcoffset() == before:
            low = middle
        else:
            high = middle
    return high
