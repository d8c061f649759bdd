"""A CALL to a station, before it has an id."""

from dataclasses import dataclass

from gateway.protocol.framing import Json


@dataclass(frozen=True, slots=True)
class Request:
    action: str
    payload: Json
