import re
from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from accounts.models import Role
from common import clock, hints
from common.text import unbroken
from dashboard.documents import Document
from journal.models import Alarm, Entry, Frame
from journal.records import Said
from journal.services import write_entry
from metering.models import Meter
from tests.dashboard import documents as build
from tests.dashboard import people
from zones.models import Zone

pytestmark = pytest.mark.django_db

MARKUP = "<img src=x onerror=alert(1)>\"'"


def fresh(document: Document) -> Document:
    return {**document, "at": clock.now().isoformat(timespec="seconds").replace("+00:00", "Z")}


def page(client: Client, address: str = "/") -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_live_page_tells_the_whole_story() -> None:
    people.publish(fresh(build.document()))
    text = page(people.client_of())
    assert unbroken("62 of 160 A used · 1 charging · limited by Building L2") in text
    assert unbroken("other loads use 38.5 of 160 A, 3 cars share the rest") in text
    assert 'data-row="c1"' in text
    assert "is-stale" not in text.split("data-live")[0].rsplit("<div", 1)[1]


def test_no_slot_of_the_row_templates_stays_empty() -> None:
    people.publish(fresh(build.big_document(stations=8, zones=3)))
    assert not re.search(r"\{\w+\}", page(people.client_of()))


def test_old_figures_are_shown_as_old() -> None:
    people.publish(build.document(at="2020-01-01T00:00:00Z"))
    assert "the control loop has stopped publishing" in page(people.client_of())


def test_without_a_document_the_page_says_so() -> None:
    assert "No figures yet" in page(people.client_of())


def test_an_empty_site_teaches_the_next_step() -> None:
    people.publish(fresh(build.document(zones=[], stations=[], connectors=[])))
    assert "manage.py load_site" in page(people.client_of())


def test_markup_in_names_stays_text() -> None:
    zone = build.zone(name=MARKUP, reductions=[{"source": MARKUP, "quotient_pct": 50.0}])
    station = build.station(name=MARKUP, box_identity=MARKUP)
    outlet = build.connector(session=build.session(id_tag=MARKUP), reason=build.reason(zone=MARKUP))
    people.publish(fresh(build.document([zone], [station], [outlet], site={"name": MARKUP})))
    people.station_row(name="<b>bold", vendor=MARKUP[:20], quirks={MARKUP: {"detail": MARKUP, "since": MARKUP}})
    Alarm.objects.create(code="meter_lost", subject=MARKUP, params={"reason": MARKUP})
    Entry.objects.create(kind="ocpp", device="BOX-1", message=MARKUP)
    Frame.objects.create(box_identity="BOX-1", outgoing=True, text=MARKUP)
    client = people.client_of()
    for address in ("/", "/zones/1/", "/stations/1/", "/journal/", "/alarms/"):
        text = page(client, address)
        assert "<img src=x" not in text
        assert "<b>bold" not in text


def test_there_is_no_inline_script_or_style() -> None:
    people.publish(fresh(build.document()))
    people.station_row()
    client = people.client_of()
    for address in ("/", "/zones/1/", "/stations/1/", "/journal/", "/alarms/"):
        assert not re.search(r"<script(?![^>]*\bsrc=)|\bstyle=|\bon\w+=", page(client, address))


def test_250_stations_cost_as_many_queries_as_one(django_assert_max_num_queries: DjangoAssertNumQueries) -> None:
    people.publish(fresh(build.big_document()))
    client = people.client_of()
    page(client)
    with django_assert_max_num_queries(10):
        assert page(client).count('class="outlet"') == 250


@pytest.mark.parametrize("address", ["/", "/zones/1/", "/stations/1/", "/journal/", "/alarms/"])
@pytest.mark.parametrize(("role", "status"), [(Role.ADMIN, 200), (Role.OPERATOR, 200), (Role.EBMS, 403)])
def test_pages_are_for_people(address: str, role: str, status: int) -> None:
    people.station_row()
    assert people.client_of(role).get(address).status_code == status


