"""ChangeAvailability."""

from gateway.outbound.request import Request


def build(number: int, *, operative: bool) -> Request:
    """`number` 0: the whole station."""
    return Request("ChangeAvailability", {"connectorId": number, "type": "Operative" if operative else "Inoperative"})
