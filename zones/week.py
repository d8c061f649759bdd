"""What is left of a zone's maximum over one week, by the hours of time of use (TOU-3). Standard library only."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from zones.tou import FULL_PCT, LEAD, Period, in_force, next_change_after

DAY_MINUTES = 24 * 60
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Stretch:
    """From minute `start` of a day on the wall until `end`; `names` of the periods whose quotient counts."""

    start: int
    end: int
    quotient_pct: int
    names: tuple[str, ...] = ()


def monday_of(day: date) -> date:
    return day - timedelta(days=day.weekday())


def week(periods: Sequence[Period], monday: date, zone: tzinfo, *, always_pct: int = FULL_PCT) -> list[list[Stretch]]:
    """For each of the seven days, its stretches from midnight to midnight. `always_pct`: what else is in force."""
    return [_day(periods, monday + n * _DAY, zone, always_pct) for n in range(7)]


def _day(periods: Sequence[Period], day: date, zone: tzinfo, always_pct: int) -> list[Stretch]:
    at, midnight = _midnight(day, zone), _midnight(day + _DAY, zone)
    found: list[Stretch] = []
    while at < midnight:
        following = min(next_change_after(periods, at, zone) or midnight, midnight)
        start = found[-1].end if found else 0
        end = DAY_MINUTES if following == midnight else max(start, _minute(following, day, zone))
        names, pct = _counting(periods, at, zone, always_pct)
        if found and (found[-1].quotient_pct, found[-1].names) == (pct, names):
            found[-1] = Stretch(found[-1].start, end, pct, names)
        elif end > start:
            found.append(Stretch(start, end, pct, names))
        at = following
    return found


def _counting(periods: Sequence[Period], at: datetime, zone: tzinfo, always_pct: int) -> tuple[tuple[str, ...], int]:
    held = [period for period in periods if in_force(period, at, zone)]
    least = min((period.max_charge_pct for period in held), default=always_pct)
    if least >= always_pct:
        return (), always_pct
    return tuple(period.name for period in held if period.max_charge_pct == least), least


def _midnight(day: date, zone: tzinfo) -> datetime:
    return datetime.combine(day, time(0), zone).astimezone(UTC)


def _minute(at: datetime, day: date, zone: tzinfo) -> int:
    """As the clock shows it, to the next minute: a period counts from 15 s before it begins."""
    wall = (at + LEAD).astimezone(zone)
    return DAY_MINUTES if wall.date() > day else wall.hour * 60 + wall.minute
