"""The week of a zone as stretches (TOU-3)."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from zones.tou import Period, Slot, quotient_at
from zones.week import DAY_MINUTES, Stretch, monday_of, week

PARIS = ZoneInfo("Europe/Paris")
MONDAY = date(2026, 1, 12)
ALL_WEEK = frozenset(range(7))


def period(name: str, hours: str, pct: int, days: frozenset[int] = ALL_WEEK) -> Period:
    start, end = (time.fromisoformat(text) for text in hours.split("-"))
    return Period(name, pct, days, (Slot(start, end),))


def test_a_week_without_periods_is_full_from_midnight_to_midnight() -> None:
    assert week([], MONDAY, PARIS) == [[Stretch(0, DAY_MINUTES, 100)]] * 7


def test_a_slot_stands_where_it_was_set_and_not_15_s_earlier() -> None:
    tuesday = week([period("Peak", "17:00-20:30", 60, frozenset({1}))], MONDAY, PARIS)[1]
    assert tuesday == [Stretch(0, 1020, 100), Stretch(1020, 1230, 60, ("Peak",)), Stretch(1230, 1440, 100)]


def test_a_slot_that_begins_at_midnight_leaves_the_day_before_alone() -> None:
    days = week([period("Night", "00:00-06:00", 30, frozenset({1}))], MONDAY, PARIS)
    assert days[0] == [Stretch(0, 1440, 100)]
    assert days[1] == [Stretch(0, 360, 30, ("Night",)), Stretch(360, 1440, 100)]


def test_a_slot_over_midnight_goes_on_in_the_next_row_and_over_the_end_of_the_week() -> None:
    days = week([period("Night", "22:00-06:00", 0, frozenset({6}))], MONDAY, PARIS)
    assert days[6][-1] == Stretch(1320, 1440, 0, ("Night",))
    assert days[0][0] == Stretch(0, 360, 0, ("Night",))


def test_where_periods_overlap_the_smallest_is_named() -> None:
    both = [period("Day", "08:00-20:00", 80), period("Noon", "12:00-13:00", 30)]
    assert [s.quotient_pct for s in week(both, MONDAY, PARIS)[3]] == [100, 80, 30, 80, 100]
    assert week(both, MONDAY, PARIS)[3][2].names == ("Noon",)


def test_a_reduction_that_is_always_there_is_the_most_that_is_left() -> None:
    days = week([period("Day", "08:00-20:00", 80), period("Noon", "12:00-13:00", 30)], MONDAY, PARIS, always_pct=60)
    assert [(s.start, s.quotient_pct, s.names) for s in days[0]] == [(0, 60, ()), (720, 30, ("Noon",)), (780, 60, ())]


def test_the_day_of_23_hours_and_the_day_of_25_have_rows_like_all_others() -> None:
    for monday in (date(2026, 3, 23), date(2026, 10, 19)):
        sunday = week([period("P", "02:15-02:45", 50)], monday, PARIS)[6]
        assert (sunday[0].start, sunday[-1].end) == (0, DAY_MINUTES)
        assert 50 in [stretch.quotient_pct for stretch in sunday]


def test_a_week_begins_on_monday() -> None:
    assert monday_of(date(2026, 11, 29)) == date(2026, 11, 23)


HOURS = st.tuples(st.integers(0, 1439), st.integers(0, 1439)).map(
    lambda m: f"{m[0] // 60:02}:{m[0] % 60:02}-{m[1] // 60:02}:{m[1] % 60:02}"
)
PERIODS = st.lists(
    st.builds(period, st.just("P"), HOURS, st.integers(0, 99), st.frozensets(st.integers(0, 6))), max_size=3
)


@given(PERIODS, st.integers(0, 6), st.integers(0, 1439))
def test_at_every_minute_it_shows_what_is_in_force(periods: list[Period], day: int, minute: int) -> None:
    stretches = week(periods, MONDAY, PARIS)[day]
    assert [s.start for s in stretches[1:]] == [s.end for s in stretches[:-1]]
    at = datetime.combine(MONDAY + timedelta(days=day), time(minute // 60, minute % 60), PARIS).astimezone(UTC)
    shown = next(s for s in stretches if s.start <= minute < s.end)
    assert shown.quotient_pct == quotient_at(periods, at, PARIS)
