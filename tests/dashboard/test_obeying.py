"""The station's page where something does not do what it is told (S15, S16): what is wrong, was done, can be done."""

from typing import Any

import pytest
from django.test import Client
from django.utils import translation

from accounts.models import Role
from chargers.models import Connector
from common import clock, hints
from dashboard.obeying import explain
from journal.models import Entry
from tests.dashboard import documents as build
from tests.dashboard import people

pytestmark = pytest.mark.django_db

STATES: dict[str, dict[str, Any]] = {
    "zero": {"state": "disobeys", "step": "zero", "for_good": False},
    "stop": {"state": "disobeys", "step": "stop", "for_good": False},
    "disable": {"state": "disobeys", "step": "disable", "for_good": True},
    "refuses": {"state": "refuses"},
    "clock": {"state": "clock", "degraded_a": 20.0},
    "starved": {"state": "starved"},
    "doubted": {"state": "doubted"},
}


def wrong(case: str) -> dict[str, Any]:
    since = "2026-06-01T12:00:00Z" if case in ("zero", "stop", "disable") else None
    return {"since": since, "allowed_a": 20.0, "seen_a": 26.0, "rating_a": 32.0, **STATES[case]}


def station_page(case: str | None, client: Client, **changed: Any) -> str:
    outlet = build.connector(obedience=None if case is None else wrong(case), **changed)
    at = clock.now().isoformat(timespec="seconds").replace("+00:00", "Z")
    people.publish({**build.document(stations=[build.station()], connectors=[outlet]), "at": at})
    row = people.station_row()
    Connector.objects.create(pk=1, station=row, number=1, max_current_a=32)
    return client.get("/stations/1/").content.decode()


@pytest.mark.parametrize("case", STATES)
@pytest.mark.parametrize("language", ["en", "fr"])
def test_every_state_says_what_is_wrong_what_was_done_and_what_to_do(case: str, language: str) -> None:
    with translation.override(language):
        said = explain(wrong(case))
    assert all(said[name].endswith(".") and "%" not in said[name] for name in ("what", "did", "advice"))


def test_french_is_not_english() -> None:
    with translation.override("fr"):
        french = explain(wrong("disable"))
    english = explain(wrong("disable"))
    assert not {french["what"], french["did"], french["advice"]} & set(english.values())


@pytest.mark.parametrize(("case", "shown"), [("disable", True), ("refuses", True), ("clock", False), (None, False)])
def test_the_page_offers_to_trust_it_again_where_that_helps(case: str | None, shown: bool) -> None:
    text = station_page(case, people.client_of())
    assert ("Trust it again, back into service" in text) == shown


def test_a_connector_that_is_out_of_service_can_be_put_back() -> None:
    assert "Put it back into service" in station_page(None, people.client_of(), status="unavailable", session=None)


def test_an_operator_puts_it_back_into_service_and_that_is_journalled(
    django_capture_on_commit_callbacks: Any,
) -> None:
    client = people.client_of()
    station_page("disable", client)
    heard: list[dict[str, Any]] = []
    stop = hints.listen("trust", heard.append)
    with django_capture_on_commit_callbacks(execute=True):
        answer = client.post("/connectors/1/trust/")
    stop()
    assert answer.headers["Location"] == "/stations/1/"
    assert [payload["connector"] for payload in heard] == [1]
    assert "by olivia" in Entry.objects.get(subtype="trusted").message


def test_it_is_not_done_by_looking_nor_by_a_machine() -> None:
    client = people.client_of()
    station_page("disable", client)
    assert client.get("/connectors/1/trust/").status_code == 405
    machine = Client()
    machine.force_login(people.user(Role.EBMS, "ebms"))
    assert machine.post("/connectors/1/trust/").status_code == 403
