"""A station's conversation with its central system, without sockets."""

import json
from random import Random

import pytest

from simulator.car import Car
from simulator.spec import OutletSpec, StationSpec
from simulator.station import Station
from tests.simulator.central import STEP_CAR, WALL_S, Central, charging, online, profile, send_profile

TWO = (OutletSpec(), OutletSpec(16_000, 1))


def test_it_boots_and_reports_every_connector() -> None:
    central = online(outlets=TWO)
    assert next(action for action, _ in central.heard) == "BootNotification"
    assert [p["connectorId"] for p in central.payloads("StatusNotification")] == [0, 1, 2]
    assert central.station.registered


def test_pending_is_asked_again_after_the_interval_and_nothing_else_is_sent() -> None:
    central = Central(Station(StationSpec("BOX-1", auto_start=True), Random(1)))
    central.overrides["BootNotification"] = {"status": "Pending", "interval": 20, "currentTime": "2027-01-15T08:00:00Z"}
    central.station.connected(0.0)
    central.station.plug(1, Car(STEP_CAR), 0.0)
    central.run(45)
    assert [action for action, _ in central.heard] == ["BootNotification"] * 3
    central.overrides.clear()
    central.run(60)
    assert "StartTransaction" in [action for action, _ in central.heard]


def test_its_clock_is_the_central_system_s_after_the_boot() -> None:
    assert online().station.wall(7.0) == pytest.approx(WALL_S + 7)


def test_a_clock_offset_stays() -> None:
    assert online(clock_offset_s=40.0).station.wall(7.0) == pytest.approx(WALL_S + 47)


def test_without_a_reader_a_plugged_car_starts() -> None:
    central = charging()
    assert central.words() == ["Available", "Preparing", "Charging"]
    assert central.payloads("StartTransaction")[0]["idTag"] == "FREE"
    assert central.station.currents_ma(1, 10) == (32_000, 32_000, 32_000)


def test_a_card_starts_and_stops_it() -> None:
    central = online(auto_start=False)
    central.station.plug(1, Car(STEP_CAR), 1)
    central.run(10)
    assert central.words()[-1] == "Preparing"
    central.station.badge(1, "CARD", 10)
    central.run(20)
    assert central.words()[-1] == "Charging"
    central.station.badge(1, "card", 20)
    central.run(30)
    stop = central.payloads("StopTransaction")[0]
    assert (stop["reason"], stop["idTag"], central.words()[-1]) == ("Local", "card", "Finishing")
    assert central.station.currents_ma(1, 30) == (0, 0, 0)


def test_a_refused_card_starts_nothing() -> None:
    central = online(auto_start=False)
    central.overrides["Authorize"] = {"idTagInfo": {"status": "Invalid"}}
    central.station.plug(1, Car(STEP_CAR), 1)
    central.station.badge(1, "CARD", 1)
    central.run(20)
    assert not central.payloads("StartTransaction")


def test_a_card_shown_first_waits_for_the_car_a_minute() -> None:
    central = online(auto_start=False)
    central.station.badge(1, "CARD", 0)
    central.run(61)
    assert central.words() == ["Available", "Preparing", "Available"]


def test_a_start_that_the_central_system_refuses_is_ended() -> None:
    central = online()
    central.overrides["StartTransaction"] = {"transactionId": 7, "idTagInfo": {"status": "Blocked"}}
    central.station.plug(1, Car(STEP_CAR), 0)
    central.run(10)
    assert central.payloads("StopTransaction")[0]["reason"] == "DeAuthorized"
    assert central.station.currents_ma(1, 10) == (0, 0, 0)


def test_a_refused_start_gets_no_energy_where_it_may_not_stop() -> None:
    central = online()
    central.call("ChangeConfiguration", {"key": "StopTransactionOnInvalidId", "value": "false"}, 0)
    central.overrides["StartTransaction"] = {"transactionId": 7, "idTagInfo": {"status": "Blocked"}}
    central.station.plug(1, Car(STEP_CAR), 0)
    central.run(10)
    assert central.words()[-1] == "SuspendedEVSE"


def test_unplugging_ends_the_transaction() -> None:
    central = charging()
    central.station.unplug(1, 10)
    central.run(11)
    stop = central.payloads("StopTransaction")[0]
    assert (stop["transactionId"], stop["reason"], central.words()[-1]) == (101, "EVDisconnected", "Available")
    assert stop["meterStop"] == pytest.approx(3 * 230 * 32 * 9 / 3600, abs=1)


def test_meter_values_come_at_the_interval_with_each_phase() -> None:
    central = charging(at=35, sample_s=10)
    values = central.payloads("MeterValues")
    samples = values[0]["meterValue"][0]["sampledValue"]
    assert len(values) == 3
    assert values[0]["transactionId"] == 101
    assert [(s["measurand"], s.get("phase"), s["value"], s["unit"]) for s in samples[:4]] == [
        ("Current.Import", "L1", "32.0", "A"),
        ("Current.Import", "L2", "32.0", "A"),
        ("Current.Import", "L3", "32.0", "A"),
        ("Power.Active.Import", None, "22080", "W"),
    ]


