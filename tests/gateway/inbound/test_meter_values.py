"""Field notes 63 to 78."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from engine.facts import Measured, TransactionStarted
from gateway.inbound import meter_values
from gateway.protocol.replies import Answer, Hold
from tests.gateway.inbound.callers import a_caller
from tests.gateway.talk import NOON, stamp
from transactions.records import RunningTransaction, SampleRecord, SampleResult


def receive(
    *sampled: dict[str, Any], at: str = stamp(), quirks: list[str] | None = None, one: int | None = None
) -> Any:
    payload = {"connectorId": 1, "meterValue": [{"timestamp": at, "sampledValue": list(sampled)}]}
    return meter_values.receive(a_caller(quirks=quirks, one=one), payload)


def sample(*sampled: dict[str, Any]) -> SampleRecord:
    found: SampleRecord = receive(*sampled).payload[0]
    return found


def current(value: str, phase: str | None = None, **more: str) -> dict[str, str]:
    return {"value": value, "measurand": "Current.Import", **({"phase": phase} if phase else {}), **more}


def test_currents_by_phase_are_told_at_once() -> None:
    hold = receive(current("15.91", "L1"), current("16", "L2-N"), current("0", "L3"))
    assert hold.meanwhile == (Measured(71, currents_ma=(15_910, 16_000, 0)),)


def test_a_current_without_a_phase_is_told_as_such() -> None:
    assert receive(current("7.5")).meanwhile == (Measured(71, current_ma=7_500),)


def test_a_bare_value_is_the_energy_register_in_watt_hours() -> None:
    assert sample({"value": "1234.9"}).energy_wh == 1_234


@pytest.mark.parametrize(("unit", "wh"), [("Wh", 12), ("kWh", 12_000), ("", 12), ("Hertz", 12)])
def test_energy_units_are_normalised(unit: str, wh: int) -> None:
    assert sample({"value": "12", "unit": unit}).energy_wh == wh


@pytest.mark.parametrize(("unit", "watts"), [("W", 7.4), ("kW", 7_400.0), ("Wh", 7.4)])
def test_power_units_are_normalised_also_when_mislabelled(unit: str, watts: float) -> None:
    assert sample({"value": "7.4", "measurand": "Power.Active.Import", "unit": unit}).power_w == watts


def test_power_by_phase_is_added_up() -> None:
    power = [{"value": "1000", "measurand": "Power.Active.Import", "phase": f"L{p}"} for p in (1, 2, 3)]
    assert sample(*power).power_w == 3_000


@pytest.mark.parametrize("bad", ["", " ", "1,5", "NaN", "inf", "-3", "1e9", "abc"])
def test_a_value_that_can_not_be_is_dropped_and_the_others_kept(bad: str) -> None:
    quirks: list[str] = []
    hold = receive(current(bad, "L1"), current("6", "L2"), quirks=quirks)
    assert hold.payload[0].currents_a == (None, 6.0, None)
    assert quirks


def test_a_padded_number_is_read() -> None:
    assert sample(current(" 6.0 ", "L1")).currents_a[0] == 6.0


def test_signed_data_is_not_read_as_a_number() -> None:
    assert isinstance(receive({"value": "123", "format": "SignedData"}), Answer)


def test_the_outlet_goes_before_the_inlet() -> None:
    assert sample(current("30", "L1", location="Inlet"), current("10", "L1")).currents_a[0] == 10.0


def test_a_replay_is_stored_and_not_taken_for_the_present() -> None:
    hold = receive(current("16", "L1"), at=stamp(-3_600))
    assert len(hold.payload) == 1
    assert hold.meanwhile == ()


@pytest.mark.parametrize(("behind_s", "present"), [(0, False), (100, True)])
def test_two_minutes_are_the_past_unless_the_clock_is_known_to_be_behind(behind_s: int, present: bool) -> None:
    """What was kept while the link was down would be taken for a car that draws (F19)."""
    caller = replace(a_caller(), behind=timedelta(seconds=behind_s))
    values = [{"timestamp": stamp(-120), "sampledValue": [current("16", "L1")]}]
    hold = meter_values.receive(caller, {"connectorId": 1, "meterValue": values})
    assert isinstance(hold, Hold)
    assert bool(hold.meanwhile) is present


def test_a_message_without_a_useful_value_is_acknowledged() -> None:
    assert receive({"value": "230", "measurand": "Voltage"}) == Answer({})
    assert meter_values.receive(a_caller(), {"connectorId": 1}) == Answer({})


def test_the_sessions_energy_is_told_after_it_is_stored() -> None:
    hold: Hold = receive({"value": "1500"}, one=5)
    answer = hold.then((SampleResult(71, transaction=5, session_energy_wh=500),))
    assert answer.facts == (Measured(71, energy_wh=500),)


def test_the_energy_of_an_earlier_session_is_not_that_of_this_one() -> None:
    hold: Hold = receive({"value": "1500"}, one=6)
    assert hold.then((SampleResult(71, transaction=5, session_energy_wh=500),)).facts == ()


def test_a_transaction_that_shows_itself_running_is_told_once() -> None:
    running = RunningTransaction(71, 5, "A", vip=False, blocked=False, started_at=NOON - timedelta(60), energy_wh=9)
    result = (SampleResult(71, transaction=5, session_energy_wh=9, running=running),)
    first = receive({"value": "1500"}).then(result)
    assert isinstance(first.facts[0], TransactionStarted)
    assert first.started == {1: 5}
    again = receive({"value": "1500"}, one=5).then(result)
    assert again.facts == (Measured(71, energy_wh=9),)


def offered(value: str, phase: str | None = None, **more: str) -> dict[str, str]:
    return {**current(value, phase, **more), "measurand": "Current.Offered"}


def test_what_the_station_offers_is_told_with_what_is_drawn() -> None:
    hold = receive(current("7.5"), offered("16.0", unit="A"))
    assert hold.meanwhile == (Measured(71, current_ma=7_500, offered_ma=16_000),)


def test_an_offer_without_a_current_is_told_by_itself() -> None:
    assert receive(offered("16")).meanwhile == (Measured(71, offered_ma=16_000),)


def test_of_an_offer_by_phase_the_highest_counts() -> None:
    assert sample(offered("10", "L1"), offered("16", "L2"), offered("0", "L3")).offered_a == 16.0


@pytest.mark.parametrize("bad", ["", "NaN", "-1", "99999", "W"])
def test_an_offer_that_can_not_be_is_dropped(bad: str) -> None:
    assert sample(current("6"), offered(bad)).offered_a is None
