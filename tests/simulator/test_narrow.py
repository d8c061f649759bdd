"""Stations that take less than the standard allows, and outlets that are limited in W."""

from typing import Any

import pytest

from simulator.car import CarSpec
from simulator.spec import OutletSpec
from tests.simulator.central import STEP_CAR, Central, charging, online, profile, send_profile

WATT = {"chargingRateUnit": "W"}
SINGLE = CarSpec(phases=1, lag_s=0, ramp_s=0, start_delay_s=0, knee_soc=1.0, battery_wh=1e6)
LARGE = CarSpec(max_ma=200_000, lag_s=0, ramp_s=0, start_delay_s=0, knee_soc=1.0, battery_wh=1e6)


def answered(central: Central, limit: float = 16, **more: Any) -> Any:
    return send_profile(central, limit, 11, **more)["status"]


@pytest.mark.parametrize(
    ("spec", "refused", "taken"),
    [
        ({"watts_only": True}, {}, {"schedule": WATT}),
        ({"outlets": (OutletSpec(dc=True),)}, {}, {"schedule": WATT}),
        ({"rejects_kinds": frozenset({"Absolute"})}, {}, {"chargingProfileKind": "Relative"}),
        ({"rejects_kinds": frozenset({"Relative"})}, {"chargingProfileKind": "Relative"}, {}),
        ({"default_only": True}, {}, {"chargingProfilePurpose": "TxDefaultProfile"}),
        ({"only_stack_0": True}, {}, {"stackLevel": 0}),
    ],
)
def test_a_form_that_it_does_not_know_is_rejected(
    spec: dict[str, Any], refused: dict[str, Any], taken: dict[str, Any]
) -> None:
    central = charging(**spec)
    assert answered(central, **refused) == "Rejected"
    assert answered(central, **taken) == "Accepted"


def test_more_profiles_than_it_has_room_for_are_rejected_and_replacing_one_is_not() -> None:
    central = charging(max_profiles=1)
    assert answered(central) == "Accepted"
    assert answered(central, 10) == "Accepted"
    other = {"chargingProfileId": 2, "chargingProfilePurpose": "TxDefaultProfile"}
    assert answered(central, **other) == "Rejected"


def test_one_form_may_never_be_answered() -> None:
    central = charging(ignores_kinds=frozenset({"Absolute"}))
    payload = {"connectorId": 1, "csChargingProfiles": profile(16)}
    assert central.call("SetChargingProfile", payload, 11) is None


def test_it_says_what_it_is() -> None:
    keys = online(watts_only=True, max_profiles=3).call("GetConfiguration", {}, 1)["configurationKey"]
    said = {entry["key"]: entry["value"] for entry in keys}
    assert said["ChargingScheduleAllowedChargingRateUnit"] == "Power"
    assert said["MaxChargingProfilesInstalled"] == "3"


@pytest.mark.parametrize(
    ("sag_pm", "efficiency_pm", "line_ma"), [(1000, 1000, 20_000), (900, 1000, 22_223), (900, 920, 24_155)]
)
def test_a_dc_outlet_draws_constant_power_on_every_line(sag_pm: int, efficiency_pm: int, line_ma: int) -> None:
    """13.8 kW are 20 A at 230 V; its car has one phase only, which says nothing of the lines."""
    outlet = OutletSpec(200_000, dc=True, sag_pm=sag_pm, efficiency_pm=efficiency_pm)
    central = charging(outlets=(outlet,), car=LARGE, sag_pm=sag_pm)
    send_profile(central, 13_800, 11, schedule=WATT)
    central.run(20)
    assert central.station.currents_ma(1, 20) == (line_ma, line_ma, line_ma)
    lone = charging(outlets=(outlet,), car=SINGLE)
    assert min(lone.station.currents_ma(1, 10)) > 0


def test_a_dc_outlet_by_itself_never_draws_more_than_its_rating() -> None:
    outlet = OutletSpec(63_000, dc=True, sag_pm=900, efficiency_pm=920)
    drawn = charging(outlets=(outlet,), car=LARGE, sag_pm=900).station.currents_ma(1, 10)
    assert 62_000 < drawn[0] <= 63_001


def test_what_a_dc_outlet_calls_its_current_is_the_cars() -> None:
    central = charging(outlets=(OutletSpec(63_000, dc=True),), sample_s=5, at=12)
    samples = central.payloads("MeterValues")[-1]["meterValue"][0]["sampledValue"]
    currents = [s for s in samples if s["measurand"] == "Current.Import"]
    assert [(s["value"], s.get("phase")) for s in currents] == [("55.2", None)]


@pytest.mark.parametrize(
    ("counts_one", "car", "told"),
    [
        (False, SINGLE, ["32.0", "32.0", "0.0"]),
        (True, SINGLE, ["32.0", "0.0", "0.0"]),
        (True, STEP_CAR, ["32.0"] * 3),
    ],
)
def test_the_current_of_a_car_between_two_lines_is_reported_on_both_unless_one_is_not_counted(
    counts_one: bool, car: CarSpec, told: list[str]
) -> None:
    central = charging(outlets=(OutletSpec(delta=True),), car=car, sample_s=5, at=12, counts_one=counts_one)
    samples = central.payloads("MeterValues")[-1]["meterValue"][0]["sampledValue"]
    assert [s["value"] for s in samples if s["measurand"] == "Current.Import"] == told


def test_watt_are_divided_by_the_voltage_that_is_there() -> None:
    central = charging(watts_only=True, outlets=(OutletSpec(sag_pm=900),), car=STEP_CAR)
    send_profile(central, 6_210, 11, schedule=WATT)
    central.run(20)
    assert central.station.currents_ma(1, 20)[0] == pytest.approx(10_000, abs=2)
