"""Hours that overlap, last a whole day, cross midnight, or meet a change of the clock (TOU-1, TOU-2, F14)."""

import pytest
from django.utils import translation

from commissioning.checks.findings import Finding
from tests.commissioning.checks.sites import all_found, found, period
from tests.commissioning.files import zone

ZONES = (zone("Main"), zone("Annexe"))


def remarks(*slots: str, **keys: object) -> dict[str, Finding]:
    return found(*ZONES, periods=[period("Peak", *slots, zones=["Main"], **keys)])


def clock_remarks(*slots: str, **keys: object) -> list[tuple[str, str]]:
    told = all_found(*ZONES, periods=[period("Peak", *slots, zones=["Main"], **keys)])
    return [(f.code, f.sentence) for f in told if f.code.endswith("_hour")]


def test_periods_that_overlap_say_which_one_counts() -> None:
    peak = period("Peak", "17:00-20:00", pct=60, zones=["Main"], days=["tuesday"])
    night = period("Night", "19:00-07:00", pct=30, zones=["Main", "Annexe"])
    remark = found(*ZONES, periods=[peak, night])["periods_overlap"]
    assert remark.sentence == (
        "It overlaps with “Night” in Main, first on Tuesday 19:00 - 20:00: the smaller, 30 %, counts."
    )


def test_over_the_end_of_the_week_too() -> None:
    late = period("Late", "23:00-02:00", zones=["Main"], days=["sunday"])
    early = period("Early", "01:00-03:00", zones=["Main"], days=["monday"])
    assert "Monday 01:00 - 02:00" in found(*ZONES, periods=[late, early])["periods_overlap"].sentence


@pytest.mark.parametrize(
    ("hours", "zones", "days"),
    [
        ("20:00-21:00", ["Main"], ["monday"]),
        ("19:00-20:00", ["Annexe"], ["monday"]),
        ("19:00-20:00", ["Main"], ["tuesday"]),
    ],
)
def test_those_that_only_meet_or_share_no_zone_or_day_do_not_overlap(
    hours: str, zones: list[str], days: list[str]
) -> None:
    peak = period("Peak", "17:00-20:00", zones=["Main"], days=["monday"])
    assert "periods_overlap" not in found(*ZONES, periods=[peak, period("Other", hours, zones=zones, days=days)])


def test_a_slot_that_ends_as_it_starts_lasts_a_whole_day() -> None:
    assert "lasts a whole day" in remarks("08:00-08:00")["slot_whole_day"].sentence


def test_a_slot_over_midnight_says_on_which_morning_it_still_holds() -> None:
    remark = remarks("22:00-06:00", days=["monday", "friday"])["slot_over_midnight"]
    assert remark.sentence == "22:00 - 06:00 ends on the next day: it also holds on Tuesday, Saturday until 06:00."


@pytest.mark.parametrize("hours", ["22:00-00:00", "10:00-11:00"])
def test_one_that_ends_at_midnight_holds_on_no_other_day(hours: str) -> None:
    assert "slot_over_midnight" not in remarks(hours, days=["monday"])


def test_a_period_without_a_day_is_never_in_force() -> None:
    assert "period_never" in remarks("10:00-11:00", days=[])


@pytest.mark.parametrize(
    ("hours", "told"),
    [
        ("02:00-03:00", "02:00 - 03:00 is missing on March 29, 2026"),
        ("02:15-02:45", "it lasts from 03:00 to 03:45 on that day."),
        ("02:30-06:00", "02:30 - 06:00 starts at 03:00 on that day."),
        ("01:00-02:30", "01:00 - 02:30 ends at 03:30 on that day."),
        ("22:00-02:30", "22:00 - 02:30 ends at 03:30 on that day."),
    ],
)
def test_the_missing_hour_says_its_day_and_what_happens(hours: str, told: str) -> None:
    missing = [sentence for code, sentence in clock_remarks(hours) if code == "slot_in_missing_hour"]
    assert len(missing) == 1
    assert told in missing[0]
    assert "March 29, 2026" in missing[0]


@pytest.mark.parametrize("hours", ["02:15-02:45", "22:00-02:30", "02:00-06:00", "23:00-02:00"])
def test_the_double_hour_says_its_day(hours: str) -> None:
    double = [sentence for code, sentence in clock_remarks(hours) if code == "slot_in_double_hour"]
    assert [("October 25, 2026" in s or "Oct. 25, 2026" in s) for s in double] == [True]


@pytest.mark.parametrize("hours", ["01:00-02:00", "03:00-06:00", "12:00-13:00"])
def test_slots_beside_the_missing_hour_are_not_remarked(hours: str) -> None:
    assert [code for code, _ in clock_remarks(hours) if code == "slot_in_missing_hour"] == []


def test_nor_is_a_slot_of_another_day() -> None:
    assert clock_remarks("02:15-02:45", days=["monday"]) == []
    assert clock_remarks("22:00-02:30", days=["sunday"]) == []


def test_days_are_written_small_in_french() -> None:
    with translation.override("fr"):
        remark = remarks("22:00-06:00", days=["friday"])["slot_over_midnight"]
    assert remark.sentence == "22:00 - 06:00 finit le lendemain : elle vaut aussi samedi jusqu’à 06:00."
