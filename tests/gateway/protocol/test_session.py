from dataclasses import replace

from engine.facts import (
    StartExpected,
    StationBooted,
    StationConnected,
    StationDisconnected,
    StationReady,
    Status,
    StatusChanged,
    TransactionStopped,
)
from gateway.protocol.events import StationChanged
from tests.gateway.talk import Talk, a_station, a_write, stamp

BOOT = {"chargePointVendor": "V", "chargePointModel": "M"}


def test_an_installed_station_is_accepted_and_then_ready() -> None:
    talk = Talk(a_station(accepted=False)).open()
    answer = talk.call("BootNotification", **BOOT)
    assert (answer["status"], answer["interval"]) == ("Accepted", 60)
    assert talk.facts == [StationConnected(7), StationBooted(7), StationReady(7)]


def test_an_unknown_station_is_answered_pending_and_control_hears_nothing() -> None:
    talk = Talk(a_station(installed=False, accepted=False)).open()
    assert talk.call("BootNotification", **BOOT)["status"] == "Pending"
    assert talk.facts == []


def test_a_pending_station_keeps_its_charges_until_it_is_installed() -> None:
    talk = Talk(a_station(installed=False, accepted=False)).open()
    assert talk.call("StartTransaction", connectorId=1, idTag="A", meterStart=0, timestamp=stamp()) == "SecurityError"
    assert "currentTime" in talk.call("Heartbeat")


def test_a_station_never_accepted_is_sent_nothing_before_its_boot_is_answered() -> None:
    talk = Talk(a_station(accepted=False)).open()
    talk.write(a_write())
    talk.call("Heartbeat")
    talk.pass_time(120)
    assert talk.calls() == []
    talk.hold = True
    talk.call("BootNotification", **BOOT)
    assert talk.calls() == []
    talk.commit()
    assert [frame[2] for frame in talk.calls()] == ["SetChargingProfile"]


def test_an_accepted_station_that_reconnects_is_addressed_after_its_first_call() -> None:
    talk = Talk().open()
    assert not talk.session.ready
    talk.call("Heartbeat")
    assert talk.told(StationReady) == [StationReady(7)]


def test_an_accepted_station_that_is_silent_is_addressed_after_ten_seconds() -> None:
    talk = Talk().open()
    talk.pass_time(9.9)
    assert not talk.session.ready
    talk.pass_time(0.2)
    assert talk.session.ready


def test_a_reconnect_that_begins_with_a_boot_waits_for_its_answer() -> None:
    talk = Talk().open()
    talk.hold = True
    talk.call("BootNotification", **BOOT)
    talk.pass_time(30)
    assert not talk.session.ready
    talk.commit()
    assert talk.session.ready


def test_a_boot_in_the_middle_holds_writes_back_until_it_is_answered() -> None:
    talk = Talk().ready()
    talk.hold = True
    talk.call("BootNotification", **BOOT)
    talk.write(a_write())
    assert talk.calls() == []
    talk.commit()
    assert len(talk.calls("SetChargingProfile")) == 1
    assert talk.facts[:2] == [StationBooted(7), StationReady(7)]


def test_a_station_that_can_not_be_stored_at_its_boot_is_still_given_limits() -> None:
    talk = Talk().open()
    talk.fail = True
    assert talk.call("BootNotification", **BOOT) == "InternalError"
    assert talk.facts == [StationConnected(7), StationBooted(7), StationReady(7)]


def test_installing_a_connected_station_takes_effect_at_its_next_boot() -> None:
    talk = Talk(a_station(installed=False, accepted=False)).open()
    talk.call("BootNotification", **BOOT)
    installed = replace(talk.session.station, installed=True)
    talk.store.stations[7] = installed
    talk.feed(StationChanged(installed))
    assert talk.facts == [StationConnected(7)]
    assert talk.call("BootNotification", **BOOT)["status"] == "Accepted"
    assert talk.session.ready


def test_a_status_is_told_after_it_is_stored() -> None:
    talk = Talk().ready()
    talk.hold = True
    assert talk.call("StatusNotification", connectorId=2, status="Charging", errorCode="NoError") is None
    assert talk.facts == []
    talk.commit()
    assert talk.facts == [StatusChanged(72, Status.CHARGING)]


