from engine.facts import TransactionStarted, TransactionStopped
from gateway.inbound import start_transaction
from rfid.decisions import Verdict
from tests.gateway.inbound.callers import a_caller
from tests.gateway.talk import NOON, stamp
from transactions.records import Closed, StartResult

CALL = {"connectorId": 1, "idTag": "A", "meterStart": 1_000, "timestamp": stamp()}
LIVE = StartResult(transaction=5, connector=71, verdict=Verdict.ACCEPTED, vip=True, fresh=True, live=True)


def test_the_request_is_what_the_station_sent() -> None:
    request = start_transaction.receive(a_caller(), CALL).payload
    assert (request.meter_start_wh, request.started_at, request.received_at) == (1_000, NOON, NOON)


def test_a_live_start_is_told() -> None:
    answer = start_transaction.receive(a_caller(), CALL).then(LIVE)
    assert answer.payload == {"transactionId": 5, "idTagInfo": {"status": "Accepted"}}
    assert answer.facts == (TransactionStarted(71, 5, vip=True, id_tag="A"),)


def test_a_queued_start_is_answered_and_not_told() -> None:
    queued = StartResult(transaction=5, connector=71, verdict=Verdict.ACCEPTED, vip=False, fresh=True, live=False)
    answer = start_transaction.receive(a_caller(), CALL).then(queued)
    assert (answer.payload["transactionId"], answer.facts, answer.started) == (5, (), {})


def test_a_refused_card_is_recorded_answered_and_told_as_blocked() -> None:
    refused = StartResult(transaction=5, connector=71, verdict=Verdict.INVALID, vip=False, fresh=True, live=True)
    answer = start_transaction.receive(a_caller(), CALL).then(refused)
    assert answer.payload["idTagInfo"] == {"status": "Invalid"}
    assert answer.facts == (TransactionStarted(71, 5, id_tag="A", blocked=True),)


def test_what_the_start_closed_is_told_first() -> None:
    closing = StartResult(5, 71, Verdict.ACCEPTED, vip=False, fresh=True, live=True, closed=(Closed(71, 4),))
    answer = start_transaction.receive(a_caller(), CALL).then(closing)
    assert answer.facts == (TransactionStopped(71, 4), TransactionStarted(71, 5, id_tag="A"))


def test_a_missing_meter_value_or_instant_does_not_lose_the_record() -> None:
    request = start_transaction.receive(a_caller(), {"connectorId": 1, "idTag": "A", "timestamp": "soon"}).payload
    assert (request.meter_start_wh, request.started_at) == (0, None)
