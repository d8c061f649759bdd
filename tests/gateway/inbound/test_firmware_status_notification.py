from gateway.inbound import firmware_status_notification
from tests.gateway.inbound.callers import a_caller


def test_it_is_acknowledged() -> None:
    assert firmware_status_notification.receive(a_caller(), {"status": "Installed"}).payload == {}
