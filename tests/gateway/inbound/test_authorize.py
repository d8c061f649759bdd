import pytest

from engine.facts import StartExpected
from gateway.inbound import authorize
from rfid.decisions import Decision, Verdict
from tests.gateway.inbound.callers import a_caller


@pytest.mark.parametrize(
    ("verdict", "word"),
    [
        (Verdict.ACCEPTED, "Accepted"),
        (Verdict.BLOCKED, "Blocked"),
        (Verdict.EXPIRED, "Expired"),
        (Verdict.INVALID, "Invalid"),
        (Verdict.CONCURRENT, "ConcurrentTx"),
    ],
)
def test_each_verdict_has_its_word(verdict: Verdict, word: str) -> None:
    answer = authorize.receive(a_caller(), {"idTag": "A"}).then(Decision(verdict))
    assert answer.payload == {"idTagInfo": {"status": word}}


def test_only_free_connectors_may_start() -> None:
    answer = authorize.receive(a_caller(one=5), {"idTag": "A"}).then(Decision(Verdict.ACCEPTED))
    assert answer.facts == (StartExpected(72),)


def test_a_refused_card_starts_nothing() -> None:
    assert authorize.receive(a_caller(), {"idTag": "A"}).then(Decision(Verdict.INVALID)).facts == ()


def test_a_tag_longer_than_the_schema_allows_is_kept_whole() -> None:
    assert authorize.receive(a_caller(), {"idTag": "A" * 30}).payload.id_tag == "A" * 30
