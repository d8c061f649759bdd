"""Reductions of 0 %, of 100 %, and those that leave too little for a car (ENE-6, TOU-1, DI-1)."""

from typing import Any

import pytest

from tests.commissioning.checks.sites import found, period
from tests.commissioning.files import station, zone


def reduced(pct: int, **keys: Any) -> Any:
    peak = period("Peak", "17:00-20:00", pct=pct, zones=["Main"])
    return found(zone(max_current_a=20, stations=[station()], **keys), periods=[peak])


def test_0_percent_says_that_charging_stops() -> None:
    remark = reduced(0)["reduction_stops"]
    assert remark.sentence == "“time of use: Peak” leaves 0 A: while it is in force nothing charges."


def test_100_percent_says_that_it_changes_nothing() -> None:
    assert reduced(100)["reduction_without_effect"].sentence == "“time of use: Peak”: 100 % changes nothing."


@pytest.mark.parametrize(("pct", "told"), [(1, True), (29, True), (30, False), (99, False)])
def test_less_than_one_minimum_says_that_it_stops_as_well(pct: int, told: bool) -> None:
    assert ("reduction_below_minimum" in reduced(pct)) is told


def test_the_margin_is_taken_off_first() -> None:
    assert "leaves 5.8 A" in reduced(30, margin_a=0.2)["reduction_below_minimum"].sentence


def test_a_digital_input_is_named_like_on_the_live_page() -> None:
    relay = {"name": "Relay", "host": "10.0.0.9", "number": 1, "quotient_pct": 0, "zones": ["Main"]}
    remark = found(zone(stations=[station()]), digital_inputs=[relay])["reduction_stops"]
    assert remark.sentence.startswith("“digital input Relay” leaves 0 A")


def test_what_is_assigned_to_no_zone_changes_nothing() -> None:
    relay = {"name": "Relay", "host": "10.0.0.9", "number": 1, "quotient_pct": 50}
    remarks = found(zone(), digital_inputs=[relay], periods=[period("Peak", "17:00-20:00")])
    assert {"period_without_zone", "input_without_zone"} <= remarks.keys()


def test_a_period_that_is_off_is_not_remarked() -> None:
    off = period("Peak", "17:00-17:00", pct=0, zones=["Main"], enabled=False)
    assert found(zone(), periods=[off]) == {}
