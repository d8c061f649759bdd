"""`simulate_day`: a site file and a scenario in, a report and a picture out."""

import json
from datetime import time
from io import StringIO
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from django.core.management import CommandError, call_command

from commissioning.configuring import site_config
from commissioning.day_reductions import period_cuts
from commissioning.site_file import read
from control.loading import load_config
from tests.commissioning.files import document, meter, station, text, zone
from zones.periods import PeriodPlan
from zones.tou import Slot

SVG = "{http://www.w3.org/2000/svg}"
QUIET = {
    "name": "quiet",
    "from": "07:00",
    "cars": [{"battery_kwh": 60, "phases": 3, "max_a": 16}],
    "arrivals": [{"at": "08:00", "spread_min": 5, "per_connector": 1, "stay_h": 1, "asked_kwh": [12, 14]}],
}


@pytest.fixture
def site_path(tmp_path: Path) -> Path:
    path = tmp_path / "site.json"
    path.write_text(text(zone("Yard <1>", 16, stations=[station("CP-1", name="A & B"), station("CP-2")])))
    return path


@pytest.fixture
def quiet(tmp_path: Path) -> Path:
    path = tmp_path / "quiet.json"
    path.write_text(json.dumps(QUIET))
    return path


def run(*words: object) -> str:
    out = StringIO()
    call_command("simulate_day", *map(str, words), stdout=out)
    return out.getvalue()


def test_it_prints_energy_cars_and_zones(site_path: Path, quiet: Path) -> None:
    said = run(site_path, "--scenario", quiet)
    assert "Depot: quiet, 24 hours from 07:00" in said
    assert "Served in full              0 / 2" in said
    assert "Yard <1>  L1     16         16      100" in said
    assert "Left with less than they asked for" in said


def test_it_speaks_french(site_path: Path, quiet: Path) -> None:
    assert "Énergie demandée" in run(site_path, "--scenario", quiet, "--language", "fr")


def test_the_picture_has_a_panel_for_each_zone_and_a_bar_for_each_car(site_path: Path, quiet: Path) -> None:
    picture = site_path.with_suffix(".svg")
    run(site_path, "--scenario", quiet, "--svg", picture)
    root = ET.parse(picture).getroot()
    words = [node.text for node in root.iter(f"{SVG}text")]
    assert words.count("A & B/1") == words.count("CP-2/1") == words.count("Yard <1>") == 1
    assert len([path for path in root.iter(f"{SVG}path") if path.get("class") == "limit"]) == 2


@pytest.mark.parametrize(("language", "start"), [("en", "Warning: "), ("fr", "Avertissement : ")])
def test_findings_of_the_configuration_are_told_as_check_site_tells_them(
    tmp_path: Path, quiet: Path, language: str, start: str
) -> None:
    path = tmp_path / "small.json"
    path.write_text(text(zone("Yard", 5, stations=[station("CP-1")])))
    warnings, checked = StringIO(), StringIO()
    arguments = [str(path), "--language", language]
    call_command("check_site", *arguments, stdout=checked)
    call_command("simulate_day", *arguments, "--scenario", str(quiet), stdout=StringIO(), stderr=warnings)
    assert warnings.getvalue().splitlines() == checked.getvalue().splitlines()
    assert start in warnings.getvalue()


def with_period(path: Path, **keys: object) -> Path:
    """The site with a period that stops charging while the cars of the quiet day are there."""
    slots = [{"start": "07:30", "end": "09:30"}]
    period = {"name": "Peak", "max_charge_pct": 0, "slots": slots, "zones": ["Yard <1>"]}
    path.write_text(json.dumps({**json.loads(path.read_text()), "periods": [period | keys]}))
    return path


def test_time_of_use_counts_on_its_weekdays_only(site_path: Path, quiet: Path) -> None:
    file = with_period(site_path, days=["monday"])
    reduced, free = run(file, "--scenario", quiet), run(file, "--scenario", quiet, "--weekday", "sunday")
    assert "Energy delivered            0 kWh" in reduced
    assert "Yard <1>  07:30  09:30  0" in reduced
    assert "Energy delivered            0 kWh" not in free
    assert "Reduced:" not in free


