"""RemoteStartTransaction."""

from gateway.outbound.request import Request
from gateway.protocol.framing import Json


def build(number: int | None, id_tag: str) -> Request:
    """`number` None: the station picks the connector."""
    payload: Json = {"idTag": id_tag}
    if number is not None:
        payload["connectorId"] = number
    return Request("RemoteStartTransaction", payload)
