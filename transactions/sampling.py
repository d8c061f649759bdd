"""MeterValues, stored and folded into their transactions: a handful of statements for a whole batch."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db import connection

from chargers.models import Connector
from engine.facts import Status
from journal.records import Said
from transactions.clocks import is_absurd, is_recent
from transactions.closing import ENDING, journal_audit
from transactions.energy import bounded_wh, session_wh
from transactions.models import Transaction
from transactions.numbers import is_ours
from transactions.records import SampleRecord, SampleResult
from transactions.selectors import open_on, running

_CHARGING_A = 1.0
_CHARGING_W = 200.0
_LONGEST_GAP_S = 900
"""Between two samples further apart nobody knows whether the car charged: clock-aligned values come every 15 min."""

_ACTIVE = {Status.CHARGING, Status.SUSPENDED_EV, Status.SUSPENDED_EVSE}

_INSERT = (
    "INSERT INTO transactions_metersample (connector_id, transaction_id, at, current_1_a, current_2_a, "
    "current_3_a, power_w, energy_wh) VALUES (%s, %s, %s, %s, %s, %s, %s, %s)"
)
_FOLD = (
    "UPDATE transactions_transaction SET last_meter_wh = %s, last_meter_at = %s, energy_wh = %s, "
    "charging_s = %s WHERE id = %s"
)


@dataclass(frozen=True, slots=True)
class _Outlet:
    id: int
    status: str


def record_samples(samples: Sequence[SampleRecord]) -> list[SampleResult]:
    """Batch handler. A sample that names a transaction of another station is stored with none (T3).

    One that names no transaction, or one unknown, belongs to what is open on its connector.
    """
    outlets = _outlets(samples)
    named, standing = _transactions(samples)
    folded: dict[int, Transaction] = {}
    stored, results = [], []
    for sample in samples:
        outlet = outlets.get((sample.station, sample.connector_number))
        row = _transaction_of(sample, named, standing)
        if row is not None and row.estimated and _proves_running(sample, row, standing):
            _reopen(row, sample)
            standing[sample.station, sample.connector_number] = row
        if row is not None and row.state == Transaction.State.OPEN:
            _fold(sample, row)
            folded[row.pk] = row
        if outlet is not None:
            stored.append((outlet.id, row.pk if row else None, sample))
        results.append(_result(sample, outlet, row))
    insert_samples(stored)
    _update(folded.values())
    return results


def insert_samples(samples: Iterable[tuple[int | None, int | None, SampleRecord]]) -> None:
    """(connector id, transaction's primary key, sample); those without a connector are left out."""
    adapt = connection.ops.adapt_datetimefield_value
    values = [
        (connector, transaction, adapt(sample.at), *_currents(sample), sample.power_w, _register_wh(sample))
        for connector, transaction, sample in samples
        if connector is not None
    ]
    with connection.cursor() as cursor:
        cursor.executemany(_INSERT, values)


def _outlets(samples: Sequence[SampleRecord]) -> dict[tuple[int, int], _Outlet]:
    rows = Connector.objects.filter(station_id__in={sample.station for sample in samples}).order_by()
    values = rows.values_list("pk", "station_id", "number", "status")
    return {(station, number): _Outlet(pk, status) for pk, station, number, status in values}


def _transactions(
    samples: Sequence[SampleRecord],
) -> tuple[dict[int, Transaction], dict[tuple[int, int], Transaction]]:
    """Those named by number, and those open by place; one object for one row."""
    standing = open_on(stations=(sample.station for sample in samples))
    named = {row.number: row for row in standing.values()}
    numbers = {s.transaction for s in samples if s.transaction is not None and is_ours(s.transaction)}
    if missing := numbers - named.keys():
        named |= {row.number: row for row in Transaction.objects.filter(number__in=missing)}
    return named, standing


def _transaction_of(
    sample: SampleRecord, named: Mapping[int, Transaction], standing: Mapping[tuple[int, int], Transaction]
) -> Transaction | None:
    row = named.get(sample.transaction) if sample.transaction is not None else None
    if row is None:
        return standing.get((sample.station, sample.connector_number))
    return row if row.station_id == sample.station else None


def _proves_running(sample: SampleRecord, row: Transaction, standing: Mapping[tuple[int, int], Transaction]) -> bool:
    """A station may go on with its transaction after a restart: taken after we gave it up, and just now."""
    if is_absurd(sample.at) or not is_recent(sample.at, sample.received_at):
        return False
    if (sample.station, sample.connector_number) in standing or row.connector_number != sample.connector_number:
        return False
    return row.end_received_at is not None and sample.at > row.end_received_at


def _reopen(row: Transaction, sample: SampleRecord) -> None:
    row.state, row.estimated = Transaction.State.OPEN, False
    row.ended_at = row.end_received_at = row.meter_stop_wh = None
    row.save(update_fields=ENDING)
    journal_audit(row, Said("transaction_goes_on", {"number": row.number}), sample.received_at)


def _fold(sample: SampleRecord, row: Transaction) -> None:
    register_wh = _register_wh(sample)
    before_wh = row.energy_wh
    if register_wh is not None:
        row.energy_wh = session_wh(start_wh=row.meter_start_wh, register_wh=register_wh, so_far_wh=before_wh)
        row.last_meter_wh = register_wh
    since = row.last_meter_at or row.started_at
    gap_s = (sample.at - since).total_seconds()
    if 0 < gap_s <= _LONGEST_GAP_S and (_draws(sample) or row.energy_wh > before_wh):
        row.charging_s += round(gap_s)
    if row.last_meter_at is None or gap_s > 0:
        row.last_meter_at = sample.at


def _draws(sample: SampleRecord) -> bool:
    currents = [*sample.currents_a, sample.current_a]
    return any(i is not None and i >= _CHARGING_A for i in currents) or (sample.power_w or 0.0) >= _CHARGING_W


def _update(rows: Iterable[Transaction]) -> None:
    adapt = connection.ops.adapt_datetimefield_value
    with connection.cursor() as cursor:
        cursor.executemany(
            _FOLD, [(r.last_meter_wh, adapt(r.last_meter_at), r.energy_wh, r.charging_s, r.pk) for r in rows]
        )


def _result(sample: SampleRecord, outlet: _Outlet | None, row: Transaction | None) -> SampleResult:
    connector = outlet.id if outlet else None
    if row is None or row.state != Transaction.State.OPEN:
        return SampleResult(connector)
    lives = is_recent(sample.at, sample.received_at) or (outlet is not None and outlet.status in _ACTIVE)
    return SampleResult(
        connector, row.number, row.energy_wh, running(row) if lives and row.connector_id is not None else None
    )


def _register_wh(sample: SampleRecord) -> int | None:
    return None if sample.energy_wh is None else bounded_wh(sample.energy_wh)


def _currents(sample: SampleRecord) -> tuple[float | None, float | None, float | None]:
    if sample.current_a is not None and sample.currents_a == (None, None, None):
        return (sample.current_a, None, None)
    return sample.currents_a
