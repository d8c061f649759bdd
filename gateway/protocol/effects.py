"""What a session asks its shell to do, in order."""

from dataclasses import dataclass
from typing import Any

from engine.facts import Fact, Outcome
from gateway.protocol.framing import Json
from gateway.protocol.store import Kind
from journal.records import Said


@dataclass(frozen=True, slots=True)
class Send:
    text: str


@dataclass(frozen=True, slots=True)
class Store:
    """Keep `payload`, then feed `Stored` or `StoreFailed` with the same token, after the commit."""

    token: int
    kind: Kind
    payload: Any


@dataclass(frozen=True, slots=True)
class Wake:
    """Feed a `Tick` at that instant of the session's clock. Replaces the previous one."""

    at: float


@dataclass(frozen=True, slots=True)
class Close:
    """Close the socket, then feed `Closed`. `code` is a WebSocket close code."""

    code: int
    why: Said


@dataclass(frozen=True, slots=True)
class Feed:
    """Tell control."""

    fact: Fact


@dataclass(frozen=True, slots=True)
class Journal:
    """A line about this station. `kind` is a value of `journal.models.Kind`."""

    kind: str
    subtype: str
    message: str | Said


@dataclass(frozen=True, slots=True)
class Answered:
    """The end of an operator's command. `payload`: the station's answer, empty without one; `why` for people."""

    token: int
    outcome: Outcome
    payload: Json
    why: str = ""


Effect = Send | Store | Wake | Close | Feed | Journal | Answered
