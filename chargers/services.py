"""What stations tell of themselves, stored. Each function with a sequence is a handler of `common.writer`."""

from collections.abc import Iterable, Mapping, Sequence

from django.db import connection

from chargers import learning, selectors
from chargers.authorisation import authorize
from chargers.installing import delete_station, install_station, move_stations
from chargers.learning import forget, record_learned, record_volatile
from chargers.models import Station, is_legal_identity
from chargers.records import (
    BootReport,
    ConfigurationReport,
    Presence,
    Quirk,
    StationCall,
    StationRecord,
    StatusReport,
    StatusResult,
)
from common.text import printable
from journal.records import Line, Said
from journal.services import raise_alarm, write_entries
from zones.services import bump_version

__all__ = [
    "authorize",
    "delete_station",
    "forget_presence",
    "install_station",
    "move_stations",
    "note_quirks",
    "record_boots",
    "record_configuration",
    "record_learned",
    "record_presence",
    "record_statuses",
    "record_volatile",
    "station_called",
]

MAX_DETECTED = 500
"""Rows for stations that nobody installed: port 9979 is open, so anybody can invent box identities."""

_MAX_QUIRKS = 50
_MAX_KEYS = 500
_REPORTED = (("vendor", 50), ("model", 50), ("serial_number", 50), ("firmware_version", 50))


def station_called(calls: Sequence[StationCall]) -> list[StationRecord | None]:
    """Batch handler. Finds each station or keeps it as *detected* (STA-4).

    None: refused. The box identity is illegal (STA-3), or too many unknown stations have called.
    """
    legal = {call.box_identity: call for call in calls if is_legal_identity(call.box_identity)}
    known = _by_identity(legal)
    fresh = [call for identity, call in legal.items() if identity not in known]
    if fresh:
        _detect(fresh)
        known = _by_identity(legal)
    for station in known.values():
        address = printable(legal[station.box_identity].address, 45)
        if station.address != address:
            Station.objects.filter(pk=station.pk).update(address=address)
    records = selectors.station_records(stations=known.values())
    return [records[known[c.box_identity].pk] if c.box_identity in known else None for c in calls]


def record_boots(boots: Sequence[BootReport]) -> list[StationRecord]:
    """Batch handler. Answers with each station as it was before; not installed means: answer Pending."""
    stations = Station.objects.in_bulk({boot.station for boot in boots})
    records = selectors.station_records(stations=stations.values())
    for boot in boots:
        station = stations.get(boot.station)
        if station is None:
            continue
        changed = []
        for field, limit in _REPORTED:
            value = printable(getattr(boot, field), limit)
            if value and value != getattr(station, field):
                setattr(station, field, value)
                changed.append(field)
        if {"vendor", "model", "firmware_version"} & set(changed):
            changed += forget(station)
        if station.state == Station.State.INSTALLED and station.accepted_at is None:
            station.accepted_at = boot.at
            station.ever_connected = True
            changed += ["accepted_at", "ever_connected"]
        if changed:
            station.save(update_fields=changed)
    return [records.get(boot.station, StationRecord(boot.station, "", installed=False)) for boot in boots]


def record_presence(reports: Sequence[Presence]) -> list[None]:
    """Batch handler. Of one station the last report counts."""
    last = {report.station: report for report in reports}
    for online in (True, False):
        stations = Station.objects.filter(pk__in=[r.station for r in last.values() if r.online is online])
        stations.update(online=online, last_seen_at=reports[-1].at)
        if online:
            stations.filter(state=Station.State.INSTALLED, ever_connected=False).update(ever_connected=True)
    return [None] * len(reports)


def forget_presence() -> None:
    """No station is connected: when the gateway starts, after whatever ended it."""
    Station.objects.filter(online=True).update(online=False)


