"""Messages as the journal shows them."""

from collections.abc import Mapping
from typing import Any

from engine.commands import Write
from engine.facts import Outcome
from gateway.protocol.framing import Json

MAX_CHARS = 400
_SECRET = {"authorizationkey"}


def told(payload: Json) -> str:
    """The fields of a message in its order, cut where they get long. Passwords never appear."""
    secret = str(payload.get("key", "")).casefold() in _SECRET
    shown: Mapping[str, Any] = {**payload, "value": "***"} if secret and "value" in payload else payload
    return ", ".join(f"{name} {_short(value)}" for name, value in list(shown.items())[:20])[:MAX_CHARS]


def _short(value: Any) -> str:
    text = str(value)
    return text if len(text) <= 100 else f"{text[:100]}…"


def answer_told(outcome: Outcome, payload: Json, why: str) -> str:
    status = payload.get("status")
    return " ".join(filter(None, [status if isinstance(status, str) else outcome.value, why]))


def write_told(write: Write) -> str:
    return f"connector {write.number}, {write.target.value} {write.limit_ma / 1000:g} A"
