"""What a station makes of the limits it is sent: obeying, offline, after a reboot, and misbehaving."""

from typing import Any

import pytest

from simulator.car import Car
from simulator.spec import OutletSpec
from simulator.timestamps import iso
from tests.simulator.central import STEP_CAR, WALL_S, Central, charging, online, send_profile

DEFAULT: dict[str, Any] = {"chargingProfilePurpose": "TxDefaultProfile", "stackLevel": 0, "chargingProfileId": 9}
STATION_MAX: dict[str, Any] = DEFAULT | {"chargingProfilePurpose": "ChargePointMaxProfile", "chargingProfileId": 8}


def drawn(central: Central, at: float, number: int = 1) -> int:
    central.run(at)
    return central.station.currents_ma(number, at)[0]


def test_it_obeys_a_transaction_profile() -> None:
    central = charging()
    assert send_profile(central, 16, 10) == {"status": "Accepted"}
    assert drawn(central, 11) == 16_000


def test_zero_suspends_it() -> None:
    central = charging()
    send_profile(central, 0, 10)
    assert (drawn(central, 11), central.words()[-1]) == (0, "SuspendedEVSE")


@pytest.mark.parametrize(
    ("more", "status"),
    [({}, "Accepted"), ({"transactionId": 101}, "Accepted"), ({"transactionId": 5}, "Rejected"),
     ({"stackLevel": 9}, "Rejected")],
)  # fmt: skip
def test_a_transaction_profile_must_fit_the_transaction(more: dict[str, Any], status: str) -> None:
    assert send_profile(charging(), 16, 10, **more) == {"status": status}


def test_a_transaction_profile_without_a_transaction_is_rejected() -> None:
    assert send_profile(online(), 16, 10) == {"status": "Rejected"}


def test_it_falls_to_the_default_when_the_transaction_profile_ends() -> None:
    central = charging()
    send_profile(central, 8, 10, **DEFAULT)
    send_profile(central, 20, 10, schedule={"duration": 100})
    assert [drawn(central, at) for at in (11, 39.9, 40.1)] == [20_000, 20_000, 8_000]


def test_a_transaction_profile_does_not_outlive_its_transaction() -> None:
    central = charging()
    send_profile(central, 16, 10)
    central.station.unplug(1, 11)
    central.station.plug(1, Car(STEP_CAR), 12)
    assert drawn(central, 20) == 32_000


def test_profiles_hold_and_expire_offline() -> None:
    central = charging()
    send_profile(central, 8, 10, **DEFAULT)
    send_profile(central, 20, 10, schedule={"duration": 100})
    central.station.disconnected(11)
    assert [drawn(central, at) for at in (39.9, 40.1, 5000)] == [20_000, 8_000, 8_000]


def test_a_car_that_starts_offline_gets_the_default() -> None:
    central = online()
    send_profile(central, 8, 1, **DEFAULT)
    central.station.disconnected(2)
    central.station.plug(1, Car(STEP_CAR), 3)
    assert drawn(central, 10) == 8_000


@pytest.mark.parametrize(("volatile", "expected_ma"), [(False, 8_000), (True, 32_000)])
def test_the_default_over_a_reboot(volatile: bool, expected_ma: int) -> None:
    central = charging(volatile_profiles=volatile)
    send_profile(central, 8, 10, **DEFAULT)
    central.station.reboot(11, hard=True)
    assert drawn(central, 12) == 0
    assert drawn(central, 30) == expected_ma


def test_profiles_may_be_lost_with_the_link() -> None:
    central = charging(loses_profiles_offline=True)
    send_profile(central, 8, 10)
    central.station.disconnected(11)
    assert drawn(central, 12) == 32_000


def test_the_station_s_maximum_is_shared_by_its_connectors() -> None:
    central = charging(outlets=(OutletSpec(), OutletSpec()))
    send_profile(central, 30, 10, connector=0, **STATION_MAX)
    assert drawn(central, 11) == 30_000
    central.station.plug(2, Car(STEP_CAR), 12)
    assert (drawn(central, 20), drawn(central, 20, 2)) == (15_000, 15_000)


def test_the_composite_schedule_shows_what_is_coming() -> None:
    central = charging()
    send_profile(central, 8, 10, **DEFAULT)
    send_profile(central, 20, 10, schedule={"duration": 100})
    answer = central.call("GetCompositeSchedule", {"connectorId": 1, "duration": 60}, 10)
    assert answer["scheduleStart"] == iso(WALL_S + 10)
    assert answer["chargingSchedule"]["chargingSchedulePeriod"] == [
        {"startPeriod": 0, "limit": 20.0},
        {"startPeriod": 30, "limit": 8.0},
    ]


def test_a_cleared_profile_is_gone() -> None:
    central = charging()
    send_profile(central, 8, 10)
    assert central.call("ClearChargingProfile", {"id": 1}, 11) == {"status": "Accepted"}
    assert central.call("ClearChargingProfile", {"id": 1}, 12) == {"status": "Unknown"}
    assert drawn(central, 13) == 32_000


# Misbehaviours (F3 to F6, F21).


@pytest.mark.parametrize(("clamps", "expected_ma"), [(False, 0), (True, 6_000)])
def test_a_limit_below_six_amperes(clamps: bool, expected_ma: int) -> None:
    central = charging(clamps_up=clamps)
    send_profile(central, 3, 10)
    assert drawn(central, 11) == expected_ma


def test_it_may_accept_and_ignore() -> None:
    central = charging(ignores_limits=True)
    assert send_profile(central, 8, 10) == {"status": "Accepted"}
    assert drawn(central, 20) == 32_000


def test_it_may_refuse_a_purpose() -> None:
    central = charging(rejects_profiles=frozenset({"TxProfile"}))
    assert send_profile(central, 8, 10) == {"status": "Rejected"}
    assert send_profile(central, 8, 10, **DEFAULT) == {"status": "Accepted"}


def test_it_may_know_stack_level_0_only() -> None:
    central = charging(only_stack_0=True)
    assert send_profile(central, 8, 10) == {"status": "Rejected"}
    assert send_profile(central, 8, 10, stackLevel=0) == {"status": "Accepted"}


def test_it_may_not_know_smart_charging() -> None:
    assert send_profile(charging(no_smart_charging=True), 8, 10) == ["NotSupported", ""]


def test_a_late_answer_has_its_effect_at_once() -> None:
    central = charging(answer_delay_s=7.0)
    assert send_profile(central, 8, 10) is None
    assert drawn(central, 10) == 8_000
    central.run(16.9)
    assert not central.answers
    central.run(17)
    assert central.answers["c1"][2] == {"status": "Accepted"}


def test_a_lost_answer_has_its_effect_too() -> None:
    central = charging(drop_answers=1.0)
    assert send_profile(central, 8, 10) is None
    assert drawn(central, 100) == 8_000


def test_a_wrong_clock_shifts_an_absolute_schedule() -> None:
    central = charging(clock_offset_s=20.0)
    send_profile(central, 8, 10, schedule={"duration": 100})
    assert [drawn(central, at) for at in (19.9, 20.1)] == [8_000, 32_000]
