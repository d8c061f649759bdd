"""The admin's pages of stations: install, edit, delete."""

from typing import Any

import pytest

from chargers.models import Setpoint, Station
from journal.models import Entry
from tests.accounts.people import admin, logged_in, person
from tests.chargers import builders as site
from tests.transactions.builders import begun
from zones.models import Site

pytestmark = pytest.mark.django_db

LIST = "/admin/chargers/station/"


def install_url(*stations: Station) -> str:
    return f"{LIST}install/?ids={','.join(str(station.pk) for station in stations)}"


def install_fields(**changes: Any) -> dict[str, Any]:
    fields = {"name": "Entrance", "connectors": 2, "phases": "L1L2L3", "max_current_a": "32", "zone": "", "group": ""}
    return fields | changes


def change_fields(station: Station, **changes: Any) -> dict[str, Any]:
    connector = station.connectors.get()
    return {
        "name": station.name,
        "zone": station.zone_id or "",
        "group": station.group_id or "",
        "position": 0,
        "connectors-TOTAL_FORMS": 1,
        "connectors-INITIAL_FORMS": 1,
        "connectors-0-id": connector.pk,
        "connectors-0-station": station.pk,
        "connectors-0-number": 1,
        "connectors-0-phases": "L1L2L3",
        "connectors-0-max_current_a": "32",
    } | changes


def test_detected_stations_are_installed_from_the_list() -> None:
    one, two = site.detected("CP-1"), site.detected("CP-2")
    client = logged_in(admin())
    answer = client.post(LIST, {"action": "install", "_selected_action": [one.pk, two.pk]})
    assert set(answer["Location"].split("=")[1].split(",")) == {str(one.pk), str(two.pk)}
    assert client.get(answer["Location"]).status_code == 200
    client.post(answer["Location"], install_fields(zone=site.zone().pk, group=site.group().pk))
    installed = Station.objects.filter(state=Station.State.INSTALLED, zone=site.zone(), group=site.group())
    assert sorted((s.name, s.connectors.count()) for s in installed) == [("CP-1", 2), ("CP-2", 2)]


def test_the_page_of_a_detected_station_leads_to_its_installation() -> None:
    station = site.detected()
    page = logged_in(admin()).get(f"{LIST}{station.pk}/change/").content.decode()
    assert install_url(station) in page


def test_a_wiring_that_the_grid_does_not_have_is_refused_on_the_form() -> None:
    station = site.detected()
    page = logged_in(admin()).post(install_url(station), install_fields(phases="L1L2")).content.decode()
    assert "does not exist on a 3x400N grid" in page
    assert not Station.objects.filter(state=Station.State.INSTALLED).exists()


def test_an_installed_station_is_not_installed_again() -> None:
    station = site.station()
    logged_in(admin()).post(install_url(station), install_fields())
    assert station.connectors.count() == 1


def test_an_operator_installs_nothing() -> None:
    station = site.detected()
    admin()
    assert logged_in(person()).post(install_url(station), install_fields()).status_code == 403


def test_a_station_is_added_by_hand_and_then_installed() -> None:
    client = logged_in(admin())
    answer = client.post(f"{LIST}add/", {"box_identity": "CP-7"})
    assert answer["Location"] == install_url(Station.objects.get())


def test_an_illegal_identity_is_not_added() -> None:
    logged_in(admin()).post(f"{LIST}add/", {"box_identity": "CP 7"})
    assert not Station.objects.exists()


def test_a_change_is_a_new_version_and_says_who_made_it() -> None:
    station, before = site.station(), Site.objects.get_or_create(pk=1)[0].version
    changes = change_fields(station, **{"connectors-0-max_current_a": "16"})
    assert logged_in(admin()).post(f"{LIST}{station.pk}/change/", changes).status_code == 302
    assert Site.objects.get().version > before
    message = Entry.objects.get(subtype="configuration").message
    assert "ada" in message
    assert "Maximum current (A): 32 → 16" in message


def test_a_second_connector_of_a_number_is_refused_in_words() -> None:
    station = site.station(connectors=1)
    fields = change_fields(station, **{"connectors-TOTAL_FORMS": 2})
    fields |= {"connectors-1-number": 1, "connectors-1-phases": "L1", "connectors-1-max_current_a": "32"}
    page = logged_in(admin()).post(f"{LIST}{station.pk}/change/", fields).content.decode()
    assert "Give each connector a number of its own." in page


def test_a_station_that_is_known_is_not_added_again() -> None:
    site.detected("CP-1")
    page = logged_in(admin()).post(f"{LIST}add/", {"box_identity": "CP-1"}).content.decode()
    assert "is in the list already, perhaps as a detected one" in page


def test_a_connector_on_which_a_car_charges_is_not_removed() -> None:
    station = site.station(connectors=1)
    begun(station)
    fields = change_fields(station, **{"connectors-0-DELETE": "on", "connectors-TOTAL_FORMS": 2})
    fields |= {"connectors-1-number": 2, "connectors-1-phases": "L1", "connectors-1-max_current_a": "32"}
    page = logged_in(admin()).post(f"{LIST}{station.pk}/change/", fields).content.decode()
    assert "while a car charges on it" in page
    assert station.connectors.get().number == 1


@pytest.mark.parametrize("charging", [True, False])
def test_a_station_is_deleted_unless_a_car_charges_on_it(charging: bool) -> None:
    station = site.station()
    if charging:
        begun(station)
    client = logged_in(admin())
    assert client.get(f"{LIST}{station.pk}/delete/").status_code == 200
    client.post(f"{LIST}{station.pk}/delete/", {"post": "yes"})
    client.post(LIST, {"action": "delete_selected", "_selected_action": [station.pk], "post": "yes"})
    assert Station.objects.exists() is charging


def test_the_page_of_a_station_says_what_it_takes_and_what_its_memory_bore() -> None:
    station = site.station()
    Station.objects.update(learned={"forms": {"limit": "Relative/0/A"}, "default_only": True})
    Setpoint.objects.create(connector=station.connectors.get(), default_writes=417)
    page = logged_in(admin()).get(f"{LIST}{station.pk}/change/").content.decode()
    assert "limit: Relative/0/A; takes standing limits only" in page
    assert "417" in page


def test_the_status_of_a_connector_is_in_words() -> None:
    station = site.station()
    station.connectors.update(status="suspended_ev")
    page = logged_in(admin()).get(f"{LIST}{station.pk}/change/").content.decode()
    assert "Suspended by the car" in page
    assert "suspended_ev" not in page


def test_an_administrator_has_every_form_tried_again() -> None:
    station = site.station()
    Station.objects.update(learned={"default_only": True})
    fields = {"action": "forget_learned_limits", "_selected_action": station.pk}
    logged_in(admin()).post(LIST, fields)
    assert Station.objects.get().learned == {}


def test_dc_outlets_are_installed_and_must_load_every_phase() -> None:
    station = site.detected()
    client = logged_in(admin())
    page = client.post(install_url(station), install_fields(kind="dc", phases="L1")).content.decode()
    assert "a DC station loads every phase" in page
    client.post(install_url(station), install_fields(kind="dc"))
    assert {c.kind for c in station.connectors.all()} == {"dc"}
