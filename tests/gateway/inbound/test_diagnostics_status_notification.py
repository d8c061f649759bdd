from gateway.inbound import diagnostics_status_notification
from tests.gateway.inbound.callers import a_caller


def test_it_is_acknowledged() -> None:
    assert diagnostics_status_notification.receive(a_caller(), {"status": "Uploaded"}).payload == {}
