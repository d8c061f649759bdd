"""StartTransaction, stored (T2, T3, T5, T8). The record never waits for, nor depends on, the card's decision."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from chargers.authorisation import Presentation, decide_cards, note_presentations
from chargers.models import Connector, Station
from common.text import printable
from rfid.decisions import Decision, Verdict
from transactions.clocks import clock_suspicion, is_absurd, is_recent
from transactions.closing import START, estimate_ends
from transactions.energy import bounded_wh
from transactions.models import Transaction
from transactions.numbers import fresh_numbers
from transactions.records import Closed, StartRequest, StartResult

_MAX_CONNECTOR = 32_767


@dataclass(frozen=True, slots=True)
class _Places:
    """Where starts happen, read once for a batch."""

    stations: dict[int, Station]
    connectors: dict[tuple[int, int], int]


def start_transactions(requests: Sequence[StartRequest]) -> list[StartResult]:
    """Batch handler. The same start again gets the same number, whatever its message id (T2).

    A transaction still open on the connector is closed as estimated, unless the new start is the older of the two.
    Raises LookupError for a station that was deleted meanwhile.
    """
    return [result for part in _once_per_connector(requests) for result in _start(part)]


def _once_per_connector(requests: Iterable[StartRequest]) -> Iterator[list[StartRequest]]:
    """A queue that a station replays holds several starts of a connector: each must see the one before it stored."""
    part: dict[tuple[int, int], StartRequest] = {}
    for request in requests:
        place = (request.station, request.connector_number)
        if place in part:
            yield list(part.values())
            part = {}
        part[place] = request
    yield list(part.values())


def _start(requests: Sequence[StartRequest]) -> list[StartResult]:
    places = _places(requests)
    presentations = [Presentation(r.station, r.id_tag) for r in requests]
    decisions = decide_cards(presentations)
    drafts = [_draft(r, d, places) for r, d in zip(requests, decisions, strict=True)]
    known = _already_stored(drafts)
    fresh = {_key(draft): draft for draft in drafts if _key(draft) not in known}
    closed = _close_older(fresh.values())
    for number, draft in zip(fresh_numbers(len(fresh)), fresh.values(), strict=True):
        draft.number = number
    Transaction.objects.bulk_create(fresh.values())
    note_presentations(presentations, at=requests[-1].received_at)
    results = []
    for request, draft in zip(requests, drafts, strict=True):
        row = known.get(_key(draft)) or fresh[_key(draft)]
        results.append(_result(row, request, closed.get(_key(draft), ()) if draft is row else None))
    return results


def _places(requests: Sequence[StartRequest]) -> _Places:
    ids = {request.station for request in requests}
    stations = {station.pk: station for station in Station.objects.filter(pk__in=ids).select_related("zone")}
    if missing := ids - stations.keys():
        raise LookupError(f"station {min(missing)} does not exist any more")
    rows = Connector.objects.filter(station_id__in=ids).values_list("pk", "station_id", "number")
    return _Places(stations, {(station, number): pk for pk, station, number in rows})


def _draft(request: StartRequest, decision: Decision, places: _Places) -> Transaction:
    station = places.stations[request.station]
    started_at = request.started_at or request.received_at
    return Transaction(
        station=station,
        connector_id=places.connectors.get((request.station, request.connector_number)),
        box_identity=station.box_identity,
        station_name=station.name,
        connector_number=max(0, min(request.connector_number, _MAX_CONNECTOR)),
        zone_name=station.zone.name if station.zone else "",
        id_tag=printable(request.id_tag, 36),
        vip=decision.vip,
        decision=decision.verdict,
        started_at=started_at,
        received_at=request.received_at,
        meter_start_wh=bounded_wh(request.meter_start_wh),
        suspect=clock_suspicion(started_at, request.received_at),
    )


def _key(row: Transaction) -> tuple[object, ...]:
    return (row.box_identity, row.connector_number, row.id_tag, row.started_at, row.meter_start_wh)


def _already_stored(drafts: Sequence[Transaction]) -> dict[tuple[object, ...], Transaction]:
    same_instant = Transaction.objects.filter(
        box_identity__in={draft.box_identity for draft in drafts}, started_at__in={draft.started_at for draft in drafts}
    )
    return {_key(row): row for row in same_instant}


def _close_older(drafts: Iterable[Transaction]) -> dict[tuple[object, ...], tuple[Closed, ...]]:
    drafts = list(drafts)
    stations = {draft.station_id for draft in drafts if draft.station_id is not None}
    standing = list(Transaction.objects.filter(state=Transaction.State.OPEN, station_id__in=stations))
    closed = {}
    for draft in drafts:
        older = [row for row in standing if _same_place(row, draft) and _began_before(row, draft)]
        closed[_key(draft)] = tuple(estimate_ends(older, at=draft.received_at, why=START))
    return closed


def _same_place(row: Transaction, draft: Transaction) -> bool:
    return (row.station_id, row.connector_number) == (draft.station_id, draft.connector_number)


def _began_before(row: Transaction, draft: Transaction) -> bool:
    """By order of receipt, except where both clocks can be believed and say otherwise (a late replay)."""
    return is_absurd(row.started_at) or is_absurd(draft.started_at) or row.started_at <= draft.started_at


def _result(row: Transaction, request: StartRequest, closed: tuple[Closed, ...] | None) -> StartResult:
    """`closed` None: the row was there already."""
    running = row.state == Transaction.State.OPEN
    return StartResult(
        transaction=row.number,
        connector=row.connector_id,
        verdict=Verdict(row.decision),
        vip=row.vip,
        fresh=closed is not None,
        live=running and row.connector_id is not None and is_recent(row.started_at, request.received_at),
        energy_wh=row.energy_wh,
        closed=closed or (),
    )
