"""StartTransaction on rows: T2, T3, T5, T8."""

from typing import Any

import pytest

from rfid.decisions import Verdict
from rfid.models import Card, UnknownCard
from tests.chargers import builders as site
from tests.transactions.builders import NOON, at, begun, row, start
from transactions.models import Transaction
from transactions.services import start_transactions

pytestmark = pytest.mark.django_db


def test_a_start_is_stored_with_where_it_happened() -> None:
    station = site.station()
    stored = row(begun(station))
    assert (stored.box_identity, stored.zone_name, stored.connector_number) == ("CP-1", "Car park", 1)
    assert stored.connector == station.connectors.get()


def test_the_same_start_again_gets_the_same_number() -> None:
    station = site.station()
    first, again = begun(station), begun(station, received=900)
    assert (again.transaction, again.fresh) == (first.transaction, False)
    assert Transaction.objects.count() == 1


def test_the_same_start_twice_in_one_batch_is_one_record() -> None:
    station = site.station()
    first, again = start_transactions([start(station), start(station)])
    assert (first.transaction, first.fresh) == (again.transaction, True)
    assert not again.fresh


@pytest.mark.parametrize(
    "other",
    [{"connector_number": 2}, {"id_tag": "OTHER"}, {"meter_start_wh": 1_001}, {"started_at": at(1)}],
    ids=["connector", "card", "meter", "instant"],
)
def test_a_start_that_differs_is_another_transaction(other: dict[str, Any]) -> None:
    station = site.station(connectors=2)
    assert begun(station).transaction != begun(station, **other).transaction


def test_numbers_are_positive_int32_and_not_in_sequence() -> None:
    stations = [site.station(f"CP-{n}") for n in range(20)]
    numbers = [result.transaction for result in start_transactions([start(station) for station in stations])]
    assert all(0 < number < 2**31 for number in numbers)
    assert len(set(numbers)) == 20
    assert sorted(numbers) != list(range(min(numbers), min(numbers) + 20))


def test_the_next_start_closes_one_that_has_no_stop() -> None:
    station = site.station()
    first = begun(station)
    second = begun(station, 600, meter_start_wh=5_000)
    assert [closed.transaction for closed in second.closed] == [first.transaction]
    assert row(first).estimated
    assert row(second).state == Transaction.State.OPEN


def test_a_replayed_older_start_does_not_close_the_newer_one() -> None:
    station = site.station()
    current = begun(station, 7_200, meter_start_wh=9_000)
    begun(station, 0, received=7_300)
    assert row(current).state == Transaction.State.OPEN


def test_a_queue_replayed_in_one_batch_closes_each_before_the_next() -> None:
    station = site.station()
    results = start_transactions([start(station, n * 600, received=7_200, meter_start_wh=n) for n in range(3)])
    assert [row(result).state for result in results] == ["ended", "ended", "open"]


def test_a_start_of_hours_ago_is_not_live() -> None:
    assert not begun(site.station(), 0, received=7_200).live


def test_a_start_with_a_clock_never_set_is_live_and_flagged() -> None:
    result = begun(site.station(), started_at=NOON.replace(year=1970))
    assert result.live
    assert row(result).suspect == "clock never set"


def test_an_unknown_card_is_recorded_and_answered_invalid() -> None:
    result = begun(site.station(online="known"))
    assert (result.verdict, row(result).decision) == (Verdict.INVALID, "invalid")
    assert UnknownCard.objects.get().box_identity == "CP-1"


def test_a_card_in_another_case_is_the_same_card() -> None:
    station = site.station(online="known")
    site.card("badge", site.group("known"), vip=True)
    result = begun(station)
    assert (result.verdict, result.vip) == (Verdict.ACCEPTED, True)
    assert Card.objects.get().last_seen_at == NOON


def test_a_station_without_a_zone_may_not_start_a_charge() -> None:
    assert begun(site.station(placed=False)).verdict is Verdict.BLOCKED


def test_a_connector_that_was_not_installed_loses_no_record() -> None:
    result = begun(site.station(), connector_number=70_000)
    assert (result.connector, result.live) == (None, False)
    assert row(result).connector_number == 32_767


def test_hostile_figures_and_letters_are_stored() -> None:
    result = begun(site.station(), meter_start_wh=10**400, id_tag="a\x00\ud800\r\n")
    assert row(result).meter_start_wh == 2**62


def test_a_batch_takes_as_many_queries_as_one_start(django_assert_max_num_queries: Any) -> None:
    stations = [site.station(f"CP-{n}") for n in range(50)]
    with django_assert_max_num_queries(20):
        start_transactions([start(station) for station in stations])
