"""SetChargingProfile: the standing default and the transaction limit of a connector."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from engine.commands import Target, Write
from gateway.outbound.request import Request
from gateway.protocol.framing import Json

ACTION = "SetChargingProfile"
LONG_AGO = "2000-01-01T00:00:00Z"
HEADWAY = timedelta(days=1)
"""A schedule that expires starts so far in the past: a start in the future, by a wrong clock, would leave a gap."""

_FIRST_ID = 900_000
_IDS = {Target.DEFAULT: 0, Target.LIMIT: 1, Target.HOLD: 2}
_UPPER_STACK = 1


def build(write: Write, configuration: Mapping[str, str | None], at: datetime) -> Request:
    """`configuration`: what the station says of itself; its ChargeProfileMaxStackLevel is respected.

    The limit is floored to the one decimal that stations take (S4). A lease counts from `at` (S21).
    """
    standing = write.target is Target.DEFAULT
    profile: Json = {
        "chargingProfileId": _FIRST_ID + write.number * 10 + _IDS[write.target],
        "stackLevel": 0 if standing else _upper_stack(configuration),
        "chargingProfilePurpose": "TxProfile" if write.target is Target.LIMIT else "TxDefaultProfile",
        # A relative schedule does not depend on the station's clock.
        "chargingProfileKind": "Relative" if standing else "Absolute",
    }
    schedule: Json = {
        "chargingRateUnit": "A",
        "chargingSchedulePeriod": [{"startPeriod": 0, "limit": write.limit_ma // 100 / 10}],
    }
    if write.lease_s is not None:
        schedule["startSchedule"] = (at - HEADWAY).strftime("%Y-%m-%dT%H:%M:%SZ")
        schedule["duration"] = int(HEADWAY.total_seconds()) + write.lease_s
    elif not standing:
        schedule["startSchedule"] = LONG_AGO
    if write.target is Target.LIMIT and write.transaction is not None:
        profile["transactionId"] = write.transaction
    profile["chargingSchedule"] = schedule
    return Request(ACTION, {"connectorId": write.number, "csChargingProfiles": profile})


def _upper_stack(configuration: Mapping[str, str | None]) -> int:
    highest = configuration.get("ChargeProfileMaxStackLevel") or ""
    return min(_UPPER_STACK, int(highest)) if highest.isascii() and highest.isdigit() else _UPPER_STACK
