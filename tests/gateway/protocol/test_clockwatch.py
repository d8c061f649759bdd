"""F21, F33, S21: which stations' clocks can't be believed, and when a step of ours moves theirs."""

from datetime import timedelta
from typing import Any

import pytest

from engine.facts import Measured, StationClock
from gateway.protocol.clockwatch import ClockWatch
from tests.gateway.talk import Talk, a_write, at, stamp

DAY_S, YEAR_S = 86_400, 365 * 86_400
STATUS = {"connectorId": 1, "status": "Charging", "errorCode": "NoError"}


def status(seconds: float) -> dict[str, str]:
    return {"timestamp": stamp(seconds)}


def told() -> ClockWatch:
    watch = ClockWatch()
    watch.told(at(0), 0)
    return watch


def sees(watch: ClockWatch, off_s: float, now: float) -> bool | None:
    watch.saw("StatusNotification", status(now + off_s), at(now), now)
    return watch.wrong


@pytest.mark.parametrize("off_s", [0, 9, -9])
def test_ten_seconds_off_is_right_enough(off_s: float) -> None:
    assert sees(told(), off_s, 60) is False


@pytest.mark.parametrize("off_s", [11, DAY_S, YEAR_S, -DAY_S, -56 * YEAR_S])
def test_a_clock_that_is_further_off_is_wrong_at_once(off_s: float) -> None:
    assert sees(told(), off_s, 60) is True


def test_what_was_kept_while_the_link_was_down_accuses_no_clock() -> None:
    watch = told()
    for late_s in (170, 160, 150, 20, 10.5):
        assert sees(watch, -late_s, 200 + (170 - late_s) / 1000) is None
    assert sees(watch, 0, 201) is False


def test_a_clock_that_stays_behind_is_wrong() -> None:
    watch = told()
    assert sees(watch, -60, 100) is None
    assert sees(watch, -60, 110) is True


def test_start_and_stop_say_nothing_since_they_may_be_hours_old() -> None:
    assert not told().saw("StartTransaction", status(-3_600), at(0), 0)


@pytest.mark.parametrize("stamp_", [None, 7, "noon", "2026-06-01T12:00:00"])
def test_an_instant_that_is_none_says_nothing(stamp_: object) -> None:
    assert not told().saw("StatusNotification", {"timestamp": stamp_}, at(0), 0)


def test_what_was_told_goes_on_by_the_clock_that_never_steps() -> None:
    """F33: ours stepped a year; the station still has what it was told."""
    watch = told()
    year_on = at(60) + timedelta(days=365)
    assert watch.time(year_on, 60) == at(60)
    assert watch.saw("StatusNotification", status(60), year_on, 60)
    assert watch.wrong is False


def test_telling_the_stepped_time_moves_every_schedule_of_the_station() -> None:
    watch = told()
    assert not watch.told(at(60), 60)
    assert watch.told(at(120) + timedelta(days=365), 120)


def meter_values(seconds: float) -> dict[str, Any]:
    sampled = [{"value": "6", "measurand": "Current.Import"}]
    return {"connectorId": 1, "meterValue": [{"timestamp": stamp(seconds), "sampledValue": sampled}]}


def test_control_is_told_once_that_a_clock_is_wrong_and_once_that_it_is_right_again() -> None:
    talk = Talk().ready()
    for off_s in (DAY_S, DAY_S, 0, 0):
        talk.call("MeterValues", **meter_values(off_s))
    assert [fact.wrong for fact in talk.told(StationClock)] == [True, False]
    assert talk.told(StationClock)[0].skew_s == DAY_S


def test_a_lease_is_dated_in_the_time_that_the_station_was_told() -> None:
    """F33: between our step and its next heartbeat it lives in the time of before."""
    clock = {"step_s": 0.0}
    talk = Talk(wall=lambda now: at(now + clock["step_s"])).ready()
    talk.call("Heartbeat")
    clock["step_s"] = YEAR_S
    talk.write(a_write(lease_s=120))
    schedule = talk.calls("SetChargingProfile")[-1][3]["csChargingProfiles"]["chargingSchedule"]
    assert schedule["startSchedule"] == "2026-05-31T12:00:00Z"


def test_the_heartbeat_after_our_step_makes_control_write_everything_anew() -> None:
    clock = {"step_s": 0.0}
    talk = Talk(wall=lambda now: at(now + clock["step_s"])).ready()
    talk.call("Heartbeat")
    clock["step_s"] = YEAR_S
    talk.call("Heartbeat")
    assert [fact.moved for fact in talk.told(StationClock)] == [True]


@pytest.mark.parametrize("first", [["Heartbeat"], ["StatusNotification"]], ids=["told", "seen"])
@pytest.mark.parametrize("step_s", [YEAR_S, -YEAR_S])
@pytest.mark.parametrize(("age_s", "present"), [(1, True), (120, False)])
def test_a_step_of_our_clock_makes_no_report_the_past_and_no_replay_the_present(
    first: list[str], step_s: float, age_s: float, present: bool
) -> None:
    """F33: stations go on in the time that they were told, and what they measure must count all the same (S15)."""
    clock = {"step_s": 0.0}
    talk = Talk(wall=lambda now: at(now + clock["step_s"])).ready()
    talk.call(*first, **(status(0) | STATUS if first[0] == "StatusNotification" else {}))
    clock["step_s"] = step_s
    talk.pass_time(60)
    talk.forget()
    value = {"value": "16", "measurand": "Current.Import", "phase": "L1", "unit": "A"}
    talk.call(
        "MeterValues",
        connectorId=1,
        meterValue=[{"timestamp": stamp(talk.now - age_s), "sampledValue": [value]}],
    )
    assert bool(talk.told(Measured)) is present
