"""S4, and 1.1 of the invariants."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from chargers.abilities import read
from engine.commands import Target, Write
from gateway.outbound import set_charging_profile
from gateway.outbound.profile_form import ABSOLUTE, RELATIVE, WATT, Form, forms
from gateway.protocol import schema
from gateway.protocol.framing import Json
from tests.gateway.talk import a_write

DEFAULT = replace(a_write(), target=Target.DEFAULT, transaction=None)
HOLD = replace(DEFAULT, target=Target.HOLD, limit_ma=0, lease_s=900)
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def profile(write: Write | None = None, **configuration: str) -> Json:
    write = write or a_write()
    form = forms(write, read(configuration))[0]
    request = set_charging_profile.build(write, form, NOON)
    found: Json = request.payload["csChargingProfiles"]
    return found


def test_the_limit_is_a_transaction_profile_above_the_default() -> None:
    found = profile()
    assert (found["chargingProfilePurpose"], found["stackLevel"], found["transactionId"]) == ("TxProfile", 1, 5)
    assert found["chargingSchedule"]["startSchedule"] < "2020"


def test_the_default_never_expires_and_depends_on_no_clock() -> None:
    found = profile(DEFAULT)
    assert (found["chargingProfilePurpose"], found["stackLevel"]) == ("TxDefaultProfile", 0)
    assert found["chargingProfileKind"] == "Relative"
    assert found["chargingSchedule"].keys() == {"chargingRateUnit", "chargingSchedulePeriod"}


def test_a_lease_starts_in_the_past_and_ends_when_it_should() -> None:
    schedule = profile(replace(a_write(), lease_s=120))["chargingSchedule"]
    start = datetime.fromisoformat(schedule["startSchedule"])
    assert start < NOON
    assert start + timedelta(seconds=schedule["duration"]) == NOON + timedelta(seconds=120)


def test_an_idle_connector_is_held_by_an_expiring_default_above_the_standing_one() -> None:
    found = profile(HOLD)
    assert (found["chargingProfilePurpose"], found["stackLevel"]) == ("TxDefaultProfile", 1)
    assert found["chargingSchedule"]["duration"] > 900
    assert "transactionId" not in found


@pytest.mark.parametrize(("milli", "amperes"), [(16_000, 16.0), (7_599, 7.5), (0, 0.0), (13_333, 13.3), (99, 0.0)])
def test_the_limit_is_floored_to_one_decimal(milli: int, amperes: float) -> None:
    period = profile(replace(a_write(), limit_ma=milli))["chargingSchedule"]["chargingSchedulePeriod"]
    assert period == [{"startPeriod": 0, "limit": amperes}]


def test_every_setpoint_fits_the_schema() -> None:
    misfits = [
        limit
        for limit in range(0, 80_000, 100)
        if not schema.fits("SetChargingProfile", set_charging_profile.build(a_write(limit), Form(), NOON).payload)
    ]
    assert misfits == []


def test_a_station_that_knows_one_level_only_gets_level_0() -> None:
    assert profile(ChargeProfileMaxStackLevel="0")["stackLevel"] == 0
    assert profile(ChargeProfileMaxStackLevel="8")["stackLevel"] == 1
    assert profile(ChargeProfileMaxStackLevel="many")["stackLevel"] == 1


def test_profiles_of_connectors_and_targets_have_ids_of_their_own() -> None:
    writes = [replace(w, number=n) for w in (a_write(), DEFAULT, HOLD) for n in (1, 2)]
    assert len({profile(write)["chargingProfileId"] for write in writes}) == 6


def built(write: Write, form: Form) -> Json:
    found: Json = set_charging_profile.build(write, form, NOON).payload["csChargingProfiles"]
    return found


def test_a_relative_lease_ends_by_the_validity_of_its_profile() -> None:
    """Stations do not agree on the instant that a relative duration is counted from."""
    found = built(replace(a_write(), lease_s=120), Form(RELATIVE))
    assert datetime.fromisoformat(found["validTo"]) == NOON + timedelta(seconds=120)
    assert found["chargingSchedule"].keys() == {"chargingRateUnit", "chargingSchedulePeriod"}


def test_a_standing_default_that_must_be_absolute_began_long_ago() -> None:
    found = built(DEFAULT, Form(ABSOLUTE, 0))
    assert found["chargingSchedule"]["startSchedule"] < "2020"
    assert "duration" not in found["chargingSchedule"]
    assert "validTo" not in found


def test_watt_say_over_how_many_phases_they_are_spread() -> None:
    write = replace(a_write(), limit_w=4_140, phases=2)
    (period,) = built(write, Form(unit=WATT))["chargingSchedule"]["chargingSchedulePeriod"]
    assert period == {"startPeriod": 0, "limit": 4_140.0, "numberPhases": 2}
    (period,) = built(replace(write, dc=True), Form(unit=WATT))["chargingSchedule"]["chargingSchedulePeriod"]
    assert period == {"startPeriod": 0, "limit": 4_140.0}


def test_every_form_fits_the_schema_and_replaces_the_others() -> None:
    for write in (replace(a_write(), lease_s=120, limit_w=4_140), DEFAULT, HOLD):
        requests = [set_charging_profile.build(write, form, NOON) for form in forms(write, read({}))]
        assert all(schema.fits("SetChargingProfile", request.payload) for request in requests)
        assert len({request.payload["csChargingProfiles"]["chargingProfileId"] for request in requests}) == 1


def test_forms_that_mean_something_else_are_never_tried() -> None:
    """A hold on level 0 would take the place of the default; ampere of a DC outlet would be those of the car's side."""
    assert {form.stack for form in forms(HOLD, read({}))} == {1}
    assert {form.stack for form in forms(DEFAULT, read({}))} == {0}
    assert {form.unit for form in forms(replace(a_write(), dc=True), read({}))} == {"W"}
