"""Meters in the admin, over HTTP and real Modbus."""

import socket
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from common import clock
from common.text import unbroken
from journal.models import Entry
from metering import services
from metering.decode import Values
from metering.faults import Fault, FaultCode
from metering.models import Meter
from metering.records import Poll
from zones.models import Site, Zone

LIST = "admin:metering_meter_changelist"
StartMeter = Callable[[dict[int, int]], Any]
pytestmark = pytest.mark.django_db


def meter(**changes: Any) -> Meter:
    return services.create_meter(**({"name": "Main", "model": "NSX", "host": "127.0.0.1"} | changes))


def zone() -> Zone:
    return Zone.objects.create(name="Top", max_current_a=100, degraded_a=30)


def form(**changes: Any) -> dict[str, Any]:
    return {"name": "Main", "model": "MTZ", "host": "192.0.2.9", "port": 502, "unit": 1, "role": "zone"} | changes


def page_of_test(client: Client, tested: Meter) -> str:
    return client.get(reverse("admin:metering_meter_test", args=[tested.pk])).content.decode()


def test_a_meter_is_added_with_a_known_model(admin_client: Client) -> None:
    admin_client.post(reverse("admin:metering_meter_add"), form())
    assert Meter.objects.get().model == "MTZ"


def lines() -> list[str]:
    return list(Entry.objects.filter(subtype="configuration").order_by("pk").values_list("message", flat=True))


def version() -> int:
    return Site.objects.get().version


def test_the_journal_says_who_added_a_meter(admin_client: Client) -> None:
    admin_client.post(reverse("admin:metering_meter_add"), form(zone=zone().pk))
    assert len(lines()) == 1
    assert lines()[0].startswith("meter “Main” was set by admin. Name: – → Main")


def test_the_journal_says_who_changed_what_a_meter_is_used_for(admin_client: Client) -> None:
    changed, place = meter(host="192.0.2.9", model="MTZ", unit=1), zone()
    before = version()
    use = form(zone=place.pk, role="production", inverted="on")
    admin_client.post(reverse("admin:metering_meter_change", args=[changed.pk]), use)
    told = "Zone: – → Top; Role: Measures the zone → Measures local production; Inverted: no → yes"
    assert lines() == [f"meter “Main” was set by admin. {told}"]
    assert version() == before + 1


def test_a_meter_that_is_saved_as_it_was_is_no_change(admin_client: Client) -> None:
    same = meter(host="192.0.2.9", model="MTZ", unit=1)
    before = version()
    admin_client.post(reverse("admin:metering_meter_change", args=[same.pk]), form())
    assert (lines(), version()) == ([], before)


@pytest.mark.parametrize("from_list", [False, True])
def test_the_journal_says_who_deleted_a_meter(admin_client: Client, from_list: bool) -> None:
    free = meter()
    chosen = {"action": "delete_selected", "_selected_action": [free.pk]} if from_list else {}
    page = reverse(LIST) if from_list else reverse("admin:metering_meter_delete", args=[free.pk])
    admin_client.post(page, chosen | {"post": "yes"})
    assert lines() == ["meter “Main” was deleted by admin."]


@pytest.mark.parametrize("wrong", [{"model": "PM9999"}, {"host": "no host"}, {"port": 70_000}])
def test_a_wrong_field_is_refused_on_the_form(admin_client: Client, wrong: dict[str, Any]) -> None:
    response = admin_client.post(reverse("admin:metering_meter_add"), form(**wrong))
    assert list(response.context["adminform"].form.errors) == list(wrong)
    assert not Meter.objects.exists()


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "Another meter does this for the zone already."), ("fr", "Un autre compteur le fait déjà pour la zone.")],
)
def test_a_second_meter_of_a_zone_is_refused_in_words(admin_client: Client, language: str, words: str) -> None:
    place = zone()
    Meter.objects.filter(pk=meter().pk).update(zone=place)
    User.objects.update(language=language)
    response = admin_client.post(reverse("admin:metering_meter_add"), form(name="Second", zone=place.pk))
    assert words in response.content.decode()


def test_a_second_meter_of_a_name_is_refused_in_words(admin_client: Client) -> None:
    meter()
    response = admin_client.post(reverse("admin:metering_meter_add"), form())
    assert "Another meter has this name." in response.content.decode()


