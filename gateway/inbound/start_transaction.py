"""StartTransaction: always recorded and answered with an id, whatever the card (T8)."""

from engine.facts import Fact, TransactionStarted, TransactionStopped
from gateway.inbound.words import MAX_ID_TAG_CHARS, id_tag_info
from gateway.protocol import values
from gateway.protocol.framing import Json
from gateway.protocol.replies import Answer, Caller, Hold
from gateway.protocol.store import Kind
from rfid.decisions import Verdict
from transactions.records import StartRequest, StartResult


def receive(caller: Caller, payload: Json) -> Hold:
    number = values.connector_number(payload, caller.note)
    id_tag = values.text(payload, "idTag", MAX_ID_TAG_CHARS, caller.note)
    request = StartRequest(
        station=caller.id,
        connector_number=number,
        id_tag=id_tag,
        meter_start_wh=values.integer(payload, "meterStart", caller.note) or 0,
        started_at=values.instant(payload, "timestamp", caller.note),
        received_at=caller.at,
    )

    def answer(result: StartResult) -> Answer:
        told = result.live and result.connector is not None
        return Answer(
            {"transactionId": result.transaction, "idTagInfo": id_tag_info(result.verdict)},
            facts=_facts(result, id_tag) if caller.station.installed else (),
            stopped=tuple(closed.transaction for closed in result.closed),
            started={number: result.transaction} if told else {},
        )

    return Hold(Kind.START, request, answer)


def _facts(result: StartResult, id_tag: str) -> tuple[Fact, ...]:
    over = tuple(TransactionStopped(c.connector, c.transaction) for c in result.closed if c.connector is not None)
    if not result.live or result.connector is None:
        return over
    return (
        *over,
        TransactionStarted(
            result.connector,
            result.transaction,
            vip=result.vip,
            id_tag=id_tag,
            energy_wh=result.energy_wh,
            blocked=result.verdict is not Verdict.ACCEPTED,
        ),
    )