def record_statuses(reports: Sequence[StatusReport]) -> list[StatusResult]:
    """Batch handler. Order of arrival wins. A number that was not installed is noted as a quirk and ignored."""
    connectors = selectors.connector_ids(stations=(report.station for report in reports))
    found = [connectors.get(report.station, {}).get(report.number) for report in reports]
    newest = {pk: report for pk, report in zip(found, reports, strict=True) if pk is not None}
    adapt = connection.ops.adapt_datetimefield_value
    with connection.cursor() as cursor:
        cursor.executemany(
            "UPDATE chargers_connector SET status = %s, status_at = %s, error_code = %s WHERE id = %s",
            [(r.status, adapt(r.at), printable(r.error_code, 50), pk) for pk, r in newest.items()],
        )
    strangers = [r for pk, r in zip(found, reports, strict=True) if pk is None and r.number != 0]
    note_quirks([Quirk(r.station, "connector_number", str(r.number), r.at) for r in strangers])
    return [StatusResult(pk) for pk in found]


def note_quirks(quirks: Sequence[Quirk]) -> list[None]:
    """Batch handler. Keeps the last example of each kind, and when the first was seen."""
    stations = Station.objects.in_bulk({quirk.station for quirk in quirks})
    touched = set()
    for quirk in quirks:
        station = stations.get(quirk.station)
        if station is None:
            continue
        code, detail = printable(quirk.code, 60), printable(quirk.detail, 200)
        noted = station.quirks.get(code)
        if (noted is None and len(station.quirks) >= _MAX_QUIRKS) or (noted and noted["detail"] == detail):
            continue
        since = noted["since"] if noted else quirk.at.isoformat()
        station.quirks[code] = {"detail": detail, "since": since}
        touched.add(station.pk)
    for pk in touched:
        stations[pk].save(update_fields=["quirks"])
    return [None] * len(quirks)


def record_configuration(reports: Sequence[ConfigurationReport]) -> list[None]:
    """Batch handler. Keys are merged into what is known; a refusal with no reason takes an older one back."""
    stations = Station.objects.prefetch_related("connectors").in_bulk({report.station for report in reports})
    managed = False
    for report in reports:
        station = stations.get(report.station)
        if station is None:
            continue
        before = learning.abilities_of(station)
        keys = {key: value if value is None else printable(value, 500) for key, value in report.keys.items()}
        station.configuration = _merged(station.configuration, keys)
        refused = _merged(station.refused_keys, {key: printable(why, 50) for key, why in report.refused.items()})
        station.refused_keys = {key: why for key, why in refused.items() if why}
        if learning.abilities_of(station) != before:
            managed = True
    for station in stations.values():
        station.save(update_fields=["configuration", "refused_keys"])
    if managed:
        bump_version()
    return [None] * len(reports)


def _merged(known: Mapping[str, str | None], told: Mapping[str, str | None]) -> dict[str, str | None]:
    merged = {**known, **{printable(key, 50): value for key, value in told.items()}}
    return dict(list(merged.items())[:_MAX_KEYS])


def _by_identity(identities: Iterable[str]) -> dict[str, Station]:
    return {s.box_identity: s for s in Station.objects.filter(box_identity__in=list(identities))}


def _detect(calls: Sequence[StationCall]) -> None:
    """Keeps as many as there is room for; who has not called for longest makes room."""
    detected = Station.objects.filter(state=Station.State.DETECTED)
    excess = detected.count() + len(calls) - MAX_DETECTED
    if excess > 0:
        gone = detected.filter(online=False).order_by("last_seen_at").values_list("pk", flat=True)
        Station.objects.filter(pk__in=list(gone[:excess])).delete()
        raise_alarm(code="too_many_detected", subject="stations", params={"limit": MAX_DETECTED}, at=calls[0].at)
    kept = calls[: max(MAX_DETECTED - detected.count(), 0)]
    Station.objects.bulk_create(
        Station(box_identity=call.box_identity, address=printable(call.address, 45), last_seen_at=call.at)
        for call in kept
    )
    message = Said("station_detected")
    write_entries([Line("communication", "detected", call.box_identity, message, call.at) for call in kept])
