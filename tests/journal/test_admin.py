"""The admin's pages of the journal and of what is only to be read."""

import re
from datetime import UTC, datetime

import pytest

from journal.models import Alarm, Entry, Frame
from journal.records import Said
from journal.services import write_entry
from tests.accounts.people import admin, logged_in
from tests.chargers import builders as site
from tests.transactions.builders import begun, row
from transactions.models import Quarantined

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)


def test_an_alarm_is_acknowledged_by_name() -> None:
    alarm = Alarm.objects.create(code="meter_lost", subject="Main")
    logged_in(admin()).post("/admin/journal/alarm/", {"action": "acknowledge", "_selected_action": [alarm.pk]})
    alarm.refresh_from_db()
    assert alarm.acknowledged_by == "ada"


@pytest.mark.parametrize(("chosen", "shown"), [("1", "still"), ("0", "over")])
def test_alarms_are_filtered_by_state(chosen: str, shown: str) -> None:
    Alarm.objects.create(code="still", subject="x")
    Alarm.objects.create(code="over", subject="x", cleared_at=NOON)
    page = logged_in(admin()).get("/admin/journal/alarm/", {"open": chosen}).content.decode()
    assert re.findall(r'class="field-code[^>]*>(?:<a[^>]*>)?(\w+)', page) == [shown]


@pytest.mark.parametrize("page", ["journal/entry", "journal/frame", "transactions/transaction"])
def test_records_are_read_and_not_written(page: str) -> None:
    entry = Entry.objects.create(kind="ocpp", message="<b>hello</b>")
    frame = Frame.objects.create(box_identity="CP-1", outgoing=False, text="[]")
    charge = row(begun(site.station()))
    pk = {"journal/entry": entry.pk, "journal/frame": frame.pk, "transactions/transaction": charge.pk}[page]
    client = logged_in(admin())
    assert client.get(f"/admin/{page}/").status_code == 200
    assert client.get(f"/admin/{page}/{pk}/change/").status_code == 200
    assert client.post(f"/admin/{page}/{pk}/delete/", {"post": "yes"}).status_code == 403
    assert client.get(f"/admin/{page}/add/").status_code == 403


def test_entries_are_read_and_searched_in_the_reader_s_language() -> None:
    write_entry(kind="communication", subtype="x", device="CP-1", message=Said("station_connected"))
    user = admin()
    user.language = "fr"
    user.save()
    client = logged_in(user)
    pk = Entry.objects.get().pk
    for address in ("?q=borne+connectée", f"{pk}/change/"):
        assert "Borne connectée." in client.get(f"/admin/journal/entry/{address}").content.decode()
    assert "CP-1" not in client.get("/admin/journal/entry/?q=déconnectée").content.decode()


@pytest.mark.parametrize("address", ["/admin/journal/frame/", "/admin/transactions/quarantined/"])
def test_what_was_kept_raw_has_headings_in_the_reader_s_language(address: str) -> None:
    frame = Frame.objects.create(box_identity="CP-1", outgoing=True, text="[3]")
    stray = Quarantined.objects.create(box_identity="CP-1", action="StopTransaction", why="unknown", payload={})
    user = admin()
    user.language = "fr"
    user.save()
    client = logged_in(user)
    row = frame if "frame" in address else stray
    for page in (client.get(address), client.get(f"{address}{row.pk}/change/")):
        text = page.content.decode()
        assert "dentité de la borne" in text
        assert "Box identity" not in text
