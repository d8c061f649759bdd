"""Ends a transaction's record: by its Stop, or by an estimate where the Stop never came (T5, T6)."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.utils.translation import gettext_lazy

from journal.models import Kind
from journal.records import Line, Said
from journal.services import write_entries
from transactions.clocks import clock_suspicion
from transactions.energy import stopped_wh
from transactions.models import Transaction
from transactions.records import Closed, IdleReport

START = "start"
"""The sign of an end that the next start gives; the others are in `IdleReport.why`."""

SIGNS = {
    "available": gettext_lazy("the connector was available"),
    "boot": gettext_lazy("the station restarted"),
    START: gettext_lazy("the next start"),
}

ENDING = [
    "state",
    "ended_at",
    "end_received_at",
    "meter_stop_wh",
    "energy_wh",
    "charging_s",
    "stop_reason",
    "estimated",
    "suspect",
]
"""The fields that an end writes."""


def close_missing_stops(reports: Sequence[IdleReport]) -> list[list[Closed]]:
    """Batch handler (T5). What each report closed; a genuine Stop that comes later replaces the estimate."""
    stations = {report.station for report in reports}
    waiting = {t.pk: t for t in Transaction.objects.filter(state=Transaction.State.OPEN, station_id__in=stations)}
    results = []
    for report in reports:
        over = [t for t in waiting.values() if _is_over(t, report)]
        for transaction in over:
            del waiting[transaction.pk]
        results.append(estimate_ends(over, at=report.at, why=report.why))
    return results


def estimate_ends(transactions: Iterable[Transaction], *, at: datetime, why: str) -> list[Closed]:
    """Closes open transactions from their last meter values; `at` is our clock."""
    closed = list(transactions)
    for transaction in closed:
        ended_at = transaction.last_meter_at or at
        last_wh = transaction.last_meter_wh
        end(
            transaction,
            ended_at=ended_at,
            received_at=at,
            meter_stop_wh=transaction.meter_start_wh if last_wh is None else last_wh,
            reason="",
        )
        transaction.estimated = True
        transaction.save(update_fields=ENDING)
    if closed:
        write_entries(
            [_line(t, "estimated", Said("end_estimated", {"number": t.number, "sign": why}), at) for t in closed]
        )
    return [Closed(t.connector_id, t.number) for t in closed]


def end(
    transaction: Transaction, *, ended_at: datetime, received_at: datetime, meter_stop_wh: int, reason: str
) -> None:
    """Puts the end on the (unsaved) row. A second end, after an estimate, starts from the start again."""
    energy_wh, doubt = stopped_wh(
        start_wh=transaction.meter_start_wh, stop_wh=meter_stop_wh, so_far_wh=transaction.energy_wh
    )
    doubts = [clock_suspicion(transaction.started_at, transaction.received_at), clock_suspicion(ended_at, received_at)]
    if ended_at < transaction.started_at:
        doubts.append("end before start")
    transaction.state = Transaction.State.ENDED
    transaction.ended_at, transaction.end_received_at = ended_at, received_at
    transaction.meter_stop_wh, transaction.energy_wh = meter_stop_wh, energy_wh
    transaction.stop_reason = reason
    transaction.estimated = False
    transaction.suspect = "; ".join(dict.fromkeys(d for d in [*doubts, doubt] if d))
    if transaction.last_meter_at is None:
        # Without one meter value nobody knows of pauses.
        transaction.charging_s = max(int((ended_at - transaction.started_at).total_seconds()), 0)


def journal_audit(transaction: Transaction, message: Said, at: datetime) -> None:
    """A line for a correction of a finished record (T5, T7)."""
    write_entries([_line(transaction, "audit", message, at)])


def _is_over(transaction: Transaction, report: IdleReport) -> bool:
    if transaction.station_id != report.station:
        return False
    return report.connector_number in (None, transaction.connector_number)


def _line(transaction: Transaction, subtype: str, message: Said, at: datetime) -> Line:
    return Line(Kind.OCPP, subtype, transaction.box_identity, message, at, transaction.zone_name)
