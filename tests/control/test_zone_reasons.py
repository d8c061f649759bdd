"""ENE-21: what of a zone limits a car or pauses it, as the engine says it, in words."""

from typing import Any

import pytest
from django.utils import translation

from control.explaining import explain
from control.sentences import sentence
from engine.model import Production, Reduction, ZoneConfig
from tests.control.cycles import Kept
from tests.engine.builders import Bench, config, connector, zone

MAIN, ROOF = 1, 2
PEAK = (Reduction("time of use: Peak", 100),)
NEXT = "It is number 1 in line; the next review is in 14 min."
PAUSED = f"Paused: zone Zone 1, phase L1 has no 6 A left for this car. {NEXT}"


@pytest.fixture(autouse=True)
def _english() -> None:
    translation.activate("en")


def site(*zones: ZoneConfig, cars: int = 2, at: int = 1, building_a: int = 0, sun_a: int | None = None) -> Bench:
    """Its cars draw what they are told; a figure of the building makes the main meter answer, the sun that of the
    roof, and then local production is all that may be used."""
    strategy = Production.GRID if sun_a is None else Production.LOCAL
    bench = Bench(config(zones, [connector(n, at) for n in range(1, cars + 1)], production=strategy))
    bench.online(*range(1, cars + 1))
    for second in range(60):
        if second == 20:
            bench.plug(*range(1, cars + 1))
        told_a = bench.setpoints_a()
        for n, ampere in enumerate(told_a, 1):
            bench.measure(n, *[ampere] * 3)
        if building_a:
            bench.readings[MAIN] = (int(1000 * (building_a + sum(told_a))),) * 3
        if sun_a is not None:
            bench.readings[ROOF] = (sun_a * 1000,) * 3
        bench.run(1)
    return bench


def said(bench: Bench, identity: int = 1, language: str = "en") -> str:
    reason = bench.at(identity).reason
    with translation.override(language):
        return sentence({"code": reason.code.value, "params": reason.as_dict()})


def test_cars_that_have_local_production_only_are_not_told_that_they_share_the_zone() -> None:
    shared = site(zone(1, 100, production_meter=ROOF), sun_a=20)
    assert said(shared) == (
        "Limited to 10 A by zone Zone 1, phase L1, which has local production only: 2 cars share 20 A."
    )
    assert said(shared, language="fr") == (
        "Limitée à 10 A par la zone Zone 1, phase L1, qui n’a que la production locale\xa0: "
        "2 voitures se partagent 20 A."
    )


def test_a_car_alone_with_local_production_is_told_how_much_that_is() -> None:
    alone = said(site(zone(1, 100, production_meter=ROOF), cars=1, sun_a=20))
    assert alone == "Limited to 20 A by zone Zone 1, phase L1, which has local production only: 20 A."


def test_a_building_that_leaves_less_than_the_production_is_what_limits() -> None:
    bench = site(zone(1, 40, meter=MAIN, degraded_ma=0, production_meter=ROOF), cars=1, building_a=30, sun_a=12)
    assert said(bench) == (
        "Limited to 10 A by zone Zone 1, phase L1: other loads use 42 of 40 A, this car may take the rest. "
        "Local production adds 12 A."
    )


def test_a_car_that_local_production_pauses_is_told_so() -> None:
    bench = site(zone(1, 100, production_meter=ROOF), sun_a=8)
    assert said(bench, 1).endswith("which has local production only: 8 A.")
    assert said(bench, 2).endswith(" The zone has local production only: 8 A.")
    assert said(bench, 2, "fr").endswith(" La zone n’a que la production locale\xa0: 8 A.")


def test_a_station_without_any_local_production_is_told_that_there_is_none() -> None:
    bench = site(zone(1, 100, production_meter=ROOF), zone(2, 50, parent=1), zone(3, 50), cars=1, at=3, sun_a=20)
    assert said(bench).endswith("The zone has local production only: 0 A.")


def test_a_lost_meter_and_local_production_only_are_both_named() -> None:
    bench = site(zone(1, 100, meter=MAIN, degraded_ma=40_000, production_meter=ROOF), sun_a=20)
    assert said(bench) == (
        "Limited to 10 A: the meter of zone Zone 1 is lost, and all its cars share local production only: "
        "20 A on phase L1."
    )
    assert "n’ont que la production locale" in said(bench, language="fr")


