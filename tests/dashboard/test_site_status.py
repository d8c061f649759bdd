import io
import json

import pytest
from django.core.management import CommandError, call_command

from common import clock
from tests.dashboard import documents as build
from tests.dashboard import people

pytestmark = pytest.mark.django_db


def said(*options: str) -> str:
    out = io.StringIO()
    call_command("site_status", *options, stdout=out, no_color=True)
    return out.getvalue()


def test_without_a_document_it_says_how_to_get_one() -> None:
    with pytest.raises(CommandError, match="runevce"):
        said()


def test_zones_and_connectors_are_lined_up() -> None:
    zones = [build.zone(1, "Building"), build.zone(2, "North", parent=1, meter=None, mode="static")]
    stations = [build.station(1), build.station(2, name="A much longer name")]
    people.publish(build.document(zones, stations, [build.connector(1), build.connector(2)]))
    lines = said().splitlines()
    first, second = (next(line for line in lines if line.startswith(name)) for name in ("Station 1", "A much longer"))
    assert first.index("Charging") == second.index("Charging")
    assert any(line.startswith("  North") for line in lines)
    assert "3 cars share the rest" in first


def test_figures_per_phase_and_the_age_of_the_meter_are_there() -> None:
    people.publish(build.document())
    line = next(line for line in said().splitlines() if line.startswith("Building"))
    assert "160 160 160" in line
    assert "40 38.5 41.2" in line
    assert "Main meter: read 1 s ago" in line


def test_what_reduces_a_zone_is_there() -> None:
    peak = {"source": "time of use: Peak", "quotient_pct": 60.0}
    people.publish(build.document([build.zone(reductions=[peak])]))
    assert "Reduced to 60 % (time of use: Peak)" in said()


def test_old_figures_are_called_stale() -> None:
    people.publish(build.document(at="2020-01-01T00:00:00Z"))
    assert "STALE" in said()
    assert json.loads(said("--json"))["stale"] is True


def test_fresh_figures_are_not() -> None:
    people.publish(build.document(at=clock.now().isoformat(timespec="seconds")))
    assert "STALE" not in said()


def test_json_is_the_document_with_sentences() -> None:
    people.publish(build.document())
    document = json.loads(said("--json"))
    assert document["zones"][0]["building_a"] == [40.0, 38.5, 41.2]
    assert document["connectors"][0]["reason"]["sentence"].startswith("Limited to 16 A")


def test_a_name_cannot_write_to_the_terminal() -> None:
    people.publish(build.document(stations=[build.station(name="\x1b[31mred\r\nx")]))
    assert "\x1b" not in said()
    assert "red" in said()


def test_it_speaks_french() -> None:
    people.publish(build.document())
    text = said("--language", "fr")
    assert "3 voitures se partagent le reste" in text
    assert "Dynamique" in text
