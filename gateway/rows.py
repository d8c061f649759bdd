"""The store on rows: whatever many stations sent meanwhile is kept with a few statements, in one commit.

All kinds go through one handler of the writer, since neighbours in its queue are seldom of one kind. Within it
payloads of a kind are taken together; those of one station stay in their order.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction

import chargers.services
import transactions.services
from chargers.models import Station
from chargers.records import StationRecord
from chargers.selectors import station_records
from common.writer import writer
from gateway.protocol.store import Done, Kind
from journal.records import Line
from journal.services import write_entries
from transactions.records import SampleRecord, SampleResult

Handler = Callable[[Sequence[Any]], Sequence[Any]]


def _record_messages(messages: Sequence[tuple[SampleRecord, ...]]) -> list[tuple[SampleResult, ...]]:
    """The samples of many messages at once; one tuple of results for each message."""
    results = iter(transactions.services.record_samples([sample for message in messages for sample in message]))
    return [tuple(next(results) for _ in message) for message in messages]


_HANDLERS: dict[Kind, Handler] = {
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
    Kind.LEARNED: chargers.services.record_learned,
}


@dataclass(frozen=True, slots=True)
class Record:
    """A payload for `handler`. `station` is an id; None: order does not matter."""

    handler: Handler
    payload: Any
    station: int | None = None


@dataclass(frozen=True, slots=True)
class _Failed:
    error: Exception


class RowStore:
    """Results come after the commit, on the event loop that the writer is bound to."""

    def put(self, kind: Kind, payload: Any, done: Done) -> None:
        station = payload[0].station if kind is Kind.SAMPLES else payload.station

        def told(result: Any, error: Exception | None) -> None:
            if isinstance(result, _Failed):
                result, error = None, result.error
            done(result, error)

        writer.submit(keep, Record(_HANDLERS[kind], payload, station), told)


def journal(line: Line) -> None:
    """Keep a line, with whatever else is kept now."""
    writer.submit(keep, Record(write_entries, line))


def read_stations(stations: Iterable[int], done: Done) -> None:
    """{id: StationRecord} of the stations as they are after all that was put before; deleted ones are missing."""
    writer.submit(keep, Record(_read_stations, tuple(stations)), done)


def keep(records: Sequence[Record]) -> list[Any]:
    """Batch handler. Of a group that fails each payload is tried alone; one that fails alone is a `_Failed`."""
    results: list[Any] = [None] * len(records)
    for handler, places in _groups(records):
        found = _perform(handler, [records[place].payload for place in places])
        for place, result in zip(places, found, strict=True):
            results[place] = result
    return results


def _groups(records: Sequence[Record]) -> Iterator[tuple[Handler, list[int]]]:
    """Places of records that may be handled together. A station's second kind of record waits for its first."""
    waves: list[dict[Handler, list[int]]] = []
    last: dict[int, tuple[int, Handler]] = {}
    for place, record in enumerate(records):
        wave, before = last.get(record.station, (0, None)) if record.station is not None else (0, None)
        if before is not None and before is not record.handler:
            wave += 1
        if record.station is not None:
            last[record.station] = (wave, record.handler)
        if wave == len(waves):
            waves.append({})
        waves[wave].setdefault(record.handler, []).append(place)
    for groups in waves:
        yield from groups.items()


def _perform(handler: Handler, payloads: list[Any]) -> Sequence[Any]:
    try:
        with transaction.atomic():
            return handler(payloads)
    except Exception as error:  # loop guard: one bad payload must not take its neighbours with it
        if connection.needs_rollback:
            raise
        if len(payloads) == 1:
            return [_Failed(error)]
        return [result for payload in payloads for result in _perform(handler, [payload])]


def _read_stations(requests: Sequence[tuple[int, ...]]) -> list[dict[int, StationRecord]]:
    wanted = {pk for request in requests for pk in request}
    records = station_records(stations=Station.objects.filter(pk__in=wanted))
    return [{pk: records[pk] for pk in request if pk in records} for request in requests]
