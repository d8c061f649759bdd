"""A site file becomes rows, and rows become the same file."""

import json
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import CommandError

from chargers.models import Connector, Station
from commissioning.exporting import export_site, to_json
from commissioning.loading import load_site
from commissioning.site_structure import SiteFileError
from common import clock
from metering.models import Meter
from rfid.models import AuthGroup, Card
from tests.chargers import builders as site
from tests.commissioning.files import document, meter, station, text, zone
from tests.transactions.builders import begun
from zones.limits import set_limit
from zones.models import Reduction, Site, Zone

pytestmark = pytest.mark.django_db


DC = {
    "id": 3,
    "phases": "L1L2L3",
    "max_current_a": 16,
    "kind": "dc",
    "minimum_a": 7.5,
    "efficiency_pct": 92,
}


def full() -> dict[str, Any]:
    """Every key, in the order of the export."""
    car_park = zone("Car park", 40.5, stations=[station("CP-1"), station("CP-2", vip=True)])
    visitors = zone("Visitors", 20, stations=[station("VI-1", connectors=[_outlet(1, "L2"), _outlet(2, "L3L1L2"), DC])])
    main = zone(
        meter="Main meter",
        degraded_a=30.5,
        margin_a=2,
        production_meter="Roof",
        reductions=[{"source": "contract", "quotient_pct": 80}],
        zones=[car_park, visitors],
    )
    return document(
        main,
        zone("Annex", 32),
        meters=[meter(), meter("Roof", model="PowerTag A", unit=2), meter("Spare", unit=3)],
        groups=[
            {"name": "Staff", "online": "known", "offline": "cache", "stations": ["CP-1", "CP-2"]},
            {"name": "Visitors", "online": "off", "offline": "all", "stations": ["VI-1"]},
        ],
        cards=[
            {"id_tag": "04AA", "authorised": True, "vip": True, "groups": ["Staff", "Visitors"]},
            {"id_tag": "04BB", "authorised": False, "vip": False, "groups": []},
        ],
    )


def _outlet(number: int, phases: str) -> dict[str, Any]:
    return {"id": number, "phases": phases, "max_current_a": 16}


def reducers() -> dict[str, Any]:
    """Every key, in the order of the export."""
    night = {
        "name": "Peak",
        "enabled": True,
        "days": ["monday", "friday"],
        "slots": [{"start": "17:00", "end": "19:30"}, {"start": "22:00", "end": "06:00"}],
        "max_charge_pct": 80,
        "zones": ["Main", "Car park"],
    }
    receiver = {
        "name": "Receiver",
        "host": "10.0.0.9",
        "port": 1502,
        "unit": 7,
        "table": "coil",
        "number": 3,
        "inverted": True,
        "quotient_pct": 0,
        "when_lost": "inactive",
        "zones": ["Annex"],
    }
    return {"periods": [night], "digital_inputs": [receiver]}


def exported() -> Any:
    return json.loads(to_json(export_site()))


def test_what_is_loaded_is_what_is_exported() -> None:
    load_site(json.dumps(full()))
    assert exported() == full()


def test_loading_again_changes_nothing_and_says_so() -> None:
    load_site(json.dumps(full()))
    version = Site.objects.get().version
    assert not load_site(json.dumps(full())).changed
    assert Site.objects.get().version == version


def test_a_change_is_a_new_version_and_keeps_the_rows() -> None:
    load_site(json.dumps(full()))
    before = Site.objects.get().version, set(Connector.objects.values_list("pk", flat=True))
    changed = full()
    changed["zones"][0]["zones"][0]["max_current_a"] = 32
    assert load_site(json.dumps(changed)).changed
    assert Site.objects.get().version > before[0]
    assert set(Connector.objects.values_list("pk", flat=True)) == before[1]


def test_stations_loaded_count_as_installed_even_if_they_were_detected() -> None:
    detected = site.detected("CP-1")
    load_site(text(zone(stations=[station("CP-1")])))
    detected.refresh_from_db()
    assert detected.state == Station.State.INSTALLED


def test_a_station_that_the_file_does_not_name_stays_in_no_zone() -> None:
    load_site(text(zone(stations=[station("CP-1"), station("CP-2")])))
    assert load_site(text(zone(stations=[station("CP-1")]))).unassigned == ["CP-2"]
    assert Station.objects.get(box_identity="CP-2").zone is None


def test_a_zone_that_the_file_does_not_name_is_gone_and_its_meter_is_free() -> None:
    load_site(json.dumps(full()))
    load_site(text(zone("Other")))
    assert list(Zone.objects.values_list("name", flat=True)) == ["Other"]
    assert not Meter.objects.filter(zone__isnull=False).exists()


def test_meters_change_places() -> None:
    load_site(json.dumps(full()))
    swapped = full()
    main = swapped["zones"][0]
    main["meter"], main["production_meter"] = main["production_meter"], main["meter"]
    load_site(json.dumps(swapped))
    assert exported() == swapped


def green(*zones: dict[str, Any]) -> str:
    own = {**document()["site"], "production": "local"}
    return text(*zones, site=own, meters=[meter("Roof"), meter("Wall", unit=2)])


def test_production_meters_change_places_while_the_strategy_needs_them() -> None:
    """ENE-5: what counts is the site that the file makes."""
    load_site(green(zone(production_meter="Roof")))
    other = green(zone(production_meter="Wall", meter="Roof", degraded_a=10))
    load_site(other)
    assert exported() == json.loads(other)
    moved = green(zone(), zone("Annex", production_meter="Roof"))
    load_site(moved)
    assert exported() == json.loads(moved)


