"""DataTransfer: no vendor's extension is known. The payload stays what it is."""

from gateway.protocol import values
from gateway.protocol.framing import Json
from gateway.protocol.replies import Answer, Caller


def receive(caller: Caller, payload: Json) -> Answer:
    values.required_text(payload, "vendorId", 255, caller.note)
    return Answer({"status": "UnknownVendorId"})
