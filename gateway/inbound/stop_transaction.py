"""StopTransaction: always acknowledged once it is stored, or the station sends it for ever (T4)."""

from engine.facts import TransactionStopped
from gateway.inbound.words import MAX_ID_TAG_CHARS, id_tag_info
from gateway.protocol import sampling, values
from gateway.protocol.framing import ErrorCode, Json
from gateway.protocol.replies import Answer, Caller, Hold
from gateway.protocol.store import Kind
from transactions.records import StopRequest, StopResult


def receive(caller: Caller, payload: Json) -> Hold:
    transaction = values.transaction_id(payload, caller.note)
    if transaction is None:
        raise values.FieldError(ErrorCode.OCCURENCE, "field_missing", "transactionId")
    request = StopRequest(
        station=caller.id,
        transaction=transaction,
        meter_stop_wh=values.integer(payload, "meterStop", caller.note) or 0,
        stopped_at=values.instant(payload, "timestamp", caller.note),
        received_at=caller.at,
        id_tag=values.text(payload, "idTag", MAX_ID_TAG_CHARS, caller.note) or None,
        reason=values.text(payload, "reason", 32, caller.note),
        samples=sampling.samples(
            payload.get("transactionData"),
            station=caller.id,
            number=caller.running.number_of(transaction) or 0,
            transaction=transaction,
            received_at=caller.at,
            note=caller.note,
        ),
    )

    def answer(result: StopResult) -> Answer:
        number = transaction if result.transaction is None else result.transaction
        told = result.closed and result.connector is not None and caller.station.installed
        return Answer(
            {} if result.verdict is None else {"idTagInfo": id_tag_info(result.verdict)},
            facts=(TransactionStopped(result.connector, number),) if told and result.connector is not None else (),
            stopped=(number,),
        )

    return Hold(Kind.STOP, request, answer)
