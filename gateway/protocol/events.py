"""What can happen to a session. Instants are not part of an event: `feed(event, now)`."""

from dataclasses import dataclass
from typing import Any

from chargers.records import StationRecord
from engine.commands import Write
from gateway.protocol.framing import Json


@dataclass(frozen=True, slots=True)
class Opened:
    """The socket is accepted."""


@dataclass(frozen=True, slots=True)
class FrameReceived:
    text: str


@dataclass(frozen=True, slots=True)
class Stored:
    """What a `Store` effect asked for is durable; `result` as its kind says."""

    token: int
    result: Any


@dataclass(frozen=True, slots=True)
class StoreFailed:
    token: int
    error: str


@dataclass(frozen=True, slots=True)
class WriteRequested:
    write: Write


@dataclass(frozen=True, slots=True)
class CallRequested:
    """An operator's command. Ends in exactly one `Answered` with the same token."""

    action: str
    payload: Json
    token: int
    by: str = ""


@dataclass(frozen=True, slots=True)
class StationChanged:
    """The configuration of the station changed while it is connected (installed, connectors, ...)."""

    station: StationRecord


@dataclass(frozen=True, slots=True)
class Tick:
    """The instant of the last `Wake` has come (or any other: it is harmless)."""


@dataclass(frozen=True, slots=True)
class Closed:
    """The socket is gone. `replaced`: a newer one of the same station took its place."""

    replaced: bool = False


Event = Opened | FrameReceived | Stored | StoreFailed | WriteRequested | CallRequested | StationChanged | Tick | Closed
