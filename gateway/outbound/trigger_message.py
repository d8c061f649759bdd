"""TriggerMessage."""

from gateway.outbound.request import Request
from gateway.protocol.framing import Json


def build(message: str, number: int | None = None) -> Request:
    """`message`: BootNotification, StatusNotification, MeterValues, Heartbeat, ..."""
    payload: Json = {"requestedMessage": message}
    if number is not None:
        payload["connectorId"] = number
    return Request("TriggerMessage", payload)
