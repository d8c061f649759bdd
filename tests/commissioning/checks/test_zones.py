"""Zones that can't give what is asked of them are told at configuration (ZON-1, ZON-2, ENE-9, ENE-16)."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from commissioning import site_file
from commissioning.checking import file_to_check
from commissioning.checks import check
from commissioning.checks.findings import Severity
from tests.commissioning.checks.sites import all_found, found, outlets
from tests.commissioning.files import document, meter, station, text, zone

EVZE = {**document()["site"], "minimum": "evze"}


def parked(count: int = 1, phases: str = "L1L2L3", max_a: float = 32) -> list[dict[str, Any]]:
    return [station(connectors=outlets(count, phases, max_a))]


def test_a_site_in_order_gets_no_remark() -> None:
    assert all_found(zone(stations=parked(2))) == []


def test_a_zone_of_0_a_says_that_nothing_charges() -> None:
    remarks = found(zone(max_current_a=0, stations=parked()))
    assert "nothing charges" in remarks["zone_zero"].sentence
    assert remarks.keys() == {"zone_zero"}


def test_a_margin_that_takes_the_whole_zone_is_told() -> None:
    assert found(zone(max_current_a=20, margin_a=20, stations=parked()))["margin_takes_all"].severity == "warning"


def test_a_zone_that_cannot_give_one_connector_the_minimum_names_it() -> None:
    remark = found(zone(max_current_a=8, margin_a=2.5, stations=parked()))["zone_below_minimum"]
    assert remark.sentence == "It gives 5.5 A per phase at most, less than the minimum current of 6 A: CP-1/1."


@pytest.mark.parametrize(("phases", "told"), [("L1L2L3", True), ("L2", False)])
def test_the_minimum_of_ev_ze_ready_is_that_of_the_phases(phases: str, told: bool) -> None:
    assert ("zone_below_minimum" in found(zone(max_current_a=10, stations=parked(1, phases)), site=EVZE)) is told


def test_a_reduction_that_is_always_in_force_counts_for_the_minimum() -> None:
    cut = [{"source": "contract", "quotient_pct": 50}]
    assert "zone_below_minimum" in found(zone(max_current_a=11, reductions=cut, stations=parked()))


def test_the_zone_above_is_to_blame_where_it_is_the_tight_one() -> None:
    tree = zone(max_current_a=5, zones=[zone("Sub", 5, stations=parked())])
    assert [f.subject for f in all_found(tree) if f.code == "zone_below_minimum"] == ["zones[0]", "zones[0].zones[0]"]


def test_minimums_that_do_not_fit_at_once_are_told_by_phase() -> None:
    three = [station(connectors=outlets(3, "L2"))]
    remark = found(zone(max_current_a=16, stations=three))["minimums_do_not_fit"]
    assert "add up to 18 A on L2, it gives 16 A" in remark.sentence
    assert remark.severity is Severity.NOTICE


def test_single_phase_connectors_on_other_phases_fit_side_by_side() -> None:
    spread = [{"id": n + 1, "phases": f"L{n + 1}", "max_current_a": 16} for n in range(3)]
    assert "minimums_do_not_fit" not in found(zone(max_current_a=6, stations=[station(connectors=spread)]))


@pytest.mark.parametrize(
    ("degraded_a", "code"), [(5, "degraded_below_minimum"), (11, "degraded_not_for_all"), (12, None)]
)
def test_a_degraded_setpoint_that_starves_somebody_is_told(degraded_a: float, code: str | None) -> None:
    remarks = found(zone(meter="Main meter", degraded_a=degraded_a, stations=parked(2)), meters=[meter()])
    assert [c for c in remarks if c.startswith("degraded")] == ([code] if code else [])


def test_a_static_zone_says_who_falls_back_to_0_a() -> None:
    remark = found(zone(max_current_a=16, stations=parked(3)))["fallback_not_for_all"]
    assert remark.sentence == "While EVCE is out of reach these connectors fall back to 0 A: CP-1/3."


@pytest.mark.parametrize(("degraded_a", "told"), [(5, True), (6, False)])
def test_a_zone_says_that_the_buildings_metered_below_leave_nothing_to_fall_back_to(
    degraded_a: float, told: bool
) -> None:
    metered = zone("Hall", 40, meter="Main meter", degraded_a=degraded_a, stations=parked())
    remarks = found(zone(max_current_a=40, zones=[metered]), meters=[meter()])
    assert ("buildings_leave_no_fallback" in remarks) is told
    if told:
        assert "may draw 35 A" in remarks["buildings_leave_no_fallback"].sentence


def test_many_names_are_cut_short() -> None:
    remark = found(zone(max_current_a=5, stations=parked(8)))["zone_below_minimum"]
    assert remark.sentence.endswith("CP-1/1, CP-1/2, CP-1/3, CP-1/4, CP-1/5 and 3 more.")


def test_sub_zones_below_their_static_zone_get_a_notice() -> None:
    tree = zone(zones=[zone("A", 20), zone("B", 20)])
    assert "add up to 40 A, less than the 60 A" in found(tree)["sub_zones_below_zone"].sentence


def test_none_where_the_zone_has_a_meter() -> None:
    tree = zone(meter="Main meter", degraded_a=30, zones=[zone("A", 20), zone("B", 20)])
    assert "sub_zones_below_zone" not in found(tree, meters=[meter()])


def test_a_sub_zone_above_its_parent_is_an_error_wherever_it_came_from() -> None:
    site = file_to_check(site_file.read(text(zone(zones=[zone("Sub", 60)]))))
    site.zones[0].zones[0].max_current_a = Decimal(80)
    worst = check(replace(site))[0]
    assert (worst.code, worst.severity) == ("zone_rule", Severity.ERROR)
    assert "80 A is more than the 60" in worst.sentence
