"""Scenario files: what is wrong is told with its place, and nothing is ignored."""

from pathlib import Path

import pytest

from simulator.scenario import ScenarioError, check_fits, load_scenario
from tests.engine.builders import config, connector, zone
from tests.simulator.day_sites import scenario

CAR = {"battery_kwh": 60, "phases": 3, "max_a": 16}
WAVE = {"at": "08:00", "per_connector": 1, "stay_h": 1, "asked_kwh": [1, 2]}
SUN = {"from": "06:30", "to": "20:00", "peak_pct": 30}
CUT = {"from": "18:00", "to": "20:00", "quotient_pct": 50}


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"cars": [CAR | {"phases": 4}]}, "cars[0].phases: must be at most 3, not 4"),
        ({"cars": [CAR, CAR | {"phases": 2.5}]}, "cars[1].phases: must be a whole number, not 2.5"),
        ({"cars": [{"phases": 3, "max_a": 16}]}, "cars[0].battery_kwh: is missing"),
        ({"cars": [CAR | {"shares": 3}]}, "cars[0].shares: unknown key"),
        ({"cars": [CAR | {"max_a": 5}]}, "cars[0].max_a: must be at least 6, not 5"),
        ({"cars": [CAR | {"dc_kw": 2}]}, "cars[0].dc_kw: must be at least 5, not 2"),
        ({"cars": [CAR | {"max_a": True}]}, "cars[0].max_a: must be a number, not true"),
        ({"cars": ["Zoe"]}, 'cars[0]: must be an object, not "Zoe"'),
        ({"cars": []}, "cars: at least one kind of car must have a share above 0"),
        ({"cars": [CAR | {"share": 0}]}, "cars: at least one kind of car must have a share above 0"),
        ({"arrivals": [7]}, "arrivals[0]: must be an object, not 7"),
        ({"arrivals": [WAVE | {"at": "25:00"}]}, "arrivals[0].at: must be a time of the day as 08:30, "),
        ({"arrivals": [WAVE | {"per_connectors": 2}]}, "arrivals[0].per_connectors: unknown key"),
        ({"arrivals": [WAVE | {"asked_kwh": [2, 1]}]}, "arrivals[0].asked_kwh: must be the least, then the most"),
        ({"arrivals": [WAVE | {"asked_kwh": 7}]}, "arrivals[0].asked_kwh: must be a list, not 7"),
        ({"building_pct": {"08:00": 140}}, "building_pct.08:00: must be at most 100, not 140"),
        ({"building_pct": {"Hall": {"8 o'clock": 40}}}, "building_pct.Hall.8 o'clock: must be a time of the day"),
        ({"building_pct": {"Hall": 40, "Yard": {"08:00": 1}}}, "building_pct.Hall: must be an object, not 40"),
        ({"building_pct": {}}, "building_pct: must not be empty"),
        ({"solar": SUN | {"from": "20:00"}}, "solar.to: must be later than “from”"),
        ({"solar": SUN | {"cloud_pct": 30}}, "solar.cloud_pct: unknown key"),
        ({"reductions": [CUT | {"quotient_pct": 101}]}, "reductions[0].quotient_pct: must be at most 100, not 101"),
        ({"reductions": [CUT | {"to": "18:00"}]}, "reductions[0].to: must differ from “from”"),
        ({"weather": "fine"}, "weather: unknown key"),
        ({"jumps": 3}, "jumps: must be an object, not 3"),
        ({"name": ["a"]}, "name: must be a text"),
        ({"name": "a\x1b[31m"}, "name: holds characters that can't be shown"),
    ],
)
def test_an_impossible_scenario_is_refused_by_place_and_rule(changes: dict[str, object], problem: str) -> None:
    with pytest.raises(ScenarioError) as refused:
        scenario(**changes)
    assert [p[: len(problem)] for p in refused.value.problems] == [problem]


def test_every_problem_of_a_scenario_is_told_at_once() -> None:
    with pytest.raises(ScenarioError) as refused:
        scenario(ripple_pct="much", jumps={"per_hours": 2})
    assert refused.value.problems == [
        "jumps.per_hours: unknown key",
        'ripple_pct: must be a number, not "much"',
    ]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("[" * 100_000, "the file is nested too deeply"),
        ('{"cars": 1', "not JSON: line 1, column 11"),
        ("[1]", "must be an object"),
        ('{"cars": [], "arrivals": [], "ripple_pct": 1e999}', "ripple_pct: the number 1e999… is absurd"),
        (f'{{"arrivals": [], "cars": [{{"phases": {"9" * 400}}}]}}', "cars[0].phases: the number 99999999"),
        (f'{{"arrivals": [], "cars": [{{"phases": {"9" * 5_000}}}]}}', "cars[0].phases: the number 99999999"),
        ('{"cars": [], "arrivals": [], "reductions": [{"quotient_pct": 1e999}]}', "reductions[0].quotient_pct: the"),
        ('{"cars": [], "arrivals": [], "ripple_pct": NaN}', "ripple_pct: NaN is not a number"),
        ('{"cars": [], "arrivals": [], "cars": []}', "cars: stands more than once"),
    ],
)
def test_a_file_that_is_no_scenario_is_refused_in_words(tmp_path: Path, text: str, problem: str) -> None:
    file = tmp_path / "odd.json"
    file.write_text(text)
    with pytest.raises(ScenarioError) as refused:
        load_scenario(str(file))
    assert any(told.startswith(problem) for told in refused.value.problems)


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        (
            {"building_pct": {"Zone 2": {"00:00": 10}}},
            "building_pct.Zone 2: only a meter sees a building",
        ),
        ({"building_pct": {"Shed": {"00:00": 10}}}, "building_pct.Shed: the site has no zone “Shed”"),
        ({"reductions": [CUT, CUT | {"zone": "Shed"}]}, "reductions[1].zone: the site has no zone “Shed”"),
        ({"solar": SUN}, "solar: no zone of the site has a production meter"),
    ],
)
def test_what_the_site_does_not_have_is_refused(changes: dict[str, object], problem: str) -> None:
    place = config([zone(1, 40, meter=1, degraded_ma=12_000), zone(2, 20, parent=1)], [connector(1)])
    with pytest.raises(ScenarioError) as refused:
        check_fits(scenario(**changes), place)
    assert [told[: len(problem)] for told in refused.value.problems] == [problem]


def test_what_the_site_has_fits() -> None:
    place = config([zone(1, 40, meter=1, production_meter=2, degraded_ma=12_000)], [connector(1)])
    changes = {"solar": SUN, "reductions": [CUT | {"zone": "Zone 1"}], "building_pct": {"Zone 1": {"00:00": 10}}}
    check_fits(scenario(**changes), place)
