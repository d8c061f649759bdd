"""What stations send, with instants in seconds after `NOON`."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from chargers.models import Station
from transactions.models import Transaction
from transactions.records import SampleRecord, StartRequest, StartResult, StopRequest
from transactions.services import start_transactions

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)


def at(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


def start(station: Station, second: float = 0, *, received: float | None = None, **fields: Any) -> StartRequest:
    request = StartRequest(
        station=station.pk,
        connector_number=1,
        id_tag="BADGE",
        meter_start_wh=1_000,
        started_at=at(second),
        received_at=at(second if received is None else received),
    )
    return replace(request, **fields)


def stop(station: Station, transaction: int, second: float, meter_stop_wh: int = 3_000, **fields: Any) -> StopRequest:
    request = StopRequest(
        station=station.pk,
        transaction=transaction,
        meter_stop_wh=meter_stop_wh,
        stopped_at=at(second),
        received_at=at(second),
    )
    return replace(request, **fields)


def sample(station: Station, second: float, energy_wh: int | None, **fields: Any) -> SampleRecord:
    record = SampleRecord(
        station=station.pk, connector_number=1, at=at(second), received_at=at(second), energy_wh=energy_wh
    )
    return replace(record, **fields)


def begun(station: Station, second: float = 0, **fields: Any) -> StartResult:
    return start_transactions([start(station, second, **fields)])[0]


def row(result: StartResult) -> Transaction:
    return Transaction.objects.get(number=result.transaction)
