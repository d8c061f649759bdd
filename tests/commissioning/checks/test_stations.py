"""Stations, meters and local production that can't do what they are there for (ZON-4, ENE-5, ENE-7, ENE-9)."""

from dataclasses import replace
from typing import Any

import pytest

from commissioning import site_file
from commissioning.checking import file_to_check
from commissioning.checks import check
from commissioning.checks.findings import Severity
from commissioning.checks.site import Charger
from engine.model import Production
from engine.wiring import Grid
from tests.commissioning.checks.sites import found, outlets
from tests.commissioning.files import document, meter, station, text, zone

ROOF = {"meters": [meter("Roof")]}


def site(production: str) -> dict[str, str]:
    return {**document()["site"], "production": production}


def test_a_station_in_no_zone_gets_0_a() -> None:
    checked = replace(file_to_check(site_file.read(text(zone()))), chargers=[Charger("CP-9", "CP-9", None, ())])
    told = {finding.code: finding for finding in check(checked)}
    assert "0 A" in told["station_in_no_zone"].sentence
    assert "station_without_connector" in told


def test_stations_of_one_name_are_told() -> None:
    twins = [station("CP-1", name="Gate"), station("CP-2", name="Gate"), station("CP-3")]
    told = [
        f for f in check(file_to_check(site_file.read(text(zone(stations=twins))))) if f.code == "station_name_twice"
    ]
    assert [finding.subject for finding in told] == ["zones[0].stations[0]", "zones[0].stations[1]"]
    assert told[0].sentence == "2 stations are called “Gate”: pages do not tell them apart."


def test_a_wiring_that_the_grid_does_not_have_is_an_error() -> None:
    checked = replace(file_to_check(site_file.read(text(zone(stations=[station()])))), grid=Grid.SINGLE)
    worst = check(checked)[0]
    assert (worst.code, worst.severity) == ("wiring_impossible", Severity.ERROR)
    assert "L1L2L3 does not exist on a 1x230 grid" in worst.sentence


def test_a_connector_below_the_minimum_never_charges() -> None:
    remark = found(zone(stations=[station(connectors=outlets(1, max_a=5))]))["connector_below_minimum"]
    assert remark.sentence == "Connector 1 can give 5 A, less than the minimum of 6 A: it never charges."


def test_a_meter_that_no_zone_uses_is_told() -> None:
    assert found(zone(), meters=[meter("Spare")])["meter_unused"].subject == "Spare"


@pytest.mark.parametrize("production", [Production.LOCAL, Production.LOCAL_GRID])
def test_a_strategy_without_a_production_meter_is_an_error(production: Production) -> None:
    checked = replace(file_to_check(site_file.read(text(zone()))), production=production)
    assert check(checked)[0].code == "production_without_meter"


def test_production_that_the_strategy_ignores_is_told() -> None:
    assert "production_not_used" in found(zone(production_meter="Roof", stations=[station()]), **ROOF)


def test_production_beside_every_station_serves_nobody() -> None:
    zones = (zone("Shed", production_meter="Roof"), zone(stations=[station()]))
    assert "production_serves_nobody" in found(*zones, site=site("local+grid"), **ROOF)


def test_local_only_names_the_stations_that_get_nothing() -> None:
    zones = (zone("Shed", production_meter="Roof", stations=[station("CP-2")]), zone(stations=[station()]))
    remark = found(*zones, site=site("local"), **ROOF)["no_production_for_stations"]
    assert remark.subject == "zones[1]"
    assert remark.sentence.endswith("they get 0 A: CP-1.")


def test_a_production_meter_on_the_path_or_under_it_serves_a_station() -> None:
    on_path = zone(production_meter="Roof", zones=[zone("Sub", stations=[station()])])
    beside = zone(zones=[zone("Sub", 60, stations=[station()]), zone("PV", 60, production_meter="Roof")])
    assert "no_production_for_stations" not in found(on_path, site=site("local"), **ROOF)
    assert "no_production_for_stations" not in found(beside, site=site("local"), **ROOF)


def dc(max_a: float, **keys: float) -> list[dict[str, Any]]:
    return [{"id": 1, "phases": "L1L2L3", "max_current_a": max_a, "kind": "dc", **keys}]


@pytest.mark.parametrize(
    ("keys", "enough_a", "minimum"),
    [
        pytest.param({}, 6.7, "6.7 A", id="the power of 6 A per phase"),
        pytest.param({"efficiency_pct": 80}, 8.4, "8.4 A", id="the same at 80 %"),
        pytest.param({"minimum_a": 12}, 12, "12 A", id="what its model needs"),
        pytest.param({"minimum_a": 4}, 4, "4 A", id="less than a car on AC needs"),
    ],
)
@pytest.mark.parametrize("setting", ["iec", "evze"])
def test_a_dc_connector_has_a_minimum_of_its_own(
    keys: dict[str, float], enough_a: float, minimum: str, setting: str
) -> None:
    """ENE-9: those of IEC 61851 and EV/ZE Ready are for AC."""
    more = {"site": {**document()["site"], "minimum": setting}}
    assert "connector_below_minimum" not in found(zone(stations=[station(connectors=dc(enough_a, **keys))]), **more)
    short = found(zone(stations=[station(connectors=dc(round(enough_a - 0.1, 1), **keys))]), **more)
    assert f"less than the minimum of {minimum}" in short["connector_below_minimum"].sentence


def test_a_zone_must_give_a_dc_connector_its_own_minimum() -> None:
    told = found(zone(max_current_a=20, stations=[station(connectors=dc(100, minimum_a=24))]))
    assert "less than the minimum current of 24 A" in told["zone_below_minimum"].sentence