@pytest.mark.parametrize(("words", "told"), [({}, "cars over 1 min"), ({"enabled": False}, "0 cars over")])
def test_seconds_until_the_first_current_are_no_pause(
    site_path: Path, quiet: Path, words: dict[str, bool], told: str
) -> None:
    assert told in run(with_period(site_path, **words), "--scenario", quiet)


def test_a_period_that_is_off_counts_for_nothing(site_path: Path, quiet: Path) -> None:
    assert "Reduced:" not in run(with_period(site_path, enabled=False), "--scenario", quiet)


def test_a_zone_reduced_to_nothing_still_has_a_peak_that_means_something(site_path: Path, quiet: Path) -> None:
    assert "Yard <1>  L1     16         0       0  " in run(with_period(site_path), "--scenario", quiet)


@pytest.mark.parametrize(
    ("start", "end", "from_h", "held"),
    [
        ("22:00", "06:00", 0, [(0, True), (5.9, True), (6.1, False), (21.9, False), (22.1, True)]),
        ("22:00", "06:00", 12, [(21.9, False), (23, True), (29, True), (30.1, False)]),
        ("00:00", "00:00", 7, [(7, True), (18.9, True), (19.1, True), (30.9, True)]),
    ],
)
def test_slots_cross_midnight(start: str, end: str, from_h: float, held: list[tuple[float, bool]]) -> None:
    """Every day, seen by 24 hours that begin somewhere in it."""
    slot = Slot(time.fromisoformat(start), time.fromisoformat(end))
    period = PeriodPlan("periods[0]", "Night", 50, frozenset(range(7)), (slot,), ("Yard",))
    cuts = period_cuts([period], 0, from_h * 3600)
    assert [(hour, any(cut.holds(hour * 3600) for cut in cuts)) for hour, _ in held] == held


def test_a_slot_of_the_day_before_reaches_into_the_morning() -> None:
    sunday_night = PeriodPlan("", "Night", 50, frozenset({6}), (Slot(time(22), time(6)),), ("Yard",))
    monday, tuesday = period_cuts([sunday_night], 0, 0), period_cuts([sunday_night], 1, 0)
    assert [cut.holds(3 * 3600) for cut in monday] == [True]
    assert not any(cut.holds(23 * 3600) for cut in monday)
    assert not tuesday


@pytest.mark.parametrize(
    ("content", "words", "why"),
    [
        ("no", (), "is no site file"),
        (text(zone(meter="absent")), (), r"zones\[0\].meter"),
        (text(zone()), (), "has no stations"),
        (text(zone(stations=[station()])), ("--scenario", "picnic"), "neither a file nor one of"),
        (text(zone(stations=[station()])), ("--scenario", __file__), "is no scenario"),
    ],
)
def test_what_can_not_be_simulated_is_said(tmp_path: Path, content: str, words: tuple[str, ...], why: str) -> None:
    path = tmp_path / "site.json"
    path.write_text(content)
    with pytest.raises(CommandError, match=why):
        run(path, *words)


@pytest.mark.parametrize(
    ("language", "told"),
    [
        (
            "en",
            [
                " is no scenario for this site:",
                "  reductions[0].zone: the site has no zone “Garden”; use the name of one, or *",
                (
                    "  building_pct.Yard <1>: only a meter sees a building, and “Yard <1>” has none; "
                    "give the zone one, or leave this out"
                ),
            ],
        ),
        (
            "fr",
            [
                " n’est pas un scénario pour ce site :",
                "  reductions[0].zone: le site n’a pas de zone « Garden » ; donnez le nom d’une de ses zones, ou *",
                (
                    "  building_pct.Yard <1>: seul un compteur voit un bâtiment, et « Yard <1> » n’en a pas ; "
                    "donnez-en un à la zone, ou retirez ceci"
                ),
            ],
        ),
    ],
)
def test_a_scenario_of_another_site_is_refused(site_path: Path, quiet: Path, language: str, told: list[str]) -> None:
    cut = {"zone": "Garden", "from": "08:00", "to": "09:00", "quotient_pct": 50}
    quiet.write_text(json.dumps(QUIET | {"reductions": [cut], "building_pct": {"Yard <1>": {"00:00": 10}}}))
    with pytest.raises(CommandError) as refused:
        run(site_path, "--scenario", quiet, "--language", language)
    assert str(refused.value).removeprefix(str(quiet)).splitlines() == told


