"""Time of use: boundary instants, overlaps, midnight, the days on which the clock changes (TOU-1, TOU-2, F14)."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zones.tou import LEAD, Period, Slot, in_force, next_change_after, quotient_at

PARIS = ZoneInfo("Europe/Paris")
ALL_WEEK = frozenset(range(7))
SECOND = timedelta(seconds=1)


def period(*slots: str, pct: int = 50, days: frozenset[int] = ALL_WEEK, enabled: bool = True) -> Period:
    """`"22:00-06:00"`"""
    hours = (slot.split("-") for slot in slots)
    return Period("P", pct, days, tuple(Slot(time.fromisoformat(a), time.fromisoformat(b)) for a, b in hours), enabled)


def paris(text: str, fold: int = 0) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=PARIS, fold=fold).astimezone(UTC)


def holds(slots: Period, text: str, fold: int = 0) -> bool:
    return in_force(slots, paris(text, fold), PARIS)


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        ("2026-01-14 07:59:44", False),
        ("2026-01-14 07:59:45", True),
        ("2026-01-14 08:00:00", True),
        ("2026-01-14 09:59:59.999999", True),
        ("2026-01-14 10:00:00", False),
    ],
)
def test_a_reduction_counts_from_15_s_before_it_begins_until_it_ends(at: str, expected: bool) -> None:
    assert holds(period("08:00-10:00"), at) is expected


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        ("2026-01-13 05:00", False),
        ("2026-01-13 22:00", False),
        ("2026-01-14 21:59:45", True),
        ("2026-01-15 05:59:59", True),
        ("2026-01-15 06:00", False),
        ("2026-01-15 23:00", False),
    ],
)
def test_a_slot_over_midnight_belongs_to_the_day_on_which_it_starts(at: str, expected: bool) -> None:
    wednesday = frozenset({2})
    assert holds(period("22:00-06:00", days=wednesday), at) is expected


def test_a_slot_that_starts_at_midnight_leads_on_the_day_before() -> None:
    thursday = frozenset({3})
    assert holds(period("00:00-06:00", days=thursday), "2026-01-14 23:59:45")
    assert not holds(period("00:00-06:00", days=thursday), "2026-01-14 23:59:44")


def test_a_slot_that_ends_as_it_starts_lasts_a_whole_day() -> None:
    wednesday = period("00:00-00:00", days=frozenset({2}))
    assert holds(wednesday, "2026-01-14 12:00")
    assert holds(wednesday, "2026-01-14 23:59:59")
    assert not holds(wednesday, "2026-01-15 00:00")


def test_the_smallest_quotient_of_overlapping_periods_wins() -> None:
    off = period("08:00-20:00", pct=0, enabled=False)
    periods = [period("08:00-12:00", pct=80), period("10:00-14:00", pct=30), off]
    at = [quotient_at(periods, paris(f"2026-01-14 {hour}:30"), PARIS) for hour in ("07", "09", "11", "13", "15")]
    assert at == [100, 80, 30, 30, 100]


def test_in_the_hour_that_comes_twice_both_passes_are_covered_without_a_gap() -> None:
    """25 October 2026, 03:00 CEST is 02:00 CET again."""
    slots = period("02:15-02:45")
    first, end = paris("2026-10-25 02:15", fold=0), paris("2026-10-25 02:45", fold=1)
    assert end - first == timedelta(minutes=90)
    assert not in_force(slots, first - LEAD - SECOND, PARIS)
    assert all(in_force(slots, first - LEAD + n * SECOND, PARIS) for n in range(0, 5415, 5))
    assert not in_force(slots, end, PARIS)


def test_a_slot_into_the_hour_that_comes_twice_ends_in_its_second_pass() -> None:
    assert holds(period("22:00-02:30"), "2026-10-25 02:29:59", fold=1)
    assert not holds(period("22:00-02:30"), "2026-10-25 02:30", fold=1)


def test_a_slot_that_starts_in_the_skipped_hour_starts_as_the_clock_leaps() -> None:
    """29 March 2026, 02:00 CET is 03:00 CEST."""
    leap = datetime(2026, 3, 29, 1, tzinfo=UTC)
    slots = period("02:30-06:00")
    assert in_force(slots, leap - LEAD, PARIS)
    assert not in_force(slots, leap - LEAD - SECOND, PARIS)


def test_nothing_is_raised_at_the_leap_by_a_slot_that_would_have_ended_after_it() -> None:
    leap = datetime(2026, 3, 29, 1, tzinfo=UTC)
    slots = period("22:00-02:30")
    assert all(in_force(slots, leap + n * timedelta(minutes=1), PARIS) for n in range(-60, 30))
    assert not in_force(slots, leap + timedelta(minutes=30), PARIS)


def test_slots_that_meet_in_the_skipped_hour_leave_no_gap() -> None:
    both = period("22:00-02:30", "02:30-06:00")
    night = paris("2026-03-28 22:00")
    assert all(in_force(both, night + n * timedelta(minutes=1), PARIS) for n in range(7 * 60))


def test_a_slot_of_just_the_skipped_hour_is_missing_on_that_day() -> None:
    leap = datetime(2026, 3, 29, 1, tzinfo=UTC)
    slots = period("02:00-03:00")
    assert not any(in_force(slots, leap + n * SECOND, PARIS) for n in range(-30, 30))
    assert holds(slots, "2026-03-30 02:30")


def test_the_next_change_is_the_lead_then_the_end_then_next_week() -> None:
    sunday = period("08:00-10:00", days=frozenset({6}))
    at = paris("2026-03-29 07:00")
    changes = []
    for _ in range(3):
        at = next_change_after([sunday], at, PARIS) or at
        changes.append(at)
    assert changes == [paris("2026-03-29 07:59:45"), paris("2026-03-29 10:00"), paris("2026-04-05 07:59:45")]


def test_nothing_changes_where_every_period_is_off() -> None:
    assert next_change_after([period("08:00-10:00", enabled=False)], paris("2026-01-14 07:00"), PARIS) is None


TIMES = st.times().map(lambda t: t.replace(second=0, microsecond=0))
SLOTS = st.lists(st.builds(Slot, TIMES, TIMES), max_size=4).map(tuple)
PERIODS = st.lists(
    st.builds(Period, st.just("P"), st.integers(0, 100), st.frozensets(st.integers(0, 6)), SLOTS), max_size=4
)
NAMES = ["Europe/Paris", "UTC", "Australia/Lord_Howe", "America/St_Johns", "Pacific/Apia"]
ZONES = st.sampled_from(NAMES).map(ZoneInfo)


def between(first: str, last: str) -> st.SearchStrategy[datetime]:
    return st.datetimes(datetime.fromisoformat(first), datetime.fromisoformat(last))


INSTANTS = st.one_of(
    between("1970-01-03", "2100-01-01"),
    between("2026-03-28", "2026-03-31"),
    between("2026-10-24", "2026-10-27"),
).map(lambda t: t.replace(tzinfo=UTC))


def on_the_clock(slots: Period, at: datetime, zone: ZoneInfo) -> bool:
    """What somebody reads off the wall: day and time of day, without any offsets."""
    wall = at.astimezone(zone).replace(tzinfo=None)
    for days_ago in (0, 1):
        day = wall.date() - timedelta(days=days_ago)
        for slot in slots.slots if day.weekday() in slots.days else ():
            ends = datetime.combine(day, slot.end) + timedelta(days=slot.end <= slot.start)
            if datetime.combine(day, slot.start) <= wall < ends:
                return True
    return False


@given(PERIODS, INSTANTS, ZONES)
def test_never_above_what_the_clock_on_the_wall_says(periods: list[Period], at: datetime, zone: ZoneInfo) -> None:
    strictest = min((p.max_charge_pct for p in periods if on_the_clock(p, at, zone)), default=100)
    assert quotient_at(periods, at, zone) <= strictest


@given(PERIODS, between("2026-04-01", "2026-10-20"))
def test_without_a_change_of_the_clock_it_is_the_wall_clock_15_s_ahead(periods: list[Period], wall: datetime) -> None:
    at = wall.replace(tzinfo=PARIS)
    expected = min(
        (p.max_charge_pct for p in periods if any(on_the_clock(p, t, PARIS) for t in (at, at + LEAD))), default=100
    )
    assert quotient_at(periods, at, PARIS) == expected


@given(PERIODS, INSTANTS, ZONES, st.floats(0, 1))
def test_nothing_changes_before_the_next_one(periods: list[Period], at: datetime, zone: ZoneInfo, part: float) -> None:
    until = next_change_after(periods, at, zone) or at + timedelta(days=14)
    later = min(at + (until - at) * part, until - timedelta(microseconds=1))
    assert quotient_at(periods, later, zone) == quotient_at(periods, at, zone)