@pytest.mark.parametrize("address", ["/", "/zones/1/", "/stations/1/", "/journal/", "/alarms/"])
def test_strangers_are_sent_to_the_log_in(address: str) -> None:
    people.station_row()
    people.user(Role.ADMIN, "alice")
    assert Client().get(address)["Location"].startswith("/login/")


def test_the_filter_of_the_address_holds_without_a_script() -> None:
    people.publish(fresh(build.document()))
    text = page(people.client_of(), "/?show=waiting")
    assert 'data-show="waiting"' in text
    assert 'data-chip="waiting" aria-current="true"' in text


def test_a_filter_that_does_not_exist_shows_all() -> None:
    people.publish(fresh(build.document()))
    assert 'data-show="all"' in page(people.client_of(), "/?show=%22%3E%3Cscript")


def test_a_zone_shows_its_stations_and_those_of_its_sub_zones_only() -> None:
    zones = [build.zone(1, "Building"), build.zone(2, "North", parent=1), build.zone(3, "South", parent=1)]
    outlets = [build.connector(1, zone=2), build.connector(2, zone=3)]
    people.publish(fresh(build.document(zones, [build.station(1), build.station(2)], outlets)))
    people.station_row()
    client = people.client_of()
    assert page(client, "/zones/1/").count('class="outlet"') == 2
    Zone.objects.create(pk=2, name="North", max_current_a=80, parent_id=1)
    north = page(client, "/zones/2/")
    assert 'data-row="c1"' in north
    assert 'data-row="c2"' not in north


def test_a_station_shows_how_it_deviates_from_the_standard_and_since_when() -> None:
    people.publish(fresh(build.document()))
    people.station_row(quirks={"subprotocol": {"detail": "none offered", "since": "2026-06-01T12:00:00+00:00"}})
    assert "<dd>none offered (2026-06-01)</dd>" in page(people.client_of(), "/stations/1/")


def test_a_station_shows_details_connectors_and_its_journal() -> None:
    people.publish(fresh(build.document()))
    people.station_row(vendor="Wallbox", firmware_version="2.1")
    Entry.objects.create(kind="load", device="BOX-1", message="Setpoint from 32 to 16 A.")
    Entry.objects.create(kind="load", device="BOX-2", message="Somebody else")
    Frame.objects.create(box_identity="BOX-1", outgoing=False, text='[2,"1","BootNotification",{}]')
    text = page(people.client_of(), "/stations/1/")
    for words in (
        "BOX-1",
        "Wallbox",
        "Degraded current",
        "3 cars share",
        unbroken("Setpoint from 32 to 16 A."),
        "BootNotification",
    ):
        assert words in text
    assert "Somebody else" not in text


@pytest.mark.parametrize(("online", "words"), [(True, "Connected since"), (False, "Last seen")])
def test_the_last_change_of_the_link_is_not_called_the_last_message(*, online: bool, words: str) -> None:
    people.publish(fresh(build.document()))
    people.station_row(online=online)
    assert f"<dt>{words}</dt>" in page(people.client_of(), "/stations/1/")


def test_the_state_of_a_station_is_live() -> None:
    people.publish(fresh(build.document()))
    people.station_row()
    assert 'data-row="c1" data-f="state">Online<' in page(people.client_of(), "/stations/1/")


@pytest.mark.parametrize("address", ["/stations/99/", "/zones/99/"])
def test_what_does_not_exist_is_not_found(address: str) -> None:
    assert people.client_of().get(address).status_code == 404


def test_a_detected_station_without_control_has_a_page() -> None:
    people.station_row(state="detected", zone=None)
    assert "Detected, not installed yet" in page(people.client_of(), "/stations/1/")


def test_the_page_speaks_french_to_a_french_user() -> None:
    people.publish(fresh(build.document()))
    text = page(people.client_of(language="fr"))
    assert '<html lang="fr"' in text
    assert ">15,8<" in text


def test_the_journal_filters_by_station_type_and_zone() -> None:
    for kind, device, zone in (("ocpp", "A", "North"), ("load", "A", "North"), ("load", "B", "South")):
        Entry.objects.create(kind=kind, device=device, zone=zone, message=f"{kind} of {device}")
    client = people.client_of()
    assert "ocpp of A" not in page(client, "/journal/?kind=load&device=A")
    assert "load of A" in page(client, "/journal/?kind=load&device=A")
    assert "load of B" not in page(client, "/journal/?zone=North")


