"""ClearChargingProfile."""

from gateway.outbound.request import Request
from gateway.protocol.framing import Json


def build(*, profile: int | None = None, number: int | None = None) -> Request:
    """Neither: all profiles of the station."""
    payload: Json = {}
    if profile is not None:
        payload["id"] = profile
    if number is not None:
        payload["connectorId"] = number
    return Request("ClearChargingProfile", payload)
