"""Authorize: may this card charge here (RFI-2)."""

from chargers.records import AuthorizeRequest
from engine.facts import StartExpected
from gateway.inbound.words import MAX_ID_TAG_CHARS, id_tag_info
from gateway.protocol import values
from gateway.protocol.framing import Json
from gateway.protocol.replies import Answer, Caller, Hold
from gateway.protocol.store import Kind
from rfid.decisions import Decision


def receive(caller: Caller, payload: Json) -> Hold:
    id_tag = values.required_text(payload, "idTag", MAX_ID_TAG_CHARS, caller.note)

    def answer(decision: Decision) -> Answer:
        # Which connector the car will be plugged into is not said.
        expected = caller.free_connectors() if decision.accepted else ()
        return Answer(
            {"idTagInfo": id_tag_info(decision.verdict)},
            facts=tuple(StartExpected(connector) for connector in expected),
        )

    return Hold(Kind.AUTHORIZE, AuthorizeRequest(caller.id, id_tag, caller.at), answer)
