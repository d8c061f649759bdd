"""The same remarks wherever configuration happens: admin pages, the check page, the commands."""

import io
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from commissioning.checking import check_rows
from common import clock
from common.text import unbroken
from metering.models import DigitalInput, Meter, Reading
from tests.accounts.people import admin, logged_in, person
from tests.chargers import builders as site
from tests.commissioning.files import meter, station, text, zone
from zones.models import Reduction, Site, TouPeriod, Zone

pytestmark = pytest.mark.django_db
PAGE = "/admin/zones/site/check/"


@pytest.fixture
def client() -> Client:
    return logged_in(admin())


def codes() -> set[str]:
    return {finding.code for finding in check_rows()}


def written(path: Path, content: str) -> str:
    path.write_text(content)
    return str(path)


def checked(*arguments: str) -> str:
    out = io.StringIO()
    call_command("check_site", *arguments, stdout=out)
    return out.getvalue()


def moved(client: Client, row: Any, **values: Any) -> str:
    """Saves a station with one connector; the page that follows."""
    connector = row.connectors.get()
    fields = {"box_identity": row.box_identity, "name": row.name, "zone": row.zone_id or "", "position": 0, **values}
    inline = {"connectors-TOTAL_FORMS": 1, "connectors-INITIAL_FORMS": 1, "connectors-0-id": connector.pk}
    inline |= {"connectors-0-station": row.pk, "connectors-0-number": 1, "connectors-0-phases": "L1L2L3"}
    inline |= {"connectors-0-max_current_a": values.pop("max_a", "32")}
    return client.post(f"/admin/chargers/station/{row.pk}/change/", fields | inline, follow=True).content.decode()


def test_rows_know_what_a_dc_connector_needs(tmp_path: Path) -> None:
    connectors = [{"id": 1, "phases": "L1L2L3", "max_current_a": 20, "kind": "dc", "minimum_a": 24}]
    file = written(tmp_path / "site.json", text(zone(stations=[station(connectors=connectors)])))
    call_command("load_site", file, stdout=io.StringIO(), stderr=io.StringIO())
    assert "less than the minimum of 24 A" in checked()


def test_rows_and_the_file_made_of_them_get_the_same_remarks(tmp_path: Path) -> None:
    content = text(zone(max_current_a=5, stations=[station()]), meters=[meter("Spare")])
    file = written(tmp_path / "site.json", content)
    call_command("load_site", file, stdout=io.StringIO(), stderr=io.StringIO())
    of_file = {line.rsplit(": ", 1)[1] for line in checked(file).splitlines()}
    of_rows = {line.rsplit(": ", 1)[1] for line in checked().splitlines()}
    assert of_file == of_rows
    assert len(of_rows) == 2


def test_loading_a_site_tells_its_remarks(tmp_path: Path) -> None:
    told = io.StringIO()
    file = written(tmp_path / "site.json", text(zone(max_current_a=0, stations=[station()])))
    call_command("load_site", file, stdout=io.StringIO(), stderr=told)
    assert "Warning: zones[0]: Its maximum current is 0 A" in told.getvalue()


def test_the_command_fails_from_the_level_that_is_asked_for() -> None:
    site.station(placed=False)
    assert "Warning: CP-1: It is in no zone" in checked()
    with pytest.raises(CommandError, match="1 finding fails"):
        checked("--fail-level", "warning")


def test_a_site_in_order_says_so() -> None:
    assert checked() == "Nothing to remark.\n"


def test_the_command_speaks_french() -> None:
    site.station(placed=False)
    assert "Avertissement : CP-1" in checked("--language", "fr")


def test_a_file_that_cannot_be_loaded_is_not_half_checked(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"can't be loaded:\n  zones\[0\].name"):
        checked(written(tmp_path / "site.json", text({"max_current_a": 5})))


def test_saving_a_zone_tells_what_the_change_brings_up(client: Client) -> None:
    row = site.station()
    answer = client.post(f"/admin/zones/zone/{row.zone_id}/change/", zone_fields(max_current_a="4"), follow=True)
    assert unbroken("It gives 4 A per phase at most") in answer.content.decode()


def test_what_stood_there_before_is_a_number_with_a_link(client: Client) -> None:
    site.station(placed=False)
    page = client.post("/admin/zones/zone/add/", zone_fields(name="Roof"), follow=True).content.decode()
    assert "1 more remark" in page
    assert f'href="{PAGE}"' in page
    assert "It is in no zone" not in page


def test_taking_a_station_out_of_its_zone_is_told_on_the_spot(client: Client) -> None:
    assert unbroken("It is in no zone: it gets 0 A") in moved(client, site.station(), zone="")


def test_a_connector_below_the_minimum_is_told_on_the_spot(client: Client) -> None:
    assert "it never charges" in moved(client, site.station(), max_a="5")


def test_a_period_that_stops_charging_is_told_on_the_spot(client: Client) -> None:
    counts = {"slots-TOTAL_FORMS": 1, "slots-INITIAL_FORMS": 0, "slots-0-start": "08:00", "slots-0-end": "08:00"}
    fields = {"name": "Peak", "enabled": "on", "monday": "on", "max_charge_pct": 0, "zones": [site.zone().pk]} | counts
    page = client.post("/admin/zones/touperiod/add/", fields, follow=True).content.decode()
    assert unbroken("leaves 0 A: while it is in force nothing charges") in page
    assert "lasts a whole day" in page


