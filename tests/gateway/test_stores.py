"""Rows and dictionaries keep the same promises: T2 to T5, T8, RFI-2."""

from random import Random
from typing import Any, Protocol

import pytest

from chargers.models import Connector, Station
from chargers.records import AuthorizeRequest, BootReport, ConfigurationReport, Presence, StationRecord, StatusReport
from chargers.selectors import station_record
from engine.facts import Status
from gateway.protocol.memory import Group, MemoryStore
from gateway.protocol.store import Kind, Store
from gateway.rows import RowStore
from rfid.decisions import CardFacts, Verdict, id_key
from rfid.models import AuthGroup, Card
from tests.gateway.talk import at
from transactions.records import IdleReport, SampleRecord, StartRequest, StartResult, StopRequest, StopResult
from zones.models import Zone


class Site(Protocol):
    """`here` has connectors 1 and 2, `there` one; both take known cards, of which one is good and one barred."""

    store: Store
    here: int
    there: int

    def record(self) -> StationRecord: ...


class Rows:
    def __init__(self) -> None:
        zone = Zone.objects.create(name="all", max_current_a=100)
        group = AuthGroup.objects.create(name="known", online="known")
        for tag, authorised in (("GOOD", True), ("BARRED", False)):
            card = Card.objects.create(id_tag=tag, id_key=id_key(tag), authorised=authorised, vip=authorised)
            card.groups.add(group)
        stations = [
            Station.objects.create(box_identity=name, state=Station.State.INSTALLED, zone=zone, group=group)
            for name in ("HERE", "THERE")
        ]
        for number in (1, 2):
            Connector.objects.create(station=stations[0], number=number)
        Connector.objects.create(station=stations[1], number=1)
        self.here, self.there = (station.pk for station in stations)
        self.store: Store = RowStore()

    def record(self) -> StationRecord:
        record = station_record(box_identity="HERE")
        assert record is not None
        return record


class Dictionaries:
    def __init__(self) -> None:
        self.here, self.there = 1, 2
        group = Group("known", frozenset({"GOOD", "BARRED"}))
        memory = MemoryStore(
            {
                1: StationRecord(1, "HERE", installed=True, connectors={1: 11, 2: 12}),
                2: StationRecord(2, "THERE", installed=True, connectors={1: 21}),
            },
            groups={1: group, 2: group},
            cards={"GOOD": CardFacts(authorised=True, vip=True), "BARRED": CardFacts(authorised=False)},
            random=Random(7),
        )
        self.store: Store = memory
        self._memory = memory

    def record(self) -> StationRecord:
        return self._memory.stations[1]


@pytest.fixture(params=[Rows, Dictionaries])
def site(request: pytest.FixtureRequest, transactional_db: None) -> Site:
    made: Site = request.param()
    return made


def put(site: Site, kind: Kind, payload: object) -> Any:
    told: list[tuple[Any, Exception | None]] = []

    def done(result: Any, error: Exception | None) -> None:
        told.append((result, error))

    site.store.put(kind, payload, done)
    [(result, error)] = told
    assert error is None
    return result


def start(site: Site, second: float = 0, *, received: float | None = None, **fields: Any) -> StartResult:
    wanted: dict[str, Any] = {"connector_number": 1, "id_tag": "GOOD", "meter_start_wh": 1_000} | fields
    received_at = at(second if received is None else received)
    request = StartRequest(station=site.here, started_at=at(second), received_at=received_at, **wanted)
    result: StartResult = put(site, Kind.START, request)
    return result


def stop(site: Site, transaction: int, second: float = 600, meter: int = 3_000, **fields: Any) -> StopResult:
    wanted: dict[str, Any] = {"station": site.here, "stopped_at": at(second), "received_at": at(second)} | fields
    result: StopResult = put(site, Kind.STOP, StopRequest(transaction=transaction, meter_stop_wh=meter, **wanted))
    return result


def sampled(site: Site, second: float, register: int, **fields: Any) -> Any:
    sample = SampleRecord(site.here, 1, at(second), at(second), energy_wh=register, **fields)
    return put(site, Kind.SAMPLES, (sample,))[0]


def test_a_boot_is_answered_with_what_was_known_before(site: Site) -> None:
    assert not put(site, Kind.BOOT, BootReport(site.here, at(0), vendor="V")).accepted
    assert put(site, Kind.BOOT, BootReport(site.here, at(9))).accepted


def test_presence_and_configuration_are_kept(site: Site) -> None:
    put(site, Kind.PRESENCE, Presence(site.here, True, at(0)))
    put(site, Kind.CONFIGURATION, ConfigurationReport(site.here, at(1), {"A": "1"}, {"B": "Rejected"}))
    record = site.record()
    assert (record.ever_connected, record.configuration, record.refused) == (True, {"A": "1"}, {"B": "Rejected"})


