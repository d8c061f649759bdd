"""The simulator's reading of site files, and the sites it ships."""

import json
from pathlib import Path
from random import Random
from typing import Any

import pytest

from simulator.site import Site, read_site
from simulator.sites import large_site

DEMO = Path(__file__).parents[2] / "simulator" / "sites" / "demo.json"


def read(**document: Any) -> Site:
    return read_site(document, Random(1))


def zone(**more: Any) -> dict[str, Any]:
    return {"name": "Top", "max_current_a": 63} | more


def station(identity: str, *phases: str) -> dict[str, Any]:
    return {
        "box_identity": identity,
        "connectors": [{"id": n, "phases": p, "max_current_a": 16} for n, p in enumerate(phases, start=1)],
    }


def test_connectors_hang_on_their_lines() -> None:
    site = read(zones=[zone(stations=[station("A", "L2L3L1", "L3")])])
    assert [c.wiring for c in site.plant.cables] == [((1,), (2,), (0,)), ((2,),)]
    assert [(o.rating_ma, o.terminals) for o in site.stations["A"].spec.outlets] == [(16_000, 3), (16_000, 1)]


def test_a_delta_load_hangs_on_two_lines() -> None:
    site = read(site={"grid": "3x230"}, zones=[zone(stations=[station("A", "L1-L2", "L1L2L3")])])
    assert [c.wiring for c in site.plant.cables] == [((0, 1),), ((0,), (1,), (2,))]
    assert [round(o.w_per_a) for o in site.stations["A"].spec.outlets] == [230, 398]


def test_the_smallest_reduction_makes_the_limit() -> None:
    site = read(zones=[zone(reductions=[{"source": "a", "quotient_pct": 80}, {"source": "b", "quotient_pct": 50}])])
    assert (site.plant.boards["Top"].limit_ma, site.plant.boards["Top"].max_ma) == (31_500, 63_000)


def test_meters_are_given_to_their_zones() -> None:
    meter = {"name": "M", "model": "NSX", "host": "127.0.0.1", "port": 1502, "unit": 3}
    site = read(meters=[meter], zones=[zone(meter="M")])
    assert site.plant.boards["Top"].meter is site.plant.meters()["M"]
    assert (site.addresses[0].port, site.addresses[0].unit) == (1502, 3)


def test_a_group_without_a_reader_starts_by_itself_and_a_card_belongs_to_its_group() -> None:
    site = read(
        zones=[zone(stations=[station("A", "L1"), station("B", "L1")])],
        groups=[{"name": "Free", "online": "off", "stations": ["A"]}, {"name": "Staff", "stations": ["B"]}],
        cards=[
            {"id_tag": "OK", "authorised": True, "groups": ["Staff"]},
            {"id_tag": "NO", "authorised": False, "groups": ["Staff"]},
        ],
    )
    assert [site.stations[name].spec.auto_start for name in "AB"] == [True, False]
    assert site.cards == {"A": [], "B": ["OK"]}


def test_two_zones_of_one_name_are_refused() -> None:
    with pytest.raises(ValueError, match="two zones"):
        read(zones=[zone(), zone()])


def test_the_demo_site_can_be_read() -> None:
    site = read_site(json.loads(DEMO.read_text()), Random(1))
    assert 6 <= len(site.stations) <= 10
    assert all(address.port > 1024 for address in site.addresses)
    assert all(site.cards[name] for name in site.stations if name.startswith(("CP", "OF")))


def test_the_large_site_has_the_size_of_cap_1() -> None:
    site = read_site(large_site(250), Random(1))
    assert (len(site.stations), len(site.plant.cables)) == (250, 500)
    assert len(site.plant.boards) <= 20