@pytest.mark.parametrize("address", ["/journal/", "/stations/1/"])
@pytest.mark.parametrize(("language", "words"), [("en", "Station connected."), ("fr", "Borne connectée.")])
def test_the_journal_speaks_the_language_of_its_reader(address: str, language: str, words: str) -> None:
    people.station_row()
    write_entry(kind="communication", subtype="x", device="BOX-1", message=Said("station_connected"))
    assert words in page(people.client_of(language=language), address)


def test_the_journal_is_searched_in_the_language_of_its_reader() -> None:
    write_entry(kind="communication", subtype="x", device="BOX-1", message=Said("station_connected"))
    client = people.client_of(language="fr")
    assert "BOX-1" in page(client, "/journal/?text=borne+connectée")
    assert "BOX-1" not in page(client, "/journal/?text=déconnectée")


def test_the_journal_is_paged_by_key_newest_first() -> None:
    Entry.objects.bulk_create(Entry(kind="load", message=f"line {n:03}") for n in range(250))
    client, address, seen = people.client_of(), "/journal/?kind=load", list[str]()
    while address:
        text = page(client, address)
        seen += re.findall(r"line \d{3}", text)
        older = re.search(r'rel="next" href="(\?[^"]*)"', text)
        address = "/journal/" + older[1].replace("&amp;", "&") if older else ""
    assert seen == [f"line {n:03}" for n in reversed(range(250))]


@pytest.mark.parametrize("before", ["x", "-1", "²", "9" * 40, ""])
def test_a_senseless_page_key_is_ignored(before: str) -> None:
    Entry.objects.create(kind="load", message="here")
    assert "here" in page(people.client_of(), f"/journal/?before={before}")


def test_an_alarm_is_acknowledged_by_name() -> None:
    alarm = Alarm.objects.create(code="meter_lost", subject="Main meter", params={"reason": "silent"})
    client = people.client_of()
    assert "does not answer" in page(client, "/alarms/")
    client.post(f"/alarms/{alarm.pk}/acknowledge/")
    alarm.refresh_from_db()
    assert alarm.acknowledged_by == "olivia"
    assert "acknowledged by olivia" in page(client, "/alarms/")


def test_an_alarm_is_not_acknowledged_by_looking() -> None:
    alarm = Alarm.objects.create(code="meter_lost", subject="Main meter")
    assert people.client_of().get(f"/alarms/{alarm.pk}/acknowledge/").status_code == 405


def test_a_meter_that_was_put_right_is_believed_again_from_the_alarms(django_capture_on_commit_callbacks: Any) -> None:
    meter = Meter.objects.create(name="Main meter", model="Schneider PM3255", host="10.0.0.7")
    params = {"line": "L1", "shown_on": "L2"}
    alarm = Alarm.objects.create(code="meter_phases_swapped", subject="Main meter", params=params)
    client = people.client_of()
    assert "It is wired right now" in page(client, "/alarms/")
    heard: list[dict[str, Any]] = []
    stop = hints.listen("trust-meter", heard.append)
    with django_capture_on_commit_callbacks(execute=True):
        client.post(f"/alarms/{alarm.pk}/trust-meter/")
    stop()
    assert heard == [{"meter": meter.pk}]
    assert not Alarm.objects.filter(cleared_at=None).exists()
    assert "says olivia" in Entry.objects.get(subtype="meter_trusted").message


def test_only_a_meter_in_doubt_is_believed_again_and_not_by_looking() -> None:
    Meter.objects.create(name="Main meter", model="Schneider PM3255", host="10.0.0.7")
    silent = Alarm.objects.create(code="meter_lost", subject="Main meter", params={"reason": "silent"})
    swapped = Alarm.objects.create(code="meter_phases_swapped", subject="Main meter", params={})
    client = people.client_of()
    assert client.post(f"/alarms/{silent.pk}/trust-meter/").status_code == 404
    assert client.get(f"/alarms/{swapped.pk}/trust-meter/").status_code == 405
