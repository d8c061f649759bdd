"""What stations tell of themselves, on rows."""

from datetime import UTC, datetime

import pytest

from chargers import services
from chargers.models import Connector, Station
from chargers.records import (
    AuthorizeRequest,
    BootReport,
    ConfigurationReport,
    Presence,
    Quirk,
    StationCall,
    StationRecord,
    StatusReport,
)
from engine.facts import Status
from journal.models import Alarm, Entry
from rfid.decisions import Verdict
from rfid.models import Card, UnknownCard
from tests.chargers import builders as site
from zones import selectors as zones

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)


def called(*identities: str) -> list[StationRecord | None]:
    return services.station_called([StationCall(identity, "10.0.0.5", NOON) for identity in identities])


def test_a_station_that_was_seen_to_lose_its_limits_is_marked_and_control_hears_of_it() -> None:
    station = site.station()
    version = zones.site().version
    services.record_volatile([station.pk, station.pk])
    station.refresh_from_db()
    assert station.volatile
    assert zones.site().version == version + 1
    services.record_volatile([station.pk])
    assert zones.site().version == version + 1


def test_an_unknown_station_that_calls_is_detected_and_journalled() -> None:
    [record] = called("CP-9")
    assert record is not None
    assert (record.installed, record.connectors) == (False, {})
    assert Station.objects.get().address == "10.0.0.5"
    assert Entry.objects.get().subtype == "detected"


def test_a_station_that_calls_twice_is_one_row() -> None:
    first, second = called("CP-9", "CP-9")
    assert first == second
    assert Station.objects.count() == 1


@pytest.mark.parametrize("identity", ["", "a b", "x" * 31, "a/b", "é", "a\n", "..%2f"])
def test_an_illegal_identity_is_refused(identity: str) -> None:
    assert called(identity) == [None]
    assert not Station.objects.exists()


def test_an_installed_station_is_found_with_its_connectors() -> None:
    station = site.station(connectors=2)
    [record] = called("CP-1")
    assert record is not None
    assert record.installed
    assert record.connectors == {c.number: c.pk for c in station.connectors.all()}


def test_invented_identities_fill_no_disk_and_never_push_an_installed_station_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(services, "MAX_DETECTED", 5)
    site.station("REAL")
    for n in range(20):
        called(f"FAKE-{n}")
    assert Station.objects.filter(state=Station.State.DETECTED).count() == 5
    assert Station.objects.filter(box_identity="REAL").exists()
    assert Alarm.objects.get().code == "too_many_detected"


def test_a_flood_in_one_batch_is_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "MAX_DETECTED", 5)
    assert called(*[f"FAKE-{n}" for n in range(20)]).count(None) == 15


def test_the_first_boot_of_an_installed_station_makes_it_accepted() -> None:
    station = site.station()
    boot = BootReport(station.pk, NOON, vendor="ACME\x00", model="M" * 99)
    before, again = services.record_boots([boot])[0], services.record_boots([boot])[0]
    station.refresh_from_db()
    assert (before.accepted, again.accepted, station.ever_connected) == (False, True, True)
    assert (station.vendor, len(station.model)) == ("ACME\ufffd", 50)


def test_the_boot_of_a_detected_station_accepts_nothing() -> None:
    station = site.detected()
    services.record_boots([BootReport(station.pk, NOON, vendor="ACME")])
    station.refresh_from_db()
    assert (station.vendor, station.accepted_at, station.ever_connected) == ("ACME", None, False)


def test_of_several_reports_of_presence_the_last_counts() -> None:
    station = site.station()
    services.record_presence([Presence(station.pk, online, NOON) for online in (True, False, True)])
    station.refresh_from_db()
    assert (station.online, station.ever_connected, station.last_seen_at) == (True, True, NOON)


def test_no_station_is_connected_when_the_gateway_starts() -> None:
    Station.objects.filter(pk=site.station().pk).update(online=True)
    services.forget_presence()
    assert not Station.objects.filter(online=True).exists()


def test_of_several_statuses_the_last_counts() -> None:
    station = site.station()
    reports = [StatusReport(station.pk, 1, status, NOON) for status in (Status.PREPARING, Status.CHARGING)]
    results = services.record_statuses(reports)
    assert Connector.objects.get().status == "charging"
    assert {result.connector for result in results} == {Connector.objects.get().pk}


def test_the_status_of_a_connector_that_was_not_installed_is_a_quirk() -> None:
    station = site.station()
    reports = [StatusReport(station.pk, number, Status.FAULTED, NOON, "x" * 99) for number in (0, 1, 7)]
    assert [result.connector for result in services.record_statuses(reports)] == [
        None,
        Connector.objects.get().pk,
        None,
    ]
    station.refresh_from_db()
    assert station.quirks["connector_number"]["detail"] == "7"
    assert Connector.objects.count() == 1


def test_a_quirk_keeps_when_it_began_and_its_last_example() -> None:
    station = site.station()
    later = NOON.replace(hour=13)
    services.note_quirks([Quirk(station.pk, "unit", "kw", NOON), Quirk(station.pk, "unit", "KWH", later)])
    station.refresh_from_db()
    assert station.quirks == {"unit": {"detail": "KWH", "since": NOON.isoformat()}}


def test_configuration_is_merged_and_a_refusal_can_be_taken_back() -> None:
    station = site.station()
    services.record_configuration([ConfigurationReport(station.pk, NOON, {"A": "1", "B": None}, {"A": "Rejected"})])
    services.record_configuration([ConfigurationReport(station.pk, NOON, {"A": "2"}, {"A": ""})])
    station.refresh_from_db()
    assert (station.configuration, station.refused_keys) == ({"A": "2", "B": None}, {})


def test_reports_of_a_station_that_was_deleted_are_answered() -> None:
    assert not services.record_boots([BootReport(99, NOON)])[0].installed
    assert services.record_statuses([StatusReport(99, 1, Status.AVAILABLE, NOON)])[0].connector is None
    assert services.note_quirks([Quirk(99, "a", "b", NOON)]) == [None]


def test_cards_are_decided_in_one_batch_and_noted() -> None:
    known, open_to_all = site.station("CP-1", online="known"), site.station("CP-2", online="all")
    site.card("AA", site.group("known"))
    requests = [
        AuthorizeRequest(known.pk, "aa", NOON),
        AuthorizeRequest(known.pk, "NEW", NOON),
        AuthorizeRequest(open_to_all.pk, "ANY", NOON),
    ]
    verdicts = [decision.verdict for decision in services.authorize(requests)]
    assert verdicts == [Verdict.ACCEPTED, Verdict.INVALID, Verdict.ACCEPTED]
    assert Card.objects.get().last_seen_at == NOON
    assert set(UnknownCard.objects.values_list("id_tag", flat=True)) == {"NEW", "ANY"}


def test_with_the_reader_off_nobody_presents_a_card() -> None:
    station = site.station(online="off")
    assert services.authorize([AuthorizeRequest(station.pk, "auto", NOON)])[0].accepted
    assert not UnknownCard.objects.exists()
