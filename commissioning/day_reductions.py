"""The time-of-use periods of a site file on one weekday, as reductions of a simulated day."""

from collections.abc import Iterator, Sequence
from datetime import time

from simulator.scenario import DAY_S, Cut
from zones.periods import PeriodPlan
from zones.tou import LEAD

WEEK = 7


def period_cuts(periods: Sequence[PeriodPlan], weekday: int, from_s: float) -> tuple[Cut, ...]:
    """Of the 24 hours that begin `from_s` after midnight of that day (Monday is 0)."""
    return tuple(
        Cut(zone, start % DAY_S, end % DAY_S, period.max_charge_pct)
        for period in periods
        if period.enabled
        for start, end in _spans(period, weekday, from_s)
        for zone in period.zones
    )


def _spans(period: PeriodPlan, weekday: int, from_s: float) -> Iterator[tuple[float, float]]:
    """Seconds since that midnight, within the 24 hours; a whole day comes in two halves."""
    for offset in (-1, 0, 1, 2):
        if (weekday + offset) % WEEK not in period.days:
            continue
        for slot in period.slots:
            begins, ends = _second(slot.start), _second(slot.end)
            length = (ends - begins) % DAY_S or DAY_S
            start = max(offset * DAY_S + begins - LEAD.total_seconds(), from_s)
            end = min(offset * DAY_S + begins + length, from_s + DAY_S)
            if end - start >= DAY_S:
                yield start, start + DAY_S / 2
                yield start + DAY_S / 2, end
            elif start < end:
                yield start, end


def _second(clock: time) -> float:
    return float(clock.hour * 3600 + clock.minute * 60 + clock.second)
