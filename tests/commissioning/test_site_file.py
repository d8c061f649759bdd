"""What a site file may say: each mistake is named with its path."""

import json
from typing import Any

import pytest
from django.utils import translation

from commissioning import site_file
from commissioning.site_structure import SiteFileError
from tests.commissioning.files import document, meter, station, text, zone

TWO_IN_ONE = [station("CP-1"), station("CP-1")]
DEEP = zone("1", zones=[zone("2", zones=[zone("3", zones=[zone("4", zones=[zone("5")])])])])


def complaints(content: str) -> list[str]:
    with pytest.raises(SiteFileError) as caught:
        site_file.read(content)
    return [str(problem) for problem in caught.value.problems]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("{", "not JSON: line 1, column 2"),
        ("", "the file is empty"),
        ("[]", "must be an object"),
        ('{"site": {}, "site": {}}', "site: stands more than once"),
        ('{"zones": [{}, {"name": "A", "name": "B"}]}', "zones[1].name: stands more than once"),
        ('{"zones": [{"max_current_a": NaN}]}', "zones[0].max_current_a: NaN is not a number"),
        ('{"site": ' + "9" * 5000 + "}", "site: the number 99999999999999999999… is absurd"),
        ('{"site": 1e999999}', "is absurd"),
        ("[" * 100_000, "nested too deeply"),
        ("[" * 200 + "]" * 200, "nested too deeply"),
        (text(), None),
        (text(extra=1), "extra: unknown key"),
        (text(site={"grid": "3x400N"}), "site.name: is missing"),
        (text(site={"name": "x", "grid": "3x500"}), "site.grid: must be one of “3x400N”, “3x230”, “1x230”, not"),
        (text(site={"name": "x", "grid": "3x400N", "review_s": 5}), "site.review_s: must be at least 60, not 5"),
        (text(zone(zones=[zone("Sub", "20")])), 'zones[0].zones[0].max_current_a: must be a number, not "20"'),
        (text(zone(max_current_a=True)), "zones[0].max_current_a: must be a number, not true"),
        (text(zone(max_current_a=-1)), "zones[0].max_current_a: must be at least 0, not -1"),
        (text(zone(max_current_a=20.25)), "zones[0].max_current_a: must be a multiple of 0.1, not 20.25"),
        (text(zone(degraded_a="x")), 'zones[0].degraded_a: must be a number, not "x"'),
        (text(zone(colour="red")), "zones[0].colour: unknown key"),
        (text(zone("")), "zones[0].name: must not be empty"),
        (text(zone("  ")), 'zones[0].name: must not be blank, nor begin or end with a space, not "  "'),
        (text(zone("Main ")), "zones[0].name: must not be blank"),
        (text(zone(stations=[station(name=" ")])), "zones[0].stations[0].name: must not be blank"),
        (text(zone(stations=[station(name="")])), None),
        (text(zone("a\u202eb")), "zones[0].name: holds characters that can't be shown"),
        (text(zone("a\ud800")), "zones[0].name: holds characters that can't be shown"),
        (text(zone(stations=[station("CP 1")])), "zones[0].stations[0].box_identity: must be 1 to 30 of"),
        (text(zone(stations=[station("CP-1\n")])), "zones[0].stations[0].box_identity: holds characters"),
        (text(zone(stations=[station("x" * 31)])), "zones[0].stations[0].box_identity: must be 1 to 30 of"),
        (text(zone(stations=[station(connectors=[])])), "zones[0].stations[0].connectors: must not be empty"),
        (text(zone(stations=[station(connectors=[{"id": 1, "kind": "hvdc"}])])), "must be one of “ac”, “dc”"),
        (text(zone(stations=[station(connectors=[{"id": 1, "efficiency_pct": 40}])])), "must be at least 50, not 40"),
        (text(groups=[{"name": "G", "stations": "some"}]), "groups[0].stations: must be “all” or a list"),
    ],
)
def test_structure(content: str, expected: str | None) -> None:
    if expected is None:
        site_file.read(content)
    else:
        assert any(expected in complaint for complaint in complaints(content))


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (text(zone(zones=[zone("Sub", 60.1)])), "zones[0].zones[0].max_current_a: 60.1 A is more than the 60 A"),
        (text(zone(), zone()), "zones[1].name: more than one zone is named “Main”"),
        (text(*[zone(str(n)) for n in range(21)]), "zones: 21 zones; at most 20"),
        (text(DEEP), "zones[0].zones[0].zones[0].zones[0].zones[0]: level 5; at most 4"),
        (text(zone(zones=[zone("Sub")], stations=[station()])), "zones[0].stations: “Main” has sub-zones"),
        (text(zone(stations=TWO_IN_ONE)), "zones[0].stations[1].box_identity: box identity “CP-1” is used already"),
        (text(zone(meter="Ghost", degraded_a=5)), "zones[0].meter: no meter of this file is named “Ghost”"),
        (text(zone(meter="Main meter"), meters=[meter()]), "zones[0].degraded_a: a zone with a meter needs"),
        (text(zone(degraded_a=61)), "zones[0].degraded_a: 61 A is more than"),
        (text(zone(margin_a=61)), "zones[0].margin_a: 61 A is more than"),
        (
            text(
                zone(meter="Main meter", degraded_a=5),
                zone("B", production_meter="Main meter"),
                meters=[meter()],
            ),
            "zones[1].production_meter: meter “Main meter” already serves zones[0].meter",
        ),
        (text(meters=[meter(), meter()]), "meters[1].name: more than one meter is named"),
        (text(meters=[meter(model="X1")]), "meters[0].model: unknown model “X1”"),
        (text(meters=[meter(host="a b")]), "meters[0].host:"),
        (
            text(site={"name": "x", "grid": "3x400N", "production": "local"}),
            "site.production: “local” needs a zone with a production meter",
        ),
        (
            text(zone(stations=[station(connectors=[{"id": 1}, {"id": 1}])])),
            "zones[0].stations[0].connectors[1].id: connector 1 stands more than once",
        ),
        (
            text(zone(stations=[station(connectors=[{"id": 1, "phases": "L1-L2"}])])),
            "zones[0].stations[0].connectors[0].phases: wiring L1L2 does not exist on a 3x400N grid",
        ),
        (
            text(zone(stations=[station(connectors=[{"id": 1, "kind": "dc", "phases": "L2"}])])),
            "zones[0].stations[0].connectors[0].phases: a DC station loads every phase",
        ),
        (
            text(zone(reductions=[{"source": "a", "quotient_pct": 5}, {"source": "a", "quotient_pct": 6}])),
            "zones[0].reductions: more than one reduction has the source “a”",
        ),
        (text(groups=[{"name": "G", "stations": ["CP-9"]}]), "groups[0].stations[0]: no station of this file"),
        (
            text(
                zone(stations=[station()]), groups=[{"name": "G", "stations": "all"}, {"name": "H", "stations": "all"}]
            ),
            "groups[1].stations: “CP-1” is in group “G” already",
        ),
        (text(cards=[{"id_tag": "a"}, {"id_tag": "A"}]), "cards[1].id_tag: the card stands already at cards[0]"),
        (text(cards=[{"id_tag": "a", "groups": ["G"]}]), "cards[0].groups[0]: no group of this file is named “G”"),
    ],
)
def test_rules(content: str, expected: str) -> None:
    assert any(expected in complaint for complaint in complaints(content))


