"""StopTransaction, stored (T3, T4, T5, T6). Every Stop is answered: after an error the station sends it for ever."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from chargers.authorisation import Presentation, decide_cards
from chargers.models import Station
from common.text import printable
from journal.records import Said
from rfid.decisions import Verdict, id_key
from transactions.closing import ENDING, end, journal_audit
from transactions.energy import bounded_wh
from transactions.models import Quarantined, Transaction
from transactions.numbers import fresh_numbers, is_ours
from transactions.records import SampleRecord, StopRequest, StopResult
from transactions.sampling import insert_samples

UNKNOWN_CONNECTOR = 0
"""The connector number of a record whose start never came."""


def stop_transactions(requests: Sequence[StopRequest]) -> list[StopResult]:
    """Batch handler. The first Stop wins; one of a foreign or unknown id, or a second and different one, is kept apart.

    Raises LookupError for a station that was deleted meanwhile.
    """
    stations = Station.objects.select_related("zone").in_bulk({request.station for request in requests})
    if missing := {request.station for request in requests} - stations.keys():
        raise LookupError(f"station {min(missing)} does not exist any more")
    numbers = {request.transaction for request in requests if is_ours(request.transaction)}
    rows = {row.number: row for row in Transaction.objects.filter(number__in=numbers)}
    verdicts = _verdicts(requests)
    return [
        _stop(request, stations[request.station], rows, verdict)
        for request, verdict in zip(requests, verdicts, strict=True)
    ]


def _verdicts(requests: Sequence[StopRequest]) -> list[Verdict | None]:
    decisions = decide_cards([Presentation(request.station, request.id_tag or "") for request in requests])
    return [d.verdict if r.id_tag else None for r, d in zip(requests, decisions, strict=True)]


def _stop(
    request: StopRequest, station: Station, rows: Mapping[int, Transaction], verdict: Verdict | None
) -> StopResult:
    row = rows.get(request.transaction)
    if row is None and not is_ours(request.transaction):
        row = _only_candidate(request)
    if row is None:
        _quarantine(request, station, "unknown transaction")
        _keep_orphan(request, station)
        return StopResult(verdict)
    if row.box_identity != station.box_identity:
        _quarantine(request, station, "transaction of another station")
        return StopResult(verdict)
    closed = row.state == Transaction.State.OPEN
    if closed or row.estimated:
        _end_by(request, row)
    elif not _says_the_same(request, row):
        _quarantine(request, station, "second, different stop")
    return StopResult(verdict, row.connector_id, row.number, closed)


def _end_by(request: StopRequest, row: Transaction) -> None:
    estimated_wh = row.energy_wh if row.estimated else None
    end(
        row,
        ended_at=request.stopped_at or request.received_at,
        received_at=request.received_at,
        meter_stop_wh=bounded_wh(request.meter_stop_wh),
        reason=printable(request.reason, 32) or "Local",
    )
    row.save(update_fields=ENDING)
    insert_samples([(row.connector_id, row.pk, sample) for sample in request.samples])
    if estimated_wh is not None:
        figures = {"number": row.number, "before": estimated_wh, "after": row.energy_wh}
        journal_audit(row, Said("stop_came_late", figures), request.received_at)


def _says_the_same(request: StopRequest, row: Transaction) -> bool:
    if request.stopped_at is not None and request.stopped_at != row.ended_at:
        return False
    return bounded_wh(request.meter_stop_wh) == row.meter_stop_wh


def _only_candidate(request: StopRequest) -> Transaction | None:
    """Stations that lost the id send 0 or -1: matched where only one transaction can be meant."""
    waiting = list(Transaction.objects.filter(state=Transaction.State.OPEN, station_id=request.station))
    if request.id_tag:
        waiting = [row for row in waiting if id_key(row.id_tag) == id_key(request.id_tag)] or waiting
    return waiting[0] if len(waiting) == 1 else None


def _quarantine(request: StopRequest, station: Station, why: str) -> None:
    Quarantined.objects.create(
        at=request.received_at,
        box_identity=station.box_identity,
        action="StopTransaction",
        why=why,
        payload={
            "transaction": str(request.transaction)[:40],
            "id_tag": printable(request.id_tag or "", 36),
            "meter_stop_wh": bounded_wh(request.meter_stop_wh),
            "stopped_at": request.stopped_at.isoformat() if request.stopped_at else None,
            "reason": printable(request.reason, 32),
        },
    )


def _keep_orphan(request: StopRequest, station: Station) -> None:
    """A Stop whose start never came is a record all the same (T5); sent again, it is still one record."""
    stopped_at = request.stopped_at or request.received_at
    first = min(request.samples, key=lambda sample: sample.at, default=None)
    meter_start_wh = _first_register_wh(request)
    row = Transaction(
        station=station,
        box_identity=station.box_identity,
        station_name=station.name,
        connector_number=UNKNOWN_CONNECTOR,
        zone_name=station.zone.name if station.zone else "",
        id_tag=printable(request.id_tag or "", 36),
        started_at=min(first.at, stopped_at) if first else stopped_at,
        received_at=request.received_at,
        meter_start_wh=meter_start_wh,
    )
    same = {field: getattr(row, field) for field in ("box_identity", "connector_number", "id_tag", "started_at")}
    if Transaction.objects.filter(**same, meter_start_wh=meter_start_wh).exists():
        return
    row.number = fresh_numbers(1)[0]
    end(
        row,
        ended_at=stopped_at,
        received_at=request.received_at,
        meter_stop_wh=bounded_wh(request.meter_stop_wh),
        reason=printable(request.reason, 32) or "Local",
    )
    row.suspect = "; ".join(filter(None, ["no start came", row.suspect]))
    row.save()


def _first_register_wh(request: StopRequest) -> int:
    registers = [sample.energy_wh for sample in sorted(request.samples, key=_taken_at) if sample.energy_wh is not None]
    return bounded_wh(registers[0] if registers else request.meter_stop_wh)


def _taken_at(sample: SampleRecord) -> datetime:
    return sample.at
