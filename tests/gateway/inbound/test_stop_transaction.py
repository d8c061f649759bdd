import pytest

from engine.facts import TransactionStopped
from gateway.inbound import stop_transaction
from gateway.protocol.values import FieldError
from rfid.decisions import Verdict
from tests.gateway.inbound.callers import a_caller
from tests.gateway.talk import stamp
from transactions.records import StopResult

CALL = {"transactionId": 5, "meterStop": 2_000, "timestamp": stamp(60), "reason": "Local"}


def test_an_end_is_told_and_acknowledged_without_a_verdict() -> None:
    answer = stop_transaction.receive(a_caller(one=5), CALL).then(StopResult(None, 71, 5, closed=True))
    assert (answer.payload, answer.facts) == ({}, (TransactionStopped(71, 5),))


def test_a_stop_that_ends_nothing_is_acknowledged_and_not_told() -> None:
    answer = stop_transaction.receive(a_caller(), CALL).then(StopResult(Verdict.ACCEPTED))
    assert (answer.payload, answer.facts) == ({"idTagInfo": {"status": "Accepted"}}, ())


def test_a_stop_of_id_0_tells_the_transaction_that_was_meant() -> None:
    answer = stop_transaction.receive(a_caller(), CALL | {"transactionId": 0}).then(
        StopResult(None, 71, 5, closed=True)
    )
    assert answer.facts == (TransactionStopped(71, 5),)


@pytest.mark.parametrize("number", [0, -1, 2**31, 2**63 - 1])
def test_ids_that_are_not_ours_are_taken(number: int) -> None:
    assert stop_transaction.receive(a_caller(), CALL | {"transactionId": number}).payload.transaction == number


def test_transaction_data_becomes_samples() -> None:
    data = [{"timestamp": stamp(30), "sampledValue": [{"value": "1500"}]}]
    samples = stop_transaction.receive(a_caller(one=5), CALL | {"transactionData": data}).payload.samples
    assert [(s.energy_wh, s.connector_number, s.transaction) for s in samples] == [(1_500, 1, 5)]


def test_without_an_id_it_is_refused() -> None:
    with pytest.raises(FieldError):
        stop_transaction.receive(a_caller(), {"meterStop": 1})
