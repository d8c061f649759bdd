"""DiagnosticsStatusNotification: acknowledged; the journal keeps what it said."""

from gateway.protocol import values
from gateway.protocol.framing import Json
from gateway.protocol.replies import Answer, Caller


def receive(caller: Caller, payload: Json) -> Answer:
    values.required_text(payload, "status", 50, caller.note)
    return Answer({})
