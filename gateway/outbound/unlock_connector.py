"""UnlockConnector."""

from gateway.outbound.request import Request


def build(number: int) -> Request:
    return Request("UnlockConnector", {"connectorId": number})
