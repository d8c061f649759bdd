"""MeterValues on rows."""

from typing import Any

import pytest

from chargers.models import Connector
from journal.models import Entry
from tests.chargers import builders as site
from tests.transactions.builders import at, begun, row, sample, stop
from transactions.models import MeterSample, Transaction
from transactions.records import IdleReport
from transactions.selectors import open_transactions
from transactions.services import close_missing_stops, record_samples, stop_transactions

pytestmark = pytest.mark.django_db


def test_a_sample_is_stored_and_folded_into_the_transaction_of_its_connector() -> None:
    station = site.station()
    charge = begun(station)
    [result] = record_samples([sample(station, 10, 1_250, currents_a=(16.0, 15.9, None), power_w=7_300.0)])
    assert (result.transaction, result.session_energy_wh) == (charge.transaction, 250)
    assert MeterSample.objects.values_list("current_1_a", "current_2_a", "current_3_a", "energy_wh").get() == (
        16.0,
        15.9,
        None,
        1_250,
    )


def test_time_counts_as_charging_only_while_current_flows() -> None:
    station = site.station()
    charge = begun(station)
    record_samples([sample(station, 60, 1_100), sample(station, 120, 1_100), sample(station, 180, 1_200)])
    assert row(charge).charging_s == 120


def test_a_register_that_counts_per_session_is_understood() -> None:
    station = site.station()
    begun(station, meter_start_wh=50_000)
    assert record_samples([sample(station, 10, 700)])[0].session_energy_wh == 700


def test_a_register_that_falls_or_jumps_does_not_move_the_energy() -> None:
    station = site.station()
    begun(station)
    results = record_samples([sample(station, n, wh) for n, wh in [(10, 1_500), (20, 1_400), (30, 10**12)]])
    assert [result.session_energy_wh for result in results] == [500, 500, 500]


def test_another_stations_transaction_is_not_touched() -> None:
    station, stranger = site.station(), site.station("CP-2")
    charge = begun(station)
    [result] = record_samples([sample(stranger, 10, 9_000, transaction=charge.transaction)])
    assert result.transaction is None
    assert row(charge).energy_wh == 0


def test_a_sample_that_names_no_known_transaction_is_recovered_by_connector() -> None:
    station = site.station()
    charge = begun(station)
    assert record_samples([sample(station, 10, 1_100, transaction=0)])[0].transaction == charge.transaction


def test_a_sample_of_no_connector_is_dropped_and_its_neighbours_kept() -> None:
    station = site.station()
    results = record_samples([sample(station, 10, 1, connector_number=0), sample(station, 10, 2)])
    assert results[0].connector is None
    assert MeterSample.objects.get().energy_wh == 2


def test_a_sample_after_the_stop_reopens_nothing() -> None:
    station = site.station()
    charge = begun(station)
    stop_transactions([stop(station, charge.transaction, 60)])
    [result] = record_samples([sample(station, 120, 9_000, transaction=charge.transaction)])
    assert result.running is None
    assert (row(charge).state, row(charge).energy_wh) == (Transaction.State.ENDED, 2_000)


def test_a_transaction_that_goes_on_after_a_restart_is_open_again() -> None:
    station = site.station()
    charge = begun(station)
    close_missing_stops([IdleReport(station.pk, None, at(60), "boot")])
    [result] = record_samples([sample(station, 90, 1_900, transaction=charge.transaction)])
    assert result.running is not None
    assert (row(charge).state, row(charge).estimated) == (Transaction.State.OPEN, False)
    assert Entry.objects.filter(subtype="audit").exists()


def test_a_sample_queued_before_a_restart_reopens_nothing() -> None:
    station = site.station()
    charge = begun(station)
    close_missing_stops([IdleReport(station.pk, None, at(60), "boot")])
    record_samples([sample(station, 50, 1_900, transaction=charge.transaction, received_at=at(70))])
    assert row(charge).estimated


def test_an_old_start_shows_that_it_runs_by_its_first_new_sample() -> None:
    station = site.station()
    charge = begun(station, 0, received=7_200)
    old, new = record_samples([sample(station, 60, 1_100, received_at=at(7_201)), sample(station, 7_210, 8_000)])
    assert old.running is None
    assert new.running is not None
    assert (new.running.transaction, new.running.energy_wh) == (charge.transaction, 7_000)


def test_a_charging_status_makes_a_sample_with_a_wrong_clock_count_as_now() -> None:
    station = site.station()
    begun(station, 0, received=18_000)
    Connector.objects.update(status="charging")
    assert record_samples([sample(station, 10, 1_100, received_at=at(18_010))])[0].running is not None


def test_control_reads_the_newest_open_transaction_of_each_connector() -> None:
    station = site.station(online="known")
    charge = begun(station)
    [running] = open_transactions()
    assert (running.transaction, running.connector, running.blocked) == (charge.transaction, charge.connector, True)


def test_a_batch_takes_a_handful_of_queries(django_assert_max_num_queries: Any) -> None:
    stations = [site.station(f"CP-{n}") for n in range(50)]
    for station in stations:
        begun(station)
    with django_assert_max_num_queries(6):
        record_samples([sample(station, 10, 1_100) for station in stations])
