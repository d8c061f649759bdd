"""Transactions as control, pages and exports read them."""

from collections.abc import Iterable

from django.db.models import QuerySet

from rfid.decisions import Verdict
from transactions.models import Transaction
from transactions.records import RunningTransaction


def open_transactions() -> list[RunningTransaction]:
    """The newest open transaction of each connector that still exists, oldest first."""
    rows = Transaction.objects.filter(state=Transaction.State.OPEN, connector__isnull=False).order_by("pk")
    newest = {row.connector_id: row for row in rows}
    return [running(row) for row in newest.values()]


def running(row: Transaction) -> RunningTransaction:
    """Only for a row with a connector."""
    if row.connector_id is None:
        raise ValueError(f"transaction {row.number} is on no connector")
    return RunningTransaction(
        connector=row.connector_id,
        transaction=row.number,
        id_tag=row.id_tag,
        vip=row.vip,
        blocked=row.decision != Verdict.ACCEPTED,
        started_at=row.started_at,
        energy_wh=row.energy_wh,
    )


def open_on(*, stations: Iterable[int]) -> dict[tuple[int, int], Transaction]:
    """(station id, connector number) -> its newest open transaction; one query."""
    rows = Transaction.objects.filter(state=Transaction.State.OPEN, station_id__in=set(stations)).order_by("pk")
    return {(row.station_id, row.connector_number): row for row in rows if row.station_id is not None}


def records() -> QuerySet[Transaction]:
    """Finished transactions (CDRs), newest first."""
    return Transaction.objects.filter(state=Transaction.State.ENDED).order_by("-pk")
