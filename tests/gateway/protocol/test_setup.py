"""STA-7: what a newly installed station is asked and told."""

from typing import Any

from chargers.abilities import KEYS
from gateway.protocol.setup import MEASURAND_LADDER, MEASURANDS, WANTED, delay_s
from tests.gateway.talk import Talk, a_station, a_write


def conduct(talk: Talk, refuse: tuple[str, ...] = ()) -> list[list[Any]]:
    """Answers every call of the set-up until there is none; `refuse` are values or keys."""
    talk.pass_time(delay_s(7) + 0.1)
    answered = 0
    while len(talk.calls()) > answered:
        call = talk.calls()[answered]
        answered += 1
        if call[2] == "GetConfiguration":
            talk.reply(call, configurationKey=[{"key": "NumberOfConnectors", "readonly": True, "value": "2"}])
        else:
            refused = {call[3].get("key"), call[3].get("value")} & set(refuse)
            talk.reply(call, status="Rejected" if refused else "Accepted")
    return talk.calls()


def new_station() -> Talk:
    return Talk(a_station(configuration={})).ready()


def test_a_new_station_is_read_and_configured() -> None:
    talk = new_station()
    calls = conduct(talk)
    assert [call[2] for call in calls] == ["GetConfiguration"] * 2 + ["ChangeConfiguration"] * (len(WANTED) + 1)
    assert calls[1][3] == {"key": list(KEYS)}
    kept = talk.store.stations[7].configuration
    assert kept["NumberOfConnectors"] == "2"
    assert {key: kept[key] for key, _ in WANTED} == dict(WANTED)


def test_a_configured_station_is_left_alone() -> None:
    talk = Talk().ready()
    assert conduct(talk) == []


def test_the_set_up_is_not_repeated_at_the_next_boot() -> None:
    talk = new_station()
    conduct(talk)
    talk.forget()
    talk.call("BootNotification", chargePointVendor="V", chargePointModel="M")
    assert conduct(talk) == []


def test_a_refused_key_is_kept_journalled_and_not_asked_again() -> None:
    talk = new_station()
    conduct(talk, refuse=("WebSocketPingInterval",))
    assert talk.store.stations[7].refused == {"WebSocketPingInterval": "Rejected"}
    assert any("WebSocketPingInterval" in line and "Rejected" in line for line in talk.lines())
    talk.forget()
    talk.call("BootNotification", chargePointVendor="V", chargePointModel="M")
    assert conduct(talk) == []


def test_fewer_measurands_are_asked_for_until_the_station_takes_them() -> None:
    talk = new_station()
    conduct(talk, refuse=MEASURAND_LADDER[:2])
    assert talk.store.stations[7].configuration[MEASURANDS] == MEASURAND_LADDER[2]


def test_a_limit_does_not_wait_for_the_set_up() -> None:
    talk = new_station()
    talk.pass_time(delay_s(7) + 0.1)
    talk.write(a_write())
    talk.pass_time(2.1)
    assert [call[2] for call in talk.calls()] == ["GetConfiguration", "SetChargingProfile"]


def test_connectors_that_told_no_status_are_asked_for_it() -> None:
    talk = Talk().open()
    talk.call("StatusNotification", connectorId=1, status="Available", errorCode="NoError")
    talk.forget()
    calls = conduct(talk)
    assert [(call[2], call[3]) for call in calls] == [
        ("TriggerMessage", {"requestedMessage": "StatusNotification", "connectorId": 2})
    ]


def test_stations_are_configured_one_after_the_other() -> None:
    delays = [delay_s(station) for station in range(250)]
    assert max(delays) - min(delays) > 9
