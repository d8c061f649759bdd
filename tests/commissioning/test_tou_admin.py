"""The admin's pages of time of use, of limits that were set, and of digital inputs."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from accounts.models import Role
from common import clock
from common.text import unbroken
from journal.models import Entry
from metering.models import DigitalInput, InputState
from tests.accounts.people import admin, logged_in, person
from tests.chargers import builders as site
from zones.limits import set_limit
from zones.models import Reduction, Site, TouPeriod, TouSlot

pytestmark = pytest.mark.django_db
TABS = ("/admin/zones/touperiod/", "/admin/zones/touperiod/zones/", "/admin/zones/touperiod/summary/")


def fields(slots: int = 1, **changes: Any) -> dict[str, Any]:
    rows = {f"slots-{n}-start": f"{n:02}:00" for n in range(slots)} | {
        f"slots-{n}-end": f"{n:02}:30" for n in range(slots)
    }
    counts = {"slots-TOTAL_FORMS": slots, "slots-INITIAL_FORMS": 0}
    return {"name": "Peak", "enabled": "on", "monday": "on", "max_charge_pct": 50} | rows | counts | changes


@pytest.fixture
def client() -> Client:
    return logged_in(admin())


def saved(client: Client, **changes: Any) -> str:
    """The page that answers; empty where the period was saved."""
    return client.post("/admin/zones/touperiod/add/", fields(**changes)).content.decode()


def test_the_same_hours_twice_are_refused_in_words(client: Client) -> None:
    twice = {"slots-1-start": "00:00", "slots-1-end": "00:30"}
    assert "This period has a time slot of these hours already." in saved(client, slots=2, **twice)


def test_a_period_is_saved_with_a_new_version_and_a_line_of_who_did_it(client: Client) -> None:
    zone = site.zone()
    before = Site.objects.get_or_create(pk=1)[0].version
    assert saved(client, zones=[zone.pk]) == ""
    assert TouPeriod.objects.get().days == (True, False, False, False, False, False, False)
    assert Site.objects.get().version == before + 1
    assert "Zones: – → Car park" in Entry.objects.get(subtype="configuration").message


def test_a_sixth_period_is_refused(client: Client) -> None:
    TouPeriod.objects.bulk_create(TouPeriod(name=str(n), max_charge_pct=50) for n in range(5))
    assert "6 time-of-use periods; at most 5 are possible" in saved(client)


def test_a_twenty_first_slot_is_refused(client: Client) -> None:
    full = TouPeriod.objects.create(name="Full", max_charge_pct=50)
    TouSlot.objects.bulk_create(TouSlot(period=full, start=f"{n:02}:00", end="23:59") for n in range(19))
    assert "21 time slots in all periods together; at most 20" in saved(client, slots=2)
    assert saved(client, slots=1) == ""


def test_the_list_shows_hours_days_and_zones(client: Client) -> None:
    saved(client, zones=[site.zone().pk])
    page = client.get("/admin/zones/touperiod/").content.decode()
    assert '<td class="field-starts">00:00</td>' in page
    assert '<td class="field-ends">00:30</td>' in page
    assert "Car park" in page


def test_a_limit_that_was_set_is_seen_and_can_only_be_deleted(client: Client) -> None:
    until = clock.now() + timedelta(minutes=5)
    limit = set_limit(zone=site.zone(), source="Building manager", quotient_pct=50, expires_at=until)
    Reduction.objects.create(zone=site.zone(), source="contract", quotient_pct=80)
    page = client.get("/admin/zones/reduction/").content.decode()
    assert "Building manager" in page
    assert "contract" not in page
    assert client.get("/admin/zones/reduction/add/").status_code == 403
    client.post(f"/admin/zones/reduction/{limit.pk}/delete/", {"post": "yes"})
    assert [row.source for row in Reduction.objects.all()] == ["contract"]


def test_the_zone_page_lists_configured_reductions_only(client: Client) -> None:
    until = clock.now() + timedelta(minutes=5)
    set_limit(zone=site.zone(), source="Building manager", quotient_pct=50, expires_at=until)
    page = client.get(f"/admin/zones/zone/{site.zone().pk}/change/").content.decode()
    assert 'name="reductions-INITIAL_FORMS" value="0"' in page


def test_a_digital_input_is_saved_and_listed_with_its_state(client: Client) -> None:
    values = {
        "name": "Receiver",
        "host": "10.0.0.9",
        "port": 502,
        "unit": 1,
        "table": "discrete",
        "number": 3,
        "quotient_pct": 60,
        "zones": [site.zone().pk],
        "when_lost": "active",
    }
    client.post("/admin/metering/digitalinput/add/", values)
    made = DigitalInput.objects.get()
    assert "waiting for the first reading" in client.get("/admin/metering/digitalinput/").content.decode()
    fault = {"code": "input_exception", "params": {"number": 3, "exception": 2}}
    InputState.objects.create(input=made, sequence=1, fault=fault)
    page = client.get("/admin/metering/digitalinput/").content.decode()
    assert "the device refused input 3: exception 2 (illegal data address)" in page


def test_the_three_tabs_lead_to_each_other(client: Client) -> None:
    for tab in TABS:
        page = client.get(tab).content.decode()
        assert all(f'href="{other}"' in page for other in TABS)


def test_the_tabs_are_for_administrators() -> None:
    operator = logged_in(person())
    assert {operator.get(tab).status_code for tab in TABS} <= {302, 403}


def test_the_list_has_the_columns_of_the_specification(client: Client) -> None:
    saved(client)
    page = client.get(TABS[0]).content.decode()
    columns = [f"column-{name}" for name in ("enabled", "name", "starts", "ends", "monday", "sunday", "max_charge_pct")]
    assert [page.index(column) for column in columns] == sorted(page.index(column) for column in columns)


def test_periods_are_assigned_to_zones_in_a_table(client: Client) -> None:
    saved(client, zones=[site.zone("A").pk])
    period, other = TouPeriod.objects.get(), site.zone("B")
    before = Site.objects.get().version
    client.post(TABS[1], {"applies": [f"{period.pk}-{other.pk}", "x-1", "999-1", f"{period.pk}-999"]})
    assert [zone.name for zone in period.zones.all()] == ["B"]
    assert Site.objects.get().version == before + 1
    assert "The zones of Peak were set by ada." in Entry.objects.filter(subtype="configuration").first().message  # type: ignore[union-attr]  # there is one


def test_saving_the_table_as_it_was_changes_nothing(client: Client) -> None:
    saved(client, zones=[site.zone().pk])
    before = Site.objects.get().version
    client.post(TABS[1], {"applies": [f"{TouPeriod.objects.get().pk}-{site.zone().pk}"]})
    assert Site.objects.get().version == before


def test_the_summary_draws_the_week_of_each_zone(client: Client) -> None:
    saved(client, zones=[site.zone("A").pk], **{"slots-0-start": "08:00", "slots-0-end": "18:00"})
    site.zone("<B>")
    Reduction.objects.create(zone=site.zone("<B>"), source="contract", quotient_pct=75)
    page = client.get(TABS[2]).content.decode()
    assert "Monday 08:00 - 18:00: 50 %, 30 A (time of use: Peak)" in page
    assert "Tuesday 00:00 - 24:00: 100 %, 60 A" in page
    assert unbroken("Always reduced to 75 % (contract)") in page
    assert "75 % · 45 A" in page
    assert "&lt;B&gt;" in page


def test_the_summary_has_no_thousands_in_its_geometry() -> None:
    french = logged_in(person("a", Role.ADMIN, language="fr"))
    TouPeriod.objects.bulk_create(TouPeriod(pk=1_000 + n, name=str(n), max_charge_pct=50) for n in range(2))
    site.zone(max_a=1250)
    assert 'viewBox="0 0 796 216"' in french.get(TABS[2]).content.decode()
    assert 'value="1000-' in french.get(TABS[1]).content.decode()