def test_the_guard_margin_is_named() -> None:
    bench = site(zone(1, 100, meter=MAIN, degraded_ma=30_000, margin_ma=20_000), building_a=50)
    assert said(bench) == (
        "Limited to 15 A by zone Zone 1, phase L1: other loads use 50 of 100 A, 2 cars share the rest. "
        "20 A are kept as a guard margin."
    )
    assert said(bench, language="fr").endswith(" 20 A sont gardés comme marge de sécurité.")


def test_a_car_that_a_lost_meter_pauses_is_told_so() -> None:
    bench = site(zone(1, 63, meter=MAIN, degraded_ma=5_000), cars=1)
    assert said(bench) == f"{PAUSED} The zone's meter is lost, so all its cars share 5 A."
    assert said(bench, language="fr").endswith(
        " Le compteur de la zone est perdu, toutes ses voitures se partagent donc 5 A."
    )


def test_a_car_that_the_building_pauses_is_told_so() -> None:
    bench = site(zone(1, 63, meter=MAIN, degraded_ma=5_000), cars=1, building_a=60)
    assert said(bench) == f"{PAUSED} Other loads use 60 of 63 A."
    assert said(bench, language="fr").endswith(" Les autres charges prennent 60 A sur 63 A.")


def test_a_car_that_the_guard_margin_pauses_is_told_so() -> None:
    bench = site(zone(1, 63, meter=MAIN, degraded_ma=5_000, margin_ma=10_000), cars=1, building_a=50)
    assert said(bench) == f"{PAUSED} Other loads use 50 of 63 A. 10 A are kept as a guard margin."


@pytest.mark.parametrize(
    ("degraded_a", "quotient_pm", "said_too"),
    [
        (40, 100, " The zone is reduced from 100 to 10 A (time of use: Peak)."),
        (40, 700, ""),
    ],
)
def test_a_reduction_that_leaves_less_than_the_degraded_setpoint_is_named(
    degraded_a: int, quotient_pm: int, said_too: str
) -> None:
    reductions = (Reduction("time of use: Peak", quotient_pm),)
    bench = site(zone(1, 100, meter=MAIN, degraded_ma=degraded_a * 1000, reductions=reductions), cars=2)
    shared_a = min(degraded_a, quotient_pm // 10)
    assert f"so all its cars share {shared_a} A on phase L1.{said_too}" in said(bench)
    assert bool(said_too) == ("reduced" in said(bench))


def test_a_car_that_a_lost_meter_and_a_reduction_pause_is_told_of_both() -> None:
    bench = site(zone(1, 50, meter=MAIN, degraded_ma=40_000, reductions=PEAK), cars=1)
    assert said(bench) == (
        f"{PAUSED} The zone's meter is lost, so all its cars share 5 A. "
        "The zone is reduced from 50 to 5 A (time of use: Peak)."
    )


def test_what_is_kept_for_others_is_named_beside_a_lost_meter() -> None:
    bench = site(zone(1, 100, meter=MAIN, degraded_ma=40_000), cars=2)
    reason = bench.at(1).reason.as_dict()
    told = sentence({"code": "degraded", "params": {**reason, "reserved_a": 7.5}})
    assert told.endswith(" 7.5 A are kept for charging points that are not under control.")


def table(kept: Kept) -> list[list[str]]:
    lines = explain(kept.cycles[-1], 1, {1: "A/1", 2: "B/1"}).splitlines()
    head = next(i for i, line in enumerate(lines) if line.startswith("ZONE"))
    return [row.split() for row in lines[head : head + 2]]


def kept(zone_config: ZoneConfig, **more: Any) -> Kept:
    return Kept(config([zone_config], [connector(1), connector(2)], **more)).plug(1, 2)


def test_the_table_of_a_cycle_shows_that_there_is_local_production_only() -> None:
    head, row = table(kept(zone(1, 100, production_meter=ROOF), production=Production.LOCAL))
    assert head[-4:] == ["LOCAL", "ONLY", "RESERVED", "FREE"]
    assert row[-3:] == ["0", "0", "0"]


def test_the_table_of_a_cycle_shows_the_degraded_setpoint_of_a_lost_meter() -> None:
    head, row = table(kept(zone(1, 100, meter=MAIN, degraded_ma=40_000)))
    assert head[-3:] == ["DEGRADED", "RESERVED", "FREE"]
    assert row[-3:] == ["40", "0", "40"]


def test_the_table_has_no_column_for_what_is_nowhere() -> None:
    head, _row = table(kept(zone(1, 100)))
    assert head[-3:] == ["BUILDING", "RESERVED", "FREE"]