def test_the_last_production_meter_goes_together_with_the_strategy() -> None:
    load_site(green(zone(production_meter="Roof")))
    load_site(text(zone()))
    assert Site.objects.get().production == Site.Production.GRID
    assert not Meter.objects.filter(zone__isnull=False).exists()


def test_a_meter_that_faces_the_other_way_does_so_on_another_box() -> None:
    """MET-6: with the wrong sign the building's load would be room for cars."""
    load_site(text(zone(), meters=[meter(inverted=True)]))
    assert Meter.objects.get().inverted
    assert exported()["meters"][0]["inverted"] is True


@pytest.mark.parametrize(("said", "kept"), [({}, True), ({"inverted": False}, False)])
def test_a_file_that_says_nothing_of_the_direction_leaves_what_is_known_of_it(
    said: dict[str, bool], kept: bool
) -> None:
    load_site(text(zone(), meters=[meter(inverted=True)]))
    silent = {key: value for key, value in meter(unit=9).items() if key != "inverted"}
    assert load_site(text(zone(), meters=[silent | said])).changed
    assert (Meter.objects.get().unit, Meter.objects.get().inverted) == (9, kept)


def test_the_direction_alone_is_a_change() -> None:
    load_site(text(zone(), meters=[meter()]))
    assert load_site(text(zone(), meters=[meter(inverted=True)])).changed
    assert Meter.objects.get().inverted


def test_a_group_of_some_that_takes_stations_installed_later_goes_on_doing_so() -> None:
    group = {"name": "G", "online": "off", "offline": "all", "stations": ["CP-1"], "takes_new_stations": True}
    load_site(text(zone(stations=[station(), station("CP-2")]), groups=[group]))
    assert AuthGroup.objects.get().takes_new_stations
    assert exported()["groups"] == [group]


def test_a_station_in_no_zone_keeps_its_group() -> None:
    load_site(text(zone(stations=[station(), station("CP-2")]), groups=[{"name": "G", "stations": "all"}]))
    Station.objects.filter(box_identity="CP-2").update(zone=None)
    load_site(json.dumps(exported()))
    assert Station.objects.get(box_identity="CP-2").group is not None


def test_a_group_of_all_takes_stations_installed_later() -> None:
    load_site(text(zone(stations=[station()]), groups=[{"name": "G", "stations": "all"}]))
    assert AuthGroup.objects.get().takes_new_stations
    assert exported()["groups"][0]["stations"] == "all"


def test_a_card_in_another_case_is_the_same_card() -> None:
    load_site(text(cards=[{"id_tag": "aa"}]))
    load_site(text(cards=[{"id_tag": "AA", "vip": True}]))
    assert Card.objects.get().vip


def test_all_or_nothing() -> None:
    charging = site.station(connectors=2)
    begun(charging, connector_number=2)
    before = exported()
    with pytest.raises(SiteFileError) as caught:
        load_site(text(zone("New", stations=[station("CP-0"), station("CP-1")])))
    assert str(caught.value).startswith("zones[0].stations[1].connectors: ")
    assert exported() == before


def test_a_grid_that_forbids_the_wiring_of_a_station_not_named_is_refused() -> None:
    site.station("OLD")
    with pytest.raises(SiteFileError, match=r"site\.grid: station “OLD”"):
        load_site(text(site={"name": "x", "grid": "1x230"}))


def test_the_command_tells_every_mistake_in_plain_words(tmp_path: Path) -> None:
    path = tmp_path / "site.json"
    path.write_text(text(zone(max_current_a="x"), extra=1))
    with pytest.raises(CommandError, match=r"Nothing was loaded:\n  extra: unknown key\n  zones\[0\]\.max_current_a"):
        call_command("load_site", path)


@pytest.mark.parametrize(("name", "content"), [("gone.json", None), ("binary.json", b"\xff\xfe\x00")])
def test_a_file_that_cannot_be_read_is_said_so(tmp_path: Path, name: str, content: bytes | None) -> None:
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(CommandError, match=name):
        call_command("load_site", path)


def test_the_commands_make_a_round_trip(tmp_path: Path) -> None:
    path = tmp_path / "site.json"
    path.write_text(json.dumps(full()))
    call_command("load_site", path, stdout=StringIO(), stderr=StringIO())
    out = StringIO()
    call_command("export_site", stdout=out)
    assert json.loads(out.getvalue()) == full()


def test_the_demo_site_can_be_loaded() -> None:
    load_site((settings.BASE_DIR / "simulator" / "sites" / "demo.json").read_text())
    assert Station.objects.filter(state=Station.State.INSTALLED).count() >= 4


def test_periods_and_digital_inputs_are_loaded_and_exported() -> None:
    load_site(json.dumps(full() | reducers()))
    assert exported() == full() | reducers()
    assert not load_site(json.dumps(full() | reducers())).changed


def test_a_file_without_periods_and_inputs_leaves_them_an_empty_list_deletes_them() -> None:
    load_site(json.dumps(full() | reducers()))
    load_site(json.dumps(full()))
    assert exported() == full() | reducers()
    assert load_site(json.dumps(full() | {"periods": [], "digital_inputs": []})).changed
    assert exported() == full()


def test_a_limit_of_a_building_management_system_survives_a_site_file_and_is_not_in_it() -> None:
    load_site(json.dumps(full()))
    until = clock.now() + timedelta(minutes=5)
    set_limit(zone=Zone.objects.get(name="Main"), source="contract", quotient_pct=10, expires_at=until)
    assert exported() == full()
    assert not load_site(json.dumps(full())).changed
    assert Reduction.objects.filter(origin=Reduction.Origin.EBMS).count() == 1
