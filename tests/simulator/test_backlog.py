"""Transaction messages: kept while offline, in order, sent again until they are answered."""

from simulator.car import Car
from tests.simulator.central import STEP_CAR, Central, charging, online

TOLD = ("StartTransaction", "StopTransaction", "MeterValues")


def told(central: Central) -> list[str]:
    return [action for action, _ in central.heard if action in TOLD]


def test_a_session_lived_offline_is_replayed_in_order() -> None:
    central = online(sample_s=10)
    station = central.station
    station.disconnected(1)
    station.plug(1, Car(STEP_CAR), 2)
    central.run(25)
    station.unplug(1, 26)
    assert not told(central)
    assert station.backlog == 4
    station.connected(100)
    central.run(101)
    assert told(central) == ["StartTransaction", "MeterValues", "MeterValues", "StopTransaction"]
    assert central.payloads("StopTransaction")[0]["transactionId"] == 101
    assert central.payloads("StartTransaction")[0]["timestamp"] == "2027-01-15T08:00:03.000Z"


def test_a_start_whose_answer_was_lost_with_the_link_is_sent_again_unchanged() -> None:
    central = online()
    central.mute = {"StartTransaction"}
    central.station.plug(1, Car(STEP_CAR), 0)
    central.run(5)
    central.station.disconnected(5)
    central.mute = set()
    central.station.connected(10)
    central.run(11)
    first, second = central.payloads("StartTransaction")
    assert first == second
    assert central.station.backlog == 0


def test_it_retries_after_the_interval_times_the_tries_and_gives_up() -> None:
    central = online(sample_s=0)
    central.call("ChangeConfiguration", {"key": "TransactionMessageRetryInterval", "value": "10"}, 0)
    central.mute = {"StartTransaction"}
    central.station.plug(1, Car(STEP_CAR), 0)
    central.run(1 + 30 + 10 + 30 + 20 + 29)
    assert (len(central.payloads("StartTransaction")), central.station.backlog) == (3, 1)
    central.run(400)
    assert len(central.payloads("StartTransaction")) == 3
    central.station.unplug(1, 400)
    central.run(401)
    assert central.payloads("StopTransaction")[0]["transactionId"] == -1


def test_one_call_is_outstanding_at_a_time() -> None:
    central = online()
    central.mute = {"StartTransaction"}
    central.station.plug(1, Car(STEP_CAR), 0)
    central.run(20)
    assert central.words()[-1] == "Preparing"
    assert told(central) == ["StartTransaction"]


def test_what_changed_offline_is_reported_on_the_next_link() -> None:
    central = charging()
    central.station.disconnected(11)
    central.station.unplug(1, 12)
    central.run(20)
    central.station.connected(20)
    central.run(21)
    assert central.words()[-1] == "Available"
    assert len(central.payloads("BootNotification")) == 1


def test_a_power_cut_ends_the_session_and_survives_the_reboot() -> None:
    central = charging()
    central.call("Reset", {"type": "Hard"}, 10)
    central.run(11)
    down = not central.station.wants_link
    central.station.disconnected(11)
    central.run(20)
    assert (down, central.station.wants_link) == (True, True)
    central.station.connected(20)
    central.run(21)
    assert central.payloads("StopTransaction")[0]["reason"] == "PowerLoss"
    assert len(central.payloads("BootNotification")) == 2
    assert len(central.payloads("StartTransaction")) == 2


def test_a_long_silence_drops_meter_values_and_never_a_start_or_a_stop() -> None:
    central = online(sample_s=10)
    central.station.disconnected(1)
    central.station.plug(1, Car(STEP_CAR), 2)
    central.run(8 * 3600)
    central.station.unplug(1, 8 * 3600)
    central.station.connected(30_000)
    central.run(30_001)
    assert (told(central)[0], told(central)[-1]) == ("StartTransaction", "StopTransaction")
    assert len(told(central)) < 310


def test_it_may_boot_on_each_connect() -> None:
    central = charging(boots_on_reconnect=True)
    central.station.disconnected(11)
    central.station.connected(12)
    central.run(13)
    assert len(central.payloads("BootNotification")) == 2
