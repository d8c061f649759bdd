"""Fields of what stations send, read tolerantly: what can be understood is taken, the rest is a quirk or an error."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from common.text import printable
from gateway.protocol.framing import ErrorCode, Json
from gateway.protocol.refusals import Refusal

INT32 = 2**31 - 1
INT64 = 2**63 - 1
Note = Callable[[str, str], None]
"""Takes a quirk's stable code and an example."""


class FieldError(Exception):
    """A field without which the message says nothing. Becomes a CALLERROR."""

    def __init__(self, error: ErrorCode, code: str, field: str) -> None:
        self.refusal = Refusal(error, code, field)
        super().__init__(self.refusal.why)


def text(payload: Json, name: str, limit: int, note: Note) -> str:
    """A string cut to `limit`; empty where it is absent or null. Numbers are taken as their digits."""
    value = payload.get(name)
    if value is None:
        return ""
    if isinstance(value, bool | int | float):
        note(f"type:{name}", str(value))
        value = str(value)
    if not isinstance(value, str):
        note(f"type:{name}", type(value).__name__)
        return ""
    if len(value) > limit:
        note(f"length:{name}", value[:200])
    return printable(value, limit)


def required_text(payload: Json, name: str, limit: int, note: Note) -> str:
    if name not in payload:
        raise FieldError(ErrorCode.OCCURENCE, "field_missing", name)
    return text(payload, name, limit, note)


def integer(payload: Json, name: str, note: Note, *, most: int = INT32) -> int | None:
    """An integer up to `most`; None where it is absent or null. Takes "12" and 12.0, and says so."""
    value = payload.get(name)
    if value is None:
        return None
    number = _whole(value)
    if number is None:
        raise FieldError(ErrorCode.TYPE, "field_no_integer", name)
    if type(value) is not int:
        note(f"type:{name}", str(value)[:200])
    if not -most - 1 <= number <= most:
        raise FieldError(ErrorCode.PROPERTY, "field_out_of_range", name)
    return number


def _whole(value: Any) -> int | None:
    if type(value) is int:
        return value
    try:
        # A register in Wh with decimals is cut, like the integer it should have been.
        return int(float(value)) if isinstance(value, str | float) else None
    except (ValueError, OverflowError):
        return None


def required_integer(payload: Json, name: str, note: Note) -> int:
    number = integer(payload, name, note)
    if number is None:
        raise FieldError(ErrorCode.OCCURENCE, "field_missing", name)
    return number


def transaction_id(payload: Json, note: Note) -> int | None:
    """Ours are 32 bits; stations also send ids that they made up, which must be acknowledged all the same (T4)."""
    return integer(payload, "transactionId", note, most=INT64)


def connector_number(payload: Json, note: Note) -> int:
    number = required_integer(payload, "connectorId", note)
    if not 0 <= number <= 1_000:
        raise FieldError(ErrorCode.PROPERTY, "field_out_of_range", "connectorId")
    return number


def instant(payload: Json, name: str, note: Note) -> datetime | None:
    """Aware, UTC; None where it is absent or can't be read. An instant without offset is taken as UTC."""
    value = payload.get(name)
    if value is None:
        return None
    if not isinstance(value, str):
        note(f"type:{name}", str(value)[:200])
        return None
    try:
        parsed = datetime.fromisoformat(value.strip())
        if parsed.tzinfo is None:
            note(f"offset:{name}", value)
            return parsed.replace(tzinfo=UTC)
        return parsed.astimezone(UTC)
    except (ValueError, OverflowError):
        note(f"format:{name}", value[:200])
        return None


def iso(at: datetime) -> str:
    """As OCPP writes instants: UTC, milliseconds, Z."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
