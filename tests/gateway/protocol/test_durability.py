"""T1: what a station hears comes after the commit."""

from tests.gateway.talk import Talk, stamp


def test_a_stop_is_answered_after_it_is_stored() -> None:
    talk = Talk().ready()
    number = talk.call("StartTransaction", connectorId=1, idTag="A", meterStart=0, timestamp=stamp())["transactionId"]
    talk.hold = True
    stop = {"transactionId": number, "meterStop": 10, "timestamp": stamp(60)}
    assert talk.call("StopTransaction", **stop) is None
    before = len(talk.sent)
    talk.commit()
    assert len(talk.sent) == before + 1


def test_a_start_that_can_not_be_stored_is_not_answered_with_a_number() -> None:
    talk = Talk().ready()
    talk.fail = True
    start = {"connectorId": 1, "idTag": "A", "meterStart": 0, "timestamp": stamp()}
    assert talk.call("StartTransaction", **start) == "InternalError"