def test_mistakes_of_a_scenario_are_told_in_the_language_asked_for(site_path: Path, quiet: Path) -> None:
    quiet.write_text(json.dumps(QUIET | {"cars": ["Zoe", {"battery_kwh": 60, "max_a": 16}]}))
    with pytest.raises(CommandError) as refused:
        run(site_path, "--scenario", quiet, "--language", "fr")
    assert str(refused.value).splitlines()[1:] == [
        '  cars[0]: doit être un objet, et non "Zoe"',
        "  cars[1].phases: manque",
    ]


def test_a_scenario_can_not_write_to_the_terminal(site_path: Path, quiet: Path) -> None:
    quiet.write_text(json.dumps(QUIET | {"\x1b[31m": 1}))
    with pytest.raises(CommandError) as refused:
        run(site_path, "--scenario", quiet)
    assert str(refused.value).splitlines()[1:] == ["  \\u001b[31m: unknown key"]


def test_a_dc_station_of_the_file_charges_with_the_power_of_the_car(tmp_path: Path, quiet: Path) -> None:
    """60 kWh at 90 kW, which is 130 A and, at an efficiency of 92 %, 142 A on every line."""
    outlet = {"id": 1, "phases": "L1L2L3", "max_current_a": 180, "kind": "dc", "efficiency_pct": 92}
    path = tmp_path / "dc.json"
    path.write_text(text(zone("Yard", 200, stations=[station("CP-1", connectors=[outlet])])))
    wave = {"at": "08:00", "per_connector": 1, "stay_h": 1, "asked_kwh": [40, 40]}
    quiet.write_text(json.dumps(QUIET | {"arrivals": [wave]}))
    said = run(path, "--scenario", quiet)
    assert "Energy delivered            40 kWh (100 %)" in said
    assert [row.split()[-4] for row in said.splitlines() if "  200  " in row] == ["141.8"] * 3


def test_a_site_of_one_line_is_told_with_one(tmp_path: Path, quiet: Path) -> None:
    outlet = {"id": 1, "phases": "L1", "max_current_a": 32}
    content = document(zone("Yard", 40, stations=[station("CP-1", connectors=[outlet])]))
    content["site"]["grid"] = "1x230"
    path = tmp_path / "single.json"
    path.write_text(json.dumps(content))
    said = run(path, "--scenario", quiet)
    assert "Yard  L1" in said
    assert not any(line in said for line in ("L2", "L3"))


@pytest.mark.django_db
def test_the_configuration_of_a_file_is_what_loading_it_gives(tmp_path: Path) -> None:
    """Ids aside: rows count on, a file counts from 1."""
    child = zone("Yard", 30, stations=[station("CP-1", vip=True), station("CP-2")])
    main = zone("Main", 60, meter="Main meter", degraded_a=20, margin_a=2.5, zones=[child])
    main["reductions"] = [{"source": "contract", "quotient_pct": 80}]
    content = json.dumps(document(main, meters=[meter()]))
    path = tmp_path / "site.json"
    path.write_text(content)
    call_command("load_site", str(path), stdout=StringIO(), stderr=StringIO())
    loaded, read_here = load_config(), site_config(read(content))
    for ours, theirs in zip(read_here.zones, loaded.zones, strict=True):
        assert (ours.name, ours.max_ma, ours.degraded_ma, ours.margin_ma, ours.reductions) == (
            theirs.name,
            theirs.max_ma,
            theirs.degraded_ma,
            theirs.margin_ma,
            theirs.reductions,
        )
    assert [(c.wiring, c.rating_ma, c.vip, c.label) for c in read_here.connectors] == [
        (c.wiring, c.rating_ma, c.vip, c.label) for c in loaded.connectors
    ]
    assert [(z.meter is None, z.parent is None) for z in read_here.zones] == [
        (z.meter is None, z.parent is None) for z in loaded.zones
    ]
