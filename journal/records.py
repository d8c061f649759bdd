"""Payloads of the journal's batch handlers. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Said:
    """What a sentence of EVCE is made of, so that everybody reads it in their language (`journal.wording`).

    `code` is stable: rows keep it. Parameters are text, numbers, None, a `Said`, or a list of these.
    """

    code: str
    params: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Line:
    """One journal entry. `kind` is a value of `journal.models.Kind`: ocpp, command, communication, ...

    `message` is text where it comes from outside: the words of a station, an error.
    """

    kind: str
    subtype: str
    device: str
    message: str | Said
    at: datetime
    zone: str = ""


@dataclass(frozen=True, slots=True)
class FrameRecord:
    """A raw OCPP frame as it was on the wire."""

    box_identity: str
    at: datetime
    outgoing: bool
    text: str


@dataclass(frozen=True, slots=True)
class AlarmChange:
    """(code, subject) is the alarm's identity; raising an open one again or clearing none changes nothing."""

    code: str
    subject: str
    raised: bool
    at: datetime
    params: Mapping[str, str | int | float | None] = field(default_factory=dict)