def test_every_mistake_is_listed_at_once() -> None:
    content = text(zone(zones=[zone("Sub", 80)]), zone(degraded_a=90), meters=[meter(model="X")])
    assert len(complaints(content)) == 5


def test_the_example_in_the_documentation_is_a_site_file() -> None:
    from django.conf import settings

    page = (settings.BASE_DIR / "docs" / "site-file.md").read_text(encoding="utf-8")
    example = page.split("```json\n")[1].split("```")[0]
    assert site_file.read(example).stations[1].box_identity == "CP-02"


@pytest.mark.parametrize("key", ["site", "zones", "meters", "groups", "cards", "periods", "digital_inputs"])
@pytest.mark.parametrize("junk", [None, 0, "x", [None], {"a": 1}, [[]], [0], ["x"], [{}]])
def test_a_mutilated_section_is_refused_by_name(key: str, junk: Any) -> None:
    whole = document(zone(stations=[station()], reductions=[{"source": "a", "quotient_pct": 5}]))
    assert all(complaint.startswith(key) for complaint in complaints(json.dumps(whole | {key: junk})))


def test_a_wiring_that_the_grid_does_not_have_is_told_in_french_too() -> None:
    with translation.override("fr"), pytest.raises(SiteFileError, match="le câblage L1L2 n’existe pas sur un réseau"):
        site_file.read(text(zone(stations=[station(connectors=[{"id": 1, "phases": "L1-L2"}])])))