def test_a_meter_without_a_zone_is_told_on_the_spot(client: Client) -> None:
    fields = {"name": "M", "model": "NSX", "host": "10.0.0.1", "port": 502, "unit": 1, "role": "zone", "zone": ""}
    assert "No zone uses it" in client.post("/admin/metering/meter/add/", fields, follow=True).content.decode()


def test_a_change_that_is_refused_tells_nothing(client: Client) -> None:
    answer = client.post("/admin/zones/zone/add/", zone_fields(max_current_a="-1"))
    assert answer.status_code == 200
    assert "Configuration check" not in answer.content.decode()


def test_loading_speaks_french(tmp_path: Path) -> None:
    file = tmp_path / "site.json"
    file.write_text(text(zone(max_current_a=-1)))
    with pytest.raises(CommandError, match="doit valoir au moins 0, et non -1"):
        call_command("load_site", str(file), language="fr")


def test_the_page_lists_everything(client: Client) -> None:
    site.station(placed=False)
    Zone.objects.create(name="<b>Roof</b>", max_current_a=0)
    page = client.get(PAGE).content.decode()
    assert 'data-code="station_in_no_zone"' in page
    assert "&lt;b&gt;Roof&lt;/b&gt;" in page
    assert PAGE in client.get("/admin/").content.decode()


def test_the_page_is_for_administrators() -> None:
    operator = logged_in(person())
    assert operator.get(PAGE).status_code in (302, 403)
    assert PAGE not in operator.get("/admin/").content.decode()
    assert Client().get(PAGE).status_code == 302


def test_what_was_set_by_a_building_management_system_is_looked_at_too() -> None:
    row = site.station()
    Reduction.objects.create(zone=row.zone, source="BMS", origin=Reduction.Origin.EBMS, max_current_a=3)
    assert codes() == {"reduction_below_minimum"}


def test_rows_that_no_form_would_let_through_are_errors() -> None:
    top = site.zone("Top", max_a=20)
    site.zone("Sub", parent=top, max_a=60)
    Site.objects.update_or_create(pk=1, defaults={"production": "local"})
    assert {"zone_rule", "production_without_meter"} <= codes()


def test_meters_periods_and_inputs_are_read_from_the_rows() -> None:
    Meter.objects.create(name="Spare", model="NSX", host="10.0.0.1")
    DigitalInput.objects.create(name="Relay", host="10.0.0.1", number=1, quotient_pct=0)
    TouPeriod.objects.create(name="Peak", max_charge_pct=0)
    assert {"meter_unused", "input_without_zone", "period_without_zone", "period_never"} <= codes()
    assert {finding.subject for finding in check_rows()} == {"", "Spare", "Relay", "Peak"}


def exporting(placed: Zone) -> None:
    """A meter that has shown export for two minutes."""
    Zone.objects.update(degraded_a=10)
    row = Meter.objects.create(name="Main meter", model="NSX", host="10.0.0.1", zone=placed)
    since, now = clock.now() - timedelta(seconds=120), clock.now()
    currents = [-5_000, 4_000, 4_000]
    Reading.objects.create(meter=row, sequence=9, imported_at=since, good_at=now, currents_ma=currents)


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "Main meter: It has shown export for more than a minute, and zone “Car park” has no local production"),
        ("fr", "Main meter : Il montre un export depuis plus d’une minute, et la zone « Car park » n’a pas"),
    ],
)
def test_export_where_nothing_produces_is_told(language: str, words: str) -> None:
    """MET-6: a meter that faces the wrong way gives the building's load away as room for cars."""
    exporting(site.zone())
    assert words in checked("--language", language)


def test_export_of_a_zone_with_production_below_it_is_as_it_should_be() -> None:
    top = site.zone("Top")
    exporting(top)
    roof = site.zone("Roof", parent=top)
    Meter.objects.create(name="Roof", model="NSX", host="10.0.0.1", zone=roof, role=Meter.Role.PRODUCTION)
    assert "export_without_production" not in codes()


def test_export_of_a_zone_beside_the_production_is_told() -> None:
    exporting(site.zone("Hall"))
    roof = site.zone("Roof")
    Meter.objects.create(name="Roof", model="NSX", host="10.0.0.1", zone=roof, role=Meter.Role.PRODUCTION)
    assert "export_without_production" in codes()


def test_a_large_site_is_looked_at_in_few_queries(django_assert_max_num_queries: Any) -> None:
    for n in range(30):
        site.station(f"CP-{n}")
    with django_assert_max_num_queries(16):
        check_rows()


def zone_fields(**changes: Any) -> dict[str, Any]:
    counts = {"reductions-TOTAL_FORMS": 0, "reductions-INITIAL_FORMS": 0}
    return {"name": "Car park", "max_current_a": "40", "margin_a": "0", "position": "0", **counts, **changes}
