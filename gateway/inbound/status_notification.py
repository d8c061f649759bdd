"""StatusNotification: order of arrival wins, whatever instant the station writes."""

from chargers.records import StatusReport
from engine.facts import Status, StatusChanged
from gateway.inbound.words import STATUSES
from gateway.protocol import values
from gateway.protocol.framing import ErrorCode, Json
from gateway.protocol.replies import Answer, Caller, Hold
from gateway.protocol.store import Kind

_CHARGE = {Status.CHARGING, Status.SUSPENDED_EV, Status.SUSPENDED_EVSE}


def receive(caller: Caller, payload: Json) -> Hold:
    number = values.connector_number(payload, caller.note)
    word = values.required_text(payload, "status", 50, caller.note)
    status = STATUSES.get(word)
    if status is None:
        raise values.FieldError(ErrorCode.PROPERTY, "status_unknown", word)
    error = values.text(payload, "errorCode", 50, caller.note)
    report = StatusReport(caller.id, number, status, caller.at, "" if error == "NoError" else error)
    connector = caller.connector(number)
    facts = () if connector is None else (StatusChanged(connector, status),)
    answer = Answer(
        {},
        facts=facts,
        idle={number: "available"} if connector is not None and status is Status.AVAILABLE else {},
        alive=(number,) if status in _CHARGE else (),
        reported=(number,),
    )
    # Control must know even while the disk is full.
    return Hold(Kind.STATUS, report, lambda _: answer, failed=facts)