def test_the_list_shows_the_newest_reading(admin_client: Client) -> None:
    """MET-4."""
    values = Values((10.0, 11.0, 12.0), None, 7_000.0, 123_000)
    services.record_polls([(Poll(meter().pk, 1, clock.now(), 0.1, None, values, (10_000, 11_000, 12_000)),)])
    page = admin_client.get(reverse(LIST)).content.decode()
    assert "10.0 / 11.0 / 12.0" in page
    assert "TCP 127.0.0.1:502 #255" in page
    assert "123.0" in page


def test_the_list_tells_why_a_meter_fails_in_the_readers_language(admin_client: Client) -> None:
    fault = Fault(FaultCode.SILENT, {"seconds": 1.5})
    services.record_polls([(Poll(meter().pk, 1, clock.now(), 1.5, fault),)])
    assert "no answer within 1.5 s" in admin_client.get(reverse(LIST)).content.decode()


@pytest.mark.django_db(transaction=True)
def test_testing_shows_each_value_and_direction(
    admin_client: Client, live_meter: StartMeter, images: dict[str, Any]
) -> None:
    page = page_of_test(admin_client, meter(port=live_meter(images["NSX"]).port))
    assert "12.25" in page
    assert "-10.00" in page
    assert "export" in page
    assert "1234.6" in page


@pytest.mark.django_db(transaction=True)
def test_testing_shows_the_exact_error(admin_client: Client, live_meter: StartMeter) -> None:
    page = page_of_test(admin_client, meter(port=live_meter({0: 0}).port))
    assert "exception 2 (illegal data address)" in page


@pytest.mark.django_db(transaction=True)
def test_several_meters_are_tested_at_once(
    admin_client: Client, live_meter: StartMeter, images: dict[str, Any]
) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        dead = meter(name="Dead", port=free.getsockname()[1])
    good = meter(name="Good", port=live_meter(images["NSX"]).port)
    chosen = {"action": "test_selected", "_selected_action": [dead.pk, good.pk]}
    page = admin_client.post(reverse(LIST), chosen).content.decode()
    assert "Connection refused" in page
    assert "12.25" in page


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ("“Local production only”", "or choose “Grid only” on the page of the installation")),
        ("fr", ("« Production locale seule »", "ou choisissez « Réseau seul » sur la page de l’installation")),
    ],
)
def test_the_last_production_meter_is_kept_by_its_form_in_words(
    admin_client: Client, language: str, words: tuple[str, str]
) -> None:
    """ENE-5: a strategy that needs it is named, and what to do."""
    roof = meter(name="Roof", zone=zone(), role=Meter.Role.PRODUCTION)
    Site.objects.update(production=Site.Production.LOCAL)
    User.objects.update(language=language)
    response = admin_client.post(reverse("admin:metering_meter_change", args=[roof.pk]), form(name="Roof", zone=""))
    page = unescape(unbroken(response.content.decode()))
    assert [word for word in words if unbroken(word) not in page] == []
    assert Meter.objects.get().zone is not None


def test_the_last_production_meter_can_not_be_deleted(admin_client: Client) -> None:
    roof = meter(name="Roof", zone=zone(), role=Meter.Role.PRODUCTION)
    Site.objects.update(production=Site.Production.LOCAL)
    admin_client.post(reverse("admin:metering_meter_delete", args=[roof.pk]), {"post": "yes"})
    assert Meter.objects.exists()


def test_a_meter_in_use_can_not_be_deleted(admin_client: Client) -> None:
    """MET-6: neither from its own page nor from the list."""
    used = meter(zone=zone())
    admin_client.post(reverse("admin:metering_meter_delete", args=[used.pk]), {"post": "yes"})
    chosen = {"action": "delete_selected", "_selected_action": [used.pk], "post": "yes"}
    admin_client.post(reverse(LIST), chosen)
    assert Meter.objects.filter(pk=used.pk).exists()


def test_a_free_meter_can_be_deleted(admin_client: Client) -> None:
    free = meter()
    admin_client.post(reverse("admin:metering_meter_delete", args=[free.pk]), {"post": "yes"})
    assert not Meter.objects.exists()


def test_testing_needs_a_login(client: Client) -> None:
    assert client.get(reverse("admin:metering_meter_test", args=[meter().pk])).status_code == 302
