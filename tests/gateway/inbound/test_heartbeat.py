from gateway.inbound import heartbeat
from tests.gateway.inbound.callers import a_caller


def test_the_answer_is_our_time() -> None:
    assert heartbeat.receive(a_caller(), {}).payload == {"currentTime": "2026-06-01T12:00:00.000Z"}
