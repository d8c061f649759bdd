"""The admin's pages of the installation and its zones: the rules of site files hold there too."""

from typing import Any

import pytest
from django.utils import translation

from common.text import unbroken
from journal.models import Entry
from metering.models import Meter
from tests.accounts.people import admin, logged_in
from tests.chargers import builders as site
from zones.models import Site, Zone

pytestmark = pytest.mark.django_db


def fields(**changes: Any) -> dict[str, Any]:
    return {
        "name": "Roof",
        "parent": "",
        "max_current_a": "40",
        "degraded_a": "",
        "margin_a": "0",
        "position": "0",
        "reductions-TOTAL_FORMS": 0,
        "reductions-INITIAL_FORMS": 0,
    } | changes


def saved(zone: Zone | None = None, **changes: Any) -> str:
    """The page that answers; empty where the zone was saved."""
    place = f"{zone.pk}/change" if zone else "add"
    return logged_in(admin()).post(f"/admin/zones/zone/{place}/", fields(**changes)).content.decode()


def test_a_zone_is_saved_with_a_new_version_and_a_line_of_who_did_it() -> None:
    before = Site.objects.get_or_create(pk=1)[0].version
    reduction: dict[str, Any] = {
        "reductions-TOTAL_FORMS": 1,
        "reductions-0-source": "contract",
        "reductions-0-quotient_pct": 70,
    }
    assert saved(**reduction) == ""
    assert Zone.objects.get().reductions.get().quotient_pct == 70
    assert Site.objects.get().version == before + 1
    assert "ada" in Entry.objects.get(subtype="configuration").message


def test_two_reductions_of_one_source_are_refused_in_words() -> None:
    twice: dict[str, Any] = {"reductions-TOTAL_FORMS": 2}
    for n in range(2):
        twice |= {f"reductions-{n}-source": "contract", f"reductions-{n}-quotient_pct": 70}
    assert "This source reduces the zone already." in saved(**twice)
    assert not Zone.objects.exists()


def test_the_page_of_a_zone_names_its_meters_or_says_where_one_is_chosen() -> None:
    zone = site.zone()
    address = f"/admin/zones/zone/{zone.pk}/change/"
    client = logged_in(admin())
    assert "It is chosen on the page of the meter." in client.get(address).content.decode()
    Meter.objects.create(name="Roof meter", host="10.0.0.1", zone=zone, role=Meter.Role.PRODUCTION)
    assert "Roof meter (Measures local production)" in client.get(address).content.decode()


def test_a_sub_zone_above_its_parent_is_refused() -> None:
    assert "is more than the 60 A" in saved(parent=site.zone().pk, max_current_a="61")


def test_what_another_zone_forbids_is_said_with_its_name_alone() -> None:
    top = site.zone("Top", max_a=60)
    site.zone("Sub", parent=top, max_a=50)
    page = saved(top, name="Top", max_current_a="40")
    assert "Sub: 50 A is more than the 40 A of its parent zone" in page


def test_a_zone_is_not_below_itself() -> None:
    top = site.zone("Top")
    sub = site.zone("Sub", parent=top)
    assert "can&#x27;t be below itself" in saved(top, name="Top", max_current_a="60", parent=sub.pk)


def test_a_zone_with_stations_gets_no_sub_zone() -> None:
    site.station()
    assert "stations go to zones without sub-zones" in saved(parent=site.zone().pk)


def test_a_fifth_level_is_refused() -> None:
    parent = site.zone("1")
    for name in "234":
        parent = site.zone(name, parent=parent)
    assert "at most 4 levels" in saved(parent=parent.pk)


def test_a_dynamic_zone_keeps_its_degraded_setpoint() -> None:
    zone = site.zone("Roof")
    Meter.objects.create(name="M", model="NSX", host="10.0.0.1", zone=zone)
    assert "needs a degraded setpoint" in saved(zone, degraded_a="")


def test_what_deserves_a_second_look_is_told_after_saving() -> None:
    client, parent = logged_in(admin()), site.zone()
    answer = client.post("/admin/zones/zone/add/", fields(parent=parent.pk), follow=True)
    assert "add up to 40" in answer.content.decode()


def test_a_zone_in_use_is_not_deleted() -> None:
    site.station()
    logged_in(admin()).post(f"/admin/zones/zone/{site.zone().pk}/delete/", {"post": "yes"})
    assert Zone.objects.exists()


def site_fields(**changes: Any) -> dict[str, Any]:
    return {
        "name": "Depot",
        "grid": "3x400N",
        "minimum": "iec",
        "shedding": "energy",
        "production": "grid",
        "review_s": 900,
        "settle_s": 6,
        "optimise": "on",
        "trigger_a": "10",
        "margin_a": "10",
        "gap_a": "5",
        "delay_s": 30,
        "suspension": "allow",
        "wake_up_s": 600,
    } | changes


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"grid": "1x230"}, "does not exist on a 1x230 grid"),
        ({"production": "local"}, "needs a zone with a production"),
        ({"trigger_a": "8"}, "must not be larger than the trigger (8 A)"),
        ({"margin_a": "5"}, "must be smaller than the margin above the consumption (5 A)"),
        ({"wake_up_s": 9}, "greater than or equal to 10"),
    ],
)
def test_a_setting_that_contradicts_the_site_is_refused(change: dict[str, str], complaint: str) -> None:
    site.station()
    Site.objects.get_or_create(pk=1)
    page = logged_in(admin()).post("/admin/zones/site/1/change/", site_fields(**change)).content.decode()
    assert complaint in page


def test_settings_of_the_site_are_saved() -> None:
    Site.objects.get_or_create(pk=1)
    logged_in(admin()).post("/admin/zones/site/1/change/", site_fields(minimum="evze"))
    assert (Site.objects.get().minimum, Site.objects.get().version) == ("evze", 2)


def test_the_page_of_the_site_explains_its_optimisation() -> None:
    Site.objects.get_or_create(pk=1)
    page = logged_in(admin()).get("/admin/zones/site/1/change/").content.decode()
    assert "Cars that draw less than they are offered" in page
    assert "How often a suspended car is offered the minimum." in page


def test_a_change_made_in_french_is_read_in_english_and_the_other_way_round() -> None:
    zone = site.zone()
    user = admin()
    user.language = "fr"
    user.save()
    logged_in(user).post(f"/admin/zones/zone/{zone.pk}/change/", fields(name=zone.name, max_current_a="40.5"))
    entry = Entry.objects.get(subtype="configuration")
    assert entry.message == entry.words == "zone “Car park” was set by ada. Maximum current (A): 60 → 40.5"
    with translation.override("fr"):
        said = "zone « Car park » : réglé par ada. Courant maximal (A) : 60 → 40,5"
        assert unbroken(entry.words) == unbroken(said)