def test_a_status_reaches_control_though_the_disk_is_full() -> None:
    talk = Talk().ready()
    talk.fail = True
    assert talk.call("StatusNotification", connectorId=1, status="Charging", errorCode="NoError") == "InternalError"
    assert talk.facts == [StatusChanged(71, Status.CHARGING)]


def test_an_accepted_card_may_start_a_charge_on_every_free_connector() -> None:
    talk = Talk().ready()
    talk.call("StartTransaction", connectorId=1, idTag="A", meterStart=0, timestamp=stamp())
    talk.forget()
    assert talk.call("Authorize", idTag="A")["idTagInfo"]["status"] == "Accepted"
    assert talk.facts == [StartExpected(72)]


def test_a_lost_socket_is_told_once() -> None:
    talk = Talk().ready()
    talk.drop()
    talk.drop()
    assert talk.facts == [StationDisconnected(7)]
    assert talk.store.online == set()


def test_the_late_close_of_a_replaced_socket_changes_nothing() -> None:
    talk = Talk().ready()
    talk.drop(replaced=True)
    talk.drop()
    assert talk.facts == []
    assert talk.store.online == {7}


def test_three_heartbeats_without_a_frame_close_the_socket() -> None:
    talk = Talk().ready()
    talk.pass_time(179)
    assert talk.closed == []
    talk.pass_time(2)
    assert [close.code for close in talk.closed] == [1001]


def test_a_frame_in_time_keeps_the_socket() -> None:
    talk = Talk().ready()
    talk.pass_time(170)
    talk.call("Heartbeat")
    talk.pass_time(170)
    assert talk.closed == []


def test_a_call_sent_again_before_its_answer_is_answered_once() -> None:
    talk = Talk().ready()
    talk.hold = True
    text = f'[2,"x","StartTransaction",{{"connectorId":1,"idTag":"A","meterStart":0,"timestamp":"{stamp()}"}}]'
    talk.frame(text)
    talk.frame(text)
    talk.commit()
    assert len([frame for frame in talk.sent if frame[1] == "x"]) == 1
    assert len(talk.store.charges) == 1


def test_more_unanswered_calls_than_can_be_kept_close_the_socket() -> None:
    talk = Talk().ready()
    talk.hold = True
    for _ in range(65):
        talk.call("Authorize", idTag="A")
    assert [close.code for close in talk.closed] == [1008]


def test_available_without_a_stop_ends_the_charge_after_the_grace() -> None:
    talk = Talk().ready()
    number = talk.call("StartTransaction", connectorId=1, idTag="A", meterStart=0, timestamp=stamp())["transactionId"]
    talk.call("StatusNotification", connectorId=1, status="Available", errorCode="NoError")
    talk.pass_time(59)
    assert talk.told(TransactionStopped) == []
    talk.pass_time(2)
    assert talk.told(TransactionStopped) == [TransactionStopped(71, number)]


def test_a_charge_that_goes_on_after_a_boot_is_not_ended() -> None:
    talk = Talk().ready()
    number = talk.call("StartTransaction", connectorId=1, idTag="A", meterStart=0, timestamp=stamp())["transactionId"]
    talk.call("BootNotification", **BOOT)
    sampled = {"timestamp": stamp(), "sampledValue": [{"value": "10"}]}
    talk.call("MeterValues", connectorId=1, transactionId=number, meterValue=[sampled])
    talk.pass_time(70)
    assert talk.told(TransactionStopped) == []


def test_an_unknown_action_is_not_implemented_and_a_known_one_not_supported() -> None:
    talk = Talk().ready()
    assert talk.call("Dance") == "NotImplemented"
    assert talk.call("SignCertificate", csr="x") == "NotSupported"


def test_a_deviation_is_noted_once_and_the_message_kept() -> None:
    talk = Talk().ready()
    for _ in range(3):
        talk.call("StatusNotification", connectorId=1, status="Charging", errorCode="Error", extra=1)
    assert talk.store.statuses[71] is Status.CHARGING
    assert (7, "schema:StatusNotification") in talk.store.quirks


def test_heartbeats_and_meter_values_are_not_in_the_journal() -> None:
    talk = Talk().ready()
    talk.call("Heartbeat")
    talk.call("MeterValues", connectorId=1, meterValue=[])
    talk.call("Authorize", idTag="A")
    assert [line.subtype for line in talk.journal] == ["Authorize"]
