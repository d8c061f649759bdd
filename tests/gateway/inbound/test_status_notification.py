import pytest

from engine.facts import Status, StatusChanged
from gateway.inbound import status_notification
from gateway.protocol.values import FieldError
from tests.gateway.inbound.callers import a_caller


def test_all_nine_words_have_a_status() -> None:
    words = "Available Preparing Charging SuspendedEV SuspendedEVSE Finishing Reserved Unavailable Faulted"
    found = {
        status_notification.receive(a_caller(), {"connectorId": 1, "status": word}).payload.status
        for word in words.split()
    }
    assert found == set(Status) - {Status.UNKNOWN}


def test_the_stations_instant_is_not_used() -> None:
    payload = {"connectorId": 1, "status": "Charging", "timestamp": "1970-01-01T00:00:00Z"}
    caller = a_caller()
    assert status_notification.receive(caller, payload).payload.at == caller.at


def test_an_unknown_error_code_is_kept_and_no_error_is_none() -> None:
    received = status_notification.receive(a_caller(), {"connectorId": 1, "status": "Faulted", "errorCode": "Error"})
    assert received.payload.error_code == "Error"
    received = status_notification.receive(a_caller(), {"connectorId": 1, "status": "Faulted", "errorCode": "NoError"})
    assert received.payload.error_code == ""


def test_control_hears_of_connectors_not_of_the_station() -> None:
    hold = status_notification.receive(a_caller(), {"connectorId": 2, "status": "Charging"})
    assert hold.then(None).facts == (StatusChanged(72, Status.CHARGING),)
    assert status_notification.receive(a_caller(), {"connectorId": 0, "status": "Available"}).then(None).facts == ()


@pytest.mark.parametrize("payload", [{}, {"connectorId": 1}, {"connectorId": 1, "status": "Dancing"}])
def test_without_a_connector_or_a_known_status_it_is_refused(payload: dict[str, object]) -> None:
    with pytest.raises(FieldError):
        status_notification.receive(a_caller(), payload)
