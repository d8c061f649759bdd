from gateway.inbound import boot_notification
from tests.gateway.inbound.callers import a_caller
from tests.gateway.talk import a_station, stamp


def test_a_serial_number_longer_than_the_schema_allows_is_kept() -> None:
    hold = boot_notification.receive(a_caller(), {"chargeBoxSerialNumber": "S" * 30})
    assert hold.payload.serial_number == "S" * 30


def test_the_answer_carries_our_time_and_the_heartbeat_interval() -> None:
    hold = boot_notification.receive(a_caller(), {"chargePointVendor": "V", "chargePointModel": "M"})
    payload = hold.then(a_station()).payload
    assert payload == {"status": "Accepted", "currentTime": stamp().replace("Z", ".000Z"), "interval": 60}


def test_a_station_nobody_installed_tries_again_in_half_a_minute() -> None:
    answer = boot_notification.receive(a_caller(), {}).then(a_station(installed=False))
    assert (answer.payload["status"], answer.payload["interval"], answer.facts) == ("Pending", 30, ())
