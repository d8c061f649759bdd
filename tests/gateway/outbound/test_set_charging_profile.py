"""S4, and 1.1 of the invariants."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from engine.commands import Target
from gateway.outbound import set_charging_profile
from gateway.protocol import schema
from gateway.protocol.framing import Json
from tests.gateway.talk import a_write

DEFAULT = replace(a_write(), target=Target.DEFAULT, transaction=None)
HOLD = replace(DEFAULT, target=Target.HOLD, limit_ma=0, lease_s=900)
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def profile(write: object = None, **configuration: str) -> Json:
    request = set_charging_profile.build(write or a_write(), configuration, NOON)  # type: ignore[arg-type]
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
        if not schema.fits("SetChargingProfile", set_charging_profile.build(a_write(limit), {}, NOON).payload)
    ]
    assert misfits == []


def test_a_station_that_knows_one_level_only_gets_level_0() -> None:
    assert profile(ChargeProfileMaxStackLevel="0")["stackLevel"] == 0
    assert profile(ChargeProfileMaxStackLevel="8")["stackLevel"] == 1
    assert profile(ChargeProfileMaxStackLevel="many")["stackLevel"] == 1


def test_profiles_of_connectors_and_targets_have_ids_of_their_own() -> None:
    writes = [replace(w, number=n) for w in (a_write(), DEFAULT, HOLD) for n in (1, 2)]
    assert len({profile(write)["chargingProfileId"] for write in writes}) == 6
