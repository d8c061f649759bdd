"""SetChargingProfile: the standing default and the transaction limit of a connector."""

from collections.abc import Mapping

from engine.commands import Target, Write
from gateway.outbound.request import Request
from gateway.protocol.framing import Json

ACTION = "SetChargingProfile"
START = "2000-01-01T00:00:00Z"
"""Far in the past: a start in the future would leave a gap without any limit, and station clocks are wrong."""

_FIRST_ID = 900_000
_LIMIT_STACK = 1


def build(write: Write, configuration: Mapping[str, str | None]) -> Request:
    """`configuration`: what the station says of itself; its ChargeProfileMaxStackLevel is respected.

    The limit is floored to the one decimal that stations take (S4).
    """
    default = write.target is Target.DEFAULT
    profile: Json = {
        "chargingProfileId": _FIRST_ID + write.number * 10 + (0 if default else 1),
        "stackLevel": 0 if default else _limit_stack(configuration),
        "chargingProfilePurpose": "TxDefaultProfile" if default else "TxProfile",
        # A relative schedule does not depend on the station's clock.
        "chargingProfileKind": "Relative" if default else "Absolute",
    }
    schedule: Json = {
        "chargingRateUnit": "A",
        "chargingSchedulePeriod": [{"startPeriod": 0, "limit": write.limit_ma // 100 / 10}],
    }
    if not default:
        schedule["startSchedule"] = START
        if write.transaction is not None:
            profile["transactionId"] = write.transaction
    profile["chargingSchedule"] = schedule
    return Request(ACTION, {"connectorId": write.number, "csChargingProfiles": profile})


def _limit_stack(configuration: Mapping[str, str | None]) -> int:
    highest = configuration.get("ChargeProfileMaxStackLevel") or ""
    return min(_LIMIT_STACK, int(highest)) if highest.isascii() and highest.isdigit() else _LIMIT_STACK
