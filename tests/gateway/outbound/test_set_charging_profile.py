"""S4, and 1.1 of the invariants."""

from dataclasses import replace

import pytest

from engine.commands import Target
from gateway.outbound import set_charging_profile
from gateway.protocol import schema
from gateway.protocol.framing import Json
from tests.gateway.talk import a_write

DEFAULT = replace(a_write(), target=Target.DEFAULT, transaction=None)


def profile(write: object = None, **configuration: str) -> Json:
    request = set_charging_profile.build(write or a_write(), configuration)  # type: ignore[arg-type]
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


@pytest.mark.parametrize(("milli", "amperes"), [(16_000, 16.0), (7_599, 7.5), (0, 0.0), (13_333, 13.3), (99, 0.0)])
def test_the_limit_is_floored_to_one_decimal(milli: int, amperes: float) -> None:
    period = profile(replace(a_write(), limit_ma=milli))["chargingSchedule"]["chargingSchedulePeriod"]
    assert period == [{"startPeriod": 0, "limit": amperes}]


def test_every_setpoint_fits_the_schema() -> None:
    misfits = [
        limit
        for limit in range(0, 80_000, 100)
        if not schema.fits("SetChargingProfile", set_charging_profile.build(a_write(limit), {}).payload)
    ]
    assert misfits == []


def test_a_station_that_knows_one_level_only_gets_level_0() -> None:
    assert profile(ChargeProfileMaxStackLevel="0")["stackLevel"] == 0
    assert profile(ChargeProfileMaxStackLevel="8")["stackLevel"] == 1
    assert profile(ChargeProfileMaxStackLevel="many")["stackLevel"] == 1


def test_profiles_of_connectors_and_targets_have_ids_of_their_own() -> None:
    writes = [replace(w, number=n) for w in (a_write(), DEFAULT) for n in (1, 2)]
    assert len({profile(write)["chargingProfileId"] for write in writes}) == 4
