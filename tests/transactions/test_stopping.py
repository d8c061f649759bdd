"""StopTransaction on rows: T3, T4, T5, T6."""

import pytest

from journal.models import Entry
from rfid.decisions import Verdict
from tests.chargers import builders as site
from tests.transactions.builders import NOON, at, begun, row, sample, stop
from transactions.models import MeterSample, Quarantined, Transaction
from transactions.records import IdleReport, StopRequest, StopResult
from transactions.services import close_missing_stops, record_samples, stop_transactions

pytestmark = pytest.mark.django_db


def stopped(request: StopRequest) -> StopResult:
    return stop_transactions([request])[0]


def test_a_stop_ends_its_transaction_with_energy_and_reason() -> None:
    station = site.station()
    charge = begun(station)
    assert stopped(stop(station, charge.transaction, 3_600, reason="EVDisconnected")).closed
    ended = row(charge)
    assert (ended.energy_wh, ended.stop_reason, ended.ended_at) == (2_000, "EVDisconnected", at(3_600))
    assert (ended.charging_s, ended.estimated, ended.suspect) == (3_600, False, "")


def test_the_same_stop_again_changes_nothing_and_is_not_suspect() -> None:
    station = site.station()
    charge = begun(station)
    request = stop(station, charge.transaction, 60)
    stopped(request)
    assert stopped(request) == StopResult(None, charge.connector, charge.transaction, closed=False)
    assert not Quarantined.objects.exists()


def test_the_first_stop_wins_and_a_different_one_is_kept_apart() -> None:
    station = site.station()
    charge = begun(station)
    stopped(stop(station, charge.transaction, 60))
    stopped(stop(station, charge.transaction, 90, meter_stop_wh=9_999))
    assert row(charge).meter_stop_wh == 3_000
    assert Quarantined.objects.get().payload["meter_stop_wh"] == 9_999


def test_a_station_cannot_stop_another_stations_transaction() -> None:
    station, stranger = site.station(), site.station("CP-2")
    charge = begun(station)
    assert stopped(stop(stranger, charge.transaction, 60)) == StopResult()
    assert row(charge).state == Transaction.State.OPEN
    assert Quarantined.objects.get().box_identity == "CP-2"


def test_a_stop_without_a_start_is_one_orphan_record_however_often_it_comes() -> None:
    station = site.station()
    request = stop(station, 77, 60, samples=(sample(station, 0, 1_000),))
    stopped(request)
    stopped(request)
    orphan = Transaction.objects.get()
    assert (orphan.energy_wh, orphan.started_at, orphan.suspect) == (2_000, NOON, "no start came")
    assert Quarantined.objects.count() == 2


@pytest.mark.parametrize("number", [0, -1])
def test_a_station_that_lost_the_id_ends_its_only_transaction(number: int) -> None:
    station = site.station(connectors=2)
    charge = begun(station)
    assert stopped(stop(station, number, 60)).transaction == charge.transaction


def test_a_lost_id_with_two_candidates_ends_the_one_of_the_card_or_none() -> None:
    station = site.station(connectors=2)
    begun(station, id_tag="ONE")
    charge = begun(station, id_tag="TWO", connector_number=2)
    assert stopped(stop(station, 0, 60)).transaction is None
    assert stopped(stop(station, 0, 60, id_tag="two")).transaction == charge.transaction


def test_a_number_of_64_bits_is_answered() -> None:
    assert stopped(stop(site.station(), 2**63 - 1, 60)) == StopResult()


def test_a_meter_that_ran_backwards_gives_no_negative_energy() -> None:
    station = site.station()
    charge = begun(station)
    stopped(stop(station, charge.transaction, 60, meter_stop_wh=10))
    assert (row(charge).energy_wh, row(charge).suspect) == (0, "meter stop below meter start")


def test_a_stop_in_the_future_is_flagged() -> None:
    station = site.station()
    charge = begun(station)
    stopped(stop(station, charge.transaction, 86_400, received_at=at(60)))
    assert row(charge).suspect == "clock in the future"


def test_a_stop_with_a_card_is_answered_with_its_verdict() -> None:
    station = site.station(online="known")
    charge = begun(station)
    assert stopped(stop(station, charge.transaction, 60, id_tag="NOBODY")).verdict is Verdict.INVALID


def test_the_samples_of_a_stop_are_kept() -> None:
    station = site.station()
    charge = begun(station)
    stopped(stop(station, charge.transaction, 60, samples=(sample(station, 30, 2_000),)))
    assert MeterSample.objects.get().transaction == row(charge)


@pytest.mark.parametrize(("connector", "why"), [(1, "available"), (None, "boot")])
def test_a_missing_stop_is_estimated_from_the_last_meter_value(connector: int | None, why: str) -> None:
    station = site.station()
    charge = begun(station)
    record_samples([sample(station, 60, 1_500)])
    [[closed]] = close_missing_stops([IdleReport(station.pk, connector, at(300), why)])
    ended = row(charge)
    assert closed.transaction == charge.transaction
    assert (ended.estimated, ended.energy_wh, ended.ended_at) == (True, 500, at(60))


def test_available_on_one_connector_leaves_the_other_alone() -> None:
    station = site.station(connectors=2)
    begun(station)
    other = begun(station, connector_number=2)
    close_missing_stops([IdleReport(station.pk, 1, at(300), "available")])
    assert row(other).state == Transaction.State.OPEN


def test_a_late_genuine_stop_replaces_the_estimate_with_an_audit_line() -> None:
    station = site.station()
    charge = begun(station)
    close_missing_stops([IdleReport(station.pk, None, at(300), "boot")])
    result = stopped(stop(station, charge.transaction, 200, received_at=at(400)))
    assert not result.closed
    assert (row(charge).estimated, row(charge).energy_wh) == (False, 2_000)
    assert Entry.objects.filter(subtype="audit").count() == 1


def test_every_start_is_open_ended_or_estimated() -> None:
    station = site.station(connectors=3)
    charges = [begun(station, connector_number=n) for n in (1, 2, 3)]
    stopped(stop(station, charges[0].transaction, 60))
    close_missing_stops([IdleReport(station.pk, 2, at(60), "available")])
    assert sorted((row(c).state, row(c).estimated) for c in charges) == [
        ("ended", False),
        ("ended", True),
        ("open", False),
    ]
