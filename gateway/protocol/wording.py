"""Messages as the journal shows them."""

from collections.abc import Mapping
from typing import Any

from engine.facts import Outcome
from gateway.protocol.calls import Ended
from gateway.protocol.framing import Json
from journal.records import Said

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


def ended_told(ended: Ended, outcome: Outcome) -> Said:
    """A call of ours with its answer: `status` is the station's word, empty where it said none."""
    call = ended.call
    status = ended.payload.get("status")
    answer = {"outcome": outcome.value, "status": status if isinstance(status, str) else "", "why": ended.why}
    if call.write is None:
        return Said("command_ended", {"asked": told(call.request.payload), "by": call.by, **answer})
    write = call.write
    figures = {"number": write.number, "target": write.target.value, "limit_a": write.limit_ma / 1000}
    return Said("write_ended", {**figures, **answer})
