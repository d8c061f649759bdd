"""The admin's pages of time of use, of limits that were set, and of digital inputs."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from common import clock
from journal.models import Entry
from metering.models import DigitalInput, InputState
from tests.accounts.people import admin, logged_in
from tests.chargers import builders as site
from zones.limits import set_limit
from zones.models import Reduction, Site, TouPeriod, TouSlot

pytestmark = pytest.mark.django_db


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


def test_a_period_is_saved_with_a_new_version_and_a_line_of_who_did_it(client: Client) -> None:
    zone = site.zone()
    before = Site.objects.get_or_create(pk=1)[0].version
    assert saved(client, zones=[zone.pk]) == ""
    assert TouPeriod.objects.get().days == (True, False, False, False, False, False, False)
    assert Site.objects.get().version == before + 1
    assert "zones: None → Car park" in Entry.objects.get(subtype="configuration").message


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
    assert "00:00 - 00:30" in page
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