def test_the_interval_may_be_changed_during_a_transaction() -> None:
    central = charging()
    central.call("ChangeConfiguration", {"key": "MeterValueSampleInterval", "value": "5"}, 10)
    central.run(31)
    assert len(central.payloads("MeterValues")) == 4


@pytest.mark.parametrize(
    ("key", "value", "status"),
    [
        ("MeterValuesSampledData", "Power.Active.Import", "Accepted"),
        ("MeterValuesSampledData", "Voltage", "Rejected"),
        ("NumberOfConnectors", "4", "Rejected"),
        ("MeterValueSampleInterval", "often", "Rejected"),
        ("Unheard", "1", "NotSupported"),
    ],
)
def test_change_configuration(key: str, value: str, status: str) -> None:
    assert online().call("ChangeConfiguration", {"key": key, "value": value}, 1) == {"status": status}


def test_get_configuration_names_what_it_does_not_know() -> None:
    answer = online().call("GetConfiguration", {"key": ["NumberOfConnectors", "Unheard"]}, 1)
    assert answer["configurationKey"] == [{"key": "NumberOfConnectors", "readonly": True, "value": "1"}]
    assert answer["unknownKey"] == ["Unheard"]


def test_a_remote_start_with_a_profile_charges_under_it() -> None:
    central = online(auto_start=False)
    central.station.plug(1, Car(STEP_CAR), 0)
    request = {"connectorId": 1, "idTag": "APP", "chargingProfile": profile(10)}
    assert central.call("RemoteStartTransaction", request, 1) == {"status": "Accepted"}
    central.run(10)
    assert central.station.currents_ma(1, 10)[0] == 10_000


def test_a_remote_stop_of_another_transaction_is_rejected() -> None:
    central = charging()
    assert central.call("RemoteStopTransaction", {"transactionId": 5}, 10) == {"status": "Rejected"}
    assert central.call("RemoteStopTransaction", {"transactionId": 101}, 10) == {"status": "Accepted"}
    assert central.payloads("StopTransaction")[0]["reason"] == "Remote"


def test_a_finishing_connector_refuses_a_remote_start() -> None:
    central = charging()
    central.station.stop(1, 10)
    assert central.call("RemoteStartTransaction", {"connectorId": 1, "idTag": "A"}, 11) == {"status": "Rejected"}


@pytest.mark.parametrize("message", ["BootNotification", "Heartbeat", "StatusNotification", "MeterValues"])
def test_a_triggered_message_follows(message: str) -> None:
    central = charging()
    before = len(central.payloads(message))
    assert central.call("TriggerMessage", {"requestedMessage": message}, 10) == {"status": "Accepted"}
    assert len(central.payloads(message)) == before + 1


def test_what_it_cannot_trigger_is_not_implemented() -> None:
    assert online().call("TriggerMessage", {"requestedMessage": "LogStatusNotification"}, 1) == {
        "status": "NotImplemented"
    }


def test_heartbeats_come_at_the_boot_s_interval_once_each() -> None:
    central = online()
    central.call("TriggerMessage", {"requestedMessage": "BootNotification"}, 1)
    central.run(901)
    assert len(central.payloads("Heartbeat")) == 3


def test_inoperative_waits_for_the_transaction() -> None:
    central = charging()
    request = {"connectorId": 1, "type": "Inoperative"}
    assert central.call("ChangeAvailability", request, 10) == {"status": "Scheduled"}
    central.station.unplug(1, 11)
    central.run(12)
    assert central.words()[-1] == "Unavailable"


def test_an_unknown_action_is_not_implemented() -> None:
    assert online().call("FlyAway", {}, 1) == ["NotImplemented", ""]


@pytest.mark.parametrize("text", ["", "{}", "[]", "[2]", "[9,1,2]", '[3,"x",{}]', '[2,"a","Reset"]', "\ud800"])
def test_garbage_is_ignored(text: str) -> None:
    central = online()
    central.station.receive(text, 1)
    assert not central.station.outbox


def test_a_payload_that_makes_no_sense_is_a_formation_violation() -> None:
    central = online()
    central.station.receive('[2,"a","Reset",[]]', 1)
    central.station.receive('[2,"b","SetChargingProfile",{}]', 1)
    assert [json.loads(text)[2] for text in central.station.outbox] == ["FormationViolation"] * 2


def test_a_full_car_is_suspended_by_itself() -> None:
    central = charging(car=STEP_CAR.__class__(soc=0.999, battery_wh=1000, lag_s=0, ramp_s=0, start_delay_s=0), at=60)
    assert central.words()[-1] == "SuspendedEV"


def test_a_two_phase_car_loads_two_terminals() -> None:
    car = STEP_CAR.__class__(phases=2, lag_s=0, ramp_s=0, start_delay_s=0)
    assert charging(car=car).station.currents_ma(1, 10) == (32_000, 32_000, 0)


def test_a_second_car_on_a_cable_is_refused() -> None:
    with pytest.raises(ValueError, match="has a car"):
        charging().station.plug(1, Car(STEP_CAR), 11)


def test_an_answer_to_another_question_changes_nothing() -> None:
    central = online()
    assert send_profile(central, 16, 1) == {"status": "Rejected"}
    central.station.receive('[3,"77",{"status":"Accepted"}]', 2)
    assert central.station.registered