def test_a_status_names_its_connector(site: Site) -> None:
    told = [put(site, Kind.STATUS, StatusReport(site.here, n, Status.CHARGING, at(0))).connector for n in (0, 1, 9)]
    assert told == [None, site.record().connectors[1], None]


@pytest.mark.parametrize(
    ("tag", "verdict"),
    [("GOOD", Verdict.ACCEPTED), (" good ", Verdict.ACCEPTED), ("BARRED", Verdict.BLOCKED), ("NEW", Verdict.INVALID)],
)
def test_cards_are_decided_alike(site: Site, tag: str, verdict: Verdict) -> None:
    assert put(site, Kind.AUTHORIZE, AuthorizeRequest(site.here, tag, at(0))).verdict is verdict


def test_the_same_start_has_the_same_number(site: Site) -> None:
    first, again, other = start(site), start(site, received=60), start(site, connector_number=2)
    assert first.transaction == again.transaction != other.transaction
    assert (first.fresh, again.fresh) == (True, False)
    assert 0 < first.transaction < 2**31


def test_an_unknown_card_is_recorded_all_the_same(site: Site) -> None:
    result = start(site, id_tag="NEW")
    assert (result.verdict, result.live) == (Verdict.INVALID, True)


def test_a_queued_start_is_not_live(site: Site) -> None:
    assert not start(site, received=3_600).live


def test_a_start_on_a_connector_that_is_not_there_is_recorded_and_not_live(site: Site) -> None:
    result = start(site, connector_number=9)
    assert (result.connector, result.live) == (None, False)


def test_a_second_start_closes_the_first(site: Site) -> None:
    first = start(site)
    second = start(site, 60)
    assert [closed.transaction for closed in second.closed] == [first.transaction]


def test_the_first_stop_wins(site: Site) -> None:
    number = start(site).transaction
    assert stop(site, number).closed
    assert not stop(site, number, 700, 9_000).closed


def test_a_stop_of_a_foreign_or_unknown_transaction_changes_nothing(site: Site) -> None:
    number = start(site).transaction
    foreign = stop(site, number, station=site.there)
    assert (foreign.closed, foreign.connector) == (False, None)
    assert not stop(site, 1 if number != 1 else 2).closed
    assert stop(site, number).closed


def test_a_stop_of_0_means_the_only_open_transaction(site: Site) -> None:
    number = start(site).transaction
    result = stop(site, 0)
    assert (result.closed, result.transaction) == (True, number)


def test_a_stop_of_0_with_two_open_transactions_means_the_one_of_the_card(site: Site) -> None:
    start(site)
    other = start(site, connector_number=2, id_tag="OTHER").transaction
    assert not stop(site, -1).closed
    assert stop(site, -1, id_tag="other").transaction == other


def test_samples_tell_the_sessions_energy(site: Site) -> None:
    number = start(site).transaction
    result = sampled(site, 60, 1_250, transaction=number)
    assert (result.transaction, result.session_energy_wh, result.running.transaction) == (number, 250, number)


def test_a_sample_without_a_transaction_belongs_to_what_is_open(site: Site) -> None:
    number = start(site).transaction
    assert sampled(site, 60, 1_250).transaction == number


def test_a_sample_after_the_stop_reopens_nothing(site: Site) -> None:
    number = start(site).transaction
    stop(site, number)
    assert sampled(site, 700, 4_000, transaction=number).running is None


def test_a_missing_stop_is_estimated_and_replaced_by_the_late_one(site: Site) -> None:
    number = start(site).transaction
    sampled(site, 60, 1_500, transaction=number)
    closed = put(site, Kind.IDLE, IdleReport(site.here, 1, at(120), "available"))
    assert [one.transaction for one in closed] == [number]
    late = stop(site, number, 90)
    assert (late.closed, late.transaction) == (False, number)


def test_an_estimated_end_is_taken_back_by_a_charge_that_goes_on(site: Site) -> None:
    number = start(site).transaction
    put(site, Kind.IDLE, IdleReport(site.here, None, at(120), "boot"))
    assert sampled(site, 180, 1_800, transaction=number).running.transaction == number
    assert stop(site, number).closed


@pytest.mark.django_db(transaction=True)
def test_one_payload_that_fails_does_not_take_the_others_with_it() -> None:
    site = Rows()
    told: list[Exception | None] = []
    gone = StopRequest(station=999, transaction=1, meter_stop_wh=0, stopped_at=None, received_at=at(0))
    site.store.put(Kind.STOP, gone, lambda result, error: told.append(error))
    assert isinstance(told[0], LookupError)
    assert not stop(site, 5).closed
