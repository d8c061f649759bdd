"""The store on rows: each kind of payload is a batch handler that the writer commits."""

from collections.abc import Sequence
from typing import Any

import chargers.services
import transactions.services
from chargers.models import Station
from chargers.records import StationRecord
from chargers.selectors import station_records
from common.writer import Handler, writer
from gateway.protocol.store import Done, Kind
from transactions.records import SampleRecord, SampleResult


def _record_messages(messages: Sequence[tuple[SampleRecord, ...]]) -> list[tuple[SampleResult, ...]]:
    """The samples of many messages at once; one tuple of results for each message."""
    results = iter(transactions.services.record_samples([sample for message in messages for sample in message]))
    return [tuple(next(results) for _ in message) for message in messages]


_HANDLERS: dict[Kind, Handler[Any, Any]] = {
    Kind.BOOT: chargers.services.record_boots,
    Kind.PRESENCE: chargers.services.record_presence,
    Kind.STATUS: chargers.services.record_statuses,
    Kind.AUTHORIZE: chargers.services.authorize,
    Kind.START: transactions.services.start_transactions,
    Kind.STOP: transactions.services.stop_transactions,
    Kind.SAMPLES: _record_messages,
    Kind.IDLE: transactions.services.close_missing_stops,
    Kind.QUIRK: chargers.services.note_quirks,
    Kind.CONFIGURATION: chargers.services.record_configuration,
}


class RowStore:
    """Results come after the commit, on the event loop that the writer is bound to."""

    def put(self, kind: Kind, payload: Any, done: Done) -> None:
        writer.submit(_HANDLERS[kind], payload, done)


def read_stations(requests: Sequence[Sequence[int]]) -> list[dict[int, StationRecord]]:
    """Batch handler that only reads: the stations (ids) as they are now; deleted ones are missing."""
    wanted = {pk for request in requests for pk in request}
    records = station_records(stations=Station.objects.filter(pk__in=wanted))
    return [{pk: records[pk] for pk in request if pk in records} for request in requests]
