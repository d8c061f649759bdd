"""SetChargingProfile: the standing default and the transaction limit of a connector."""

from datetime import datetime, timedelta

from engine.commands import Target, Write
from gateway.outbound.profile_form import RELATIVE, WATT, Form
from gateway.outbound.request import Request
from gateway.protocol.framing import Json

ACTION = "SetChargingProfile"
LONG_AGO = "1970-01-01T00:00:00Z"
"""For what stands for ever: in the past also for a clock that was never set (F21)."""
HEADWAY = timedelta(days=1)
"""A schedule that expires starts so far in the past: a start in the future, by a wrong clock, would leave a gap."""

_FIRST_ID = 900_000
_IDS = {Target.DEFAULT: 0, Target.LIMIT: 1, Target.HOLD: 2}


def build(write: Write, form: Form, at: datetime) -> Request:
    """The limit is floored to the one decimal that stations take, or to W (S4). A lease counts from `at` (S21)."""
    profile: Json = {
        "chargingProfileId": id_of(write.number, write.target),
        "stackLevel": form.stack,
        "chargingProfilePurpose": "TxProfile" if write.target is Target.LIMIT else "TxDefaultProfile",
        "chargingProfileKind": form.kind,
    }
    schedule: Json = {"chargingRateUnit": form.unit, "chargingSchedulePeriod": [_period(write, form)]}
    if form.kind == RELATIVE:
        # Its own validity ends it: a duration would be counted from an instant that stations do not agree on.
        if write.lease_s is not None:
            profile["validTo"] = _instant(at + timedelta(seconds=write.lease_s))
    elif write.lease_s is not None:
        schedule["startSchedule"] = _instant(at - HEADWAY)
        schedule["duration"] = int(HEADWAY.total_seconds()) + write.lease_s
    else:
        schedule["startSchedule"] = LONG_AGO
    if write.target is Target.LIMIT and write.transaction is not None:
        profile["transactionId"] = write.transaction
    profile["chargingSchedule"] = schedule
    return Request(ACTION, {"connectorId": write.number, "csChargingProfiles": profile})


def id_of(number: int, target: Target) -> int:
    """The id of a connector's profile, whatever its form."""
    return _FIRST_ID + number * 10 + _IDS[target]


def _period(write: Write, form: Form) -> Json:
    if form.unit != WATT:
        return {"startPeriod": 0, "limit": write.limit_ma // 100 / 10}
    period: Json = {"startPeriod": 0, "limit": float(write.limit_w)}
    # Without it a station takes three (field experience: some divide by it).
    return period if write.dc else {**period, "numberPhases": write.phases}


def _instant(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")
