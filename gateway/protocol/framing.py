"""OCPP-J frames: text in, typed frames out, and back. Whatever a peer sends ends as a frame or a `FrameError`."""

import json
import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, NoReturn

Json = dict[str, Any]

MAX_DEPTH = 16
MAX_ID_CHARS = 256
_MAX_INTEGER_CHARS = 20
_CALL_START = re.compile(r'\s*\[\s*2\s*,\s*"([^"\\\x00-\x1f]{1,64})"\s*,')


class ErrorCode(StrEnum):
    """The CALLERROR codes of OCPP-J 1.6, in its own spelling."""

    NOT_IMPLEMENTED = "NotImplemented"
    NOT_SUPPORTED = "NotSupported"
    INTERNAL = "InternalError"
    PROTOCOL = "ProtocolError"
    SECURITY = "SecurityError"
    FORMATION = "FormationViolation"
    PROPERTY = "PropertyConstraintViolation"
    OCCURENCE = "OccurenceConstraintViolation"
    TYPE = "TypeConstraintViolation"
    GENERIC = "GenericError"


@dataclass(frozen=True, slots=True)
class Call:
    unique_id: str | int
    action: str
    payload: Json


@dataclass(frozen=True, slots=True)
class CallResult:
    unique_id: str | int
    payload: Json


@dataclass(frozen=True, slots=True)
class CallError:
    unique_id: str | int
    code: str
    description: str


Frame = Call | CallResult | CallError


class FrameError(Exception):
    """Not a frame. `unique_id` is set where the sender can be answered (it was a CALL with an id)."""

    def __init__(self, why: str, code: ErrorCode = ErrorCode.FORMATION, unique_id: str | int | None = None) -> None:
        super().__init__(why)
        self.why = why
        self.code = code
        self.unique_id = unique_id


def _constant(text: str) -> NoReturn:
    raise ValueError(f"{text} is not JSON")


def _integer(text: str) -> int:
    if len(text) > _MAX_INTEGER_CHARS:
        raise ValueError("integer of more than 64 bits")
    return int(text)


def _real(text: str) -> float:
    value = float(text)
    if value in (float("inf"), float("-inf")):
        raise ValueError("number out of range")
    return value


_decode = json.JSONDecoder(parse_constant=_constant, parse_int=_integer, parse_float=_real).decode
_encode = json.JSONEncoder(separators=(",", ":"), allow_nan=False).encode


def parse(text: str, max_chars: int) -> Frame:
    """Raises FrameError, and nothing else, for text that is no OCPP-J frame."""
    if len(text) > max_chars:
        raise FrameError(f"longer than {max_chars} characters", unique_id=_likely_id(text))
    try:
        message = _decode(text)
    except RecursionError:
        raise FrameError("nested too deeply", unique_id=_likely_id(text)) from None
    except ValueError as error:
        raise FrameError(f"not JSON: {error}", unique_id=_likely_id(text)) from None
    if text.count("[") + text.count("{") > MAX_DEPTH and _is_deep(message):
        raise FrameError("nested too deeply", unique_id=_likely_id(text))
    if not isinstance(message, list) or len(message) < 2:
        raise FrameError("not an array of a message type, an id and more")
    return _frame(message)


def _likely_id(text: str) -> str | None:
    """The id of a CALL whose rest can't be read: its sender waits for an answer."""
    found = _CALL_START.match(text)
    return found.group(1) if found else None


def _frame(message: list[Any]) -> Frame:
    kind, unique_id = message[0], message[1]
    if not isinstance(unique_id, str | int) or isinstance(unique_id, bool):
        raise FrameError("the message id is no string")
    if isinstance(unique_id, str) and not 0 < len(unique_id) <= MAX_ID_CHARS:
        raise FrameError("the message id is empty or too long")
    # `True == 1` and `2.0 == 2` in Python, not in OCPP-J.
    if type(kind) is not int:
        raise FrameError("the message type is no integer")
    if kind == 2:
        return _call(unique_id, message)
    if kind == 3:
        return CallResult(unique_id, _object(message[2] if len(message) > 2 else None))
    if kind == 4:
        return _call_error(unique_id, message)
    raise FrameError(f"unknown message type {kind}")


def _call(unique_id: str | int, message: list[Any]) -> Call:
    if len(message) < 3 or not isinstance(message[2], str):
        raise FrameError("the action is no string", unique_id=unique_id)
    payload = message[3] if len(message) > 3 else None
    if payload is not None and not isinstance(payload, dict):
        raise FrameError("the payload is no object", unique_id=unique_id)
    return Call(unique_id, message[2], payload or {})


def _call_error(unique_id: str | int, message: list[Any]) -> CallError:
    """Stations send 3, 4 or 5 elements, with null where text belongs."""
    code = message[2] if len(message) > 2 else None
    description = message[3] if len(message) > 3 else None
    return CallError(unique_id, _text(code) or ErrorCode.GENERIC, _text(description))


def _text(value: Any) -> str:
    return value[:255] if isinstance(value, str) else ""


def _object(value: Any) -> Json:
    return value if isinstance(value, dict) else {}


def _is_deep(message: Any) -> bool:
    level = [message]
    for _ in range(MAX_DEPTH):
        level = [
            child
            for node in level
            for child in (node.values() if isinstance(node, dict) else node)
            if isinstance(child, dict | list)
        ]
        if not level:
            return False
    return True


def build_call(unique_id: str, action: str, payload: Json) -> str:
    return _encode([2, unique_id, action, payload])


def build_result(unique_id: str | int, payload: Json) -> str:
    return _encode([3, unique_id, payload])


def build_error(unique_id: str | int, code: ErrorCode, description: str) -> str:
    return _encode([4, unique_id, code, description[:255], {}])
