"""Stations as others read them."""

from collections.abc import Iterable, Mapping

from chargers import abilities
from chargers.models import Connector, Station
from chargers.records import StationRecord


def connector_ids(*, stations: Iterable[int]) -> dict[int, dict[int, int]]:
    """Station id -> connector number -> connector id; one query."""
    found: dict[int, dict[int, int]] = {}
    rows = Connector.objects.filter(station_id__in=set(stations)).order_by("number")
    for pk, station, number in rows.values_list("pk", "station_id", "number"):
        found.setdefault(station, {})[number] = pk
    return found


def station_records(*, stations: Iterable[Station]) -> dict[int, StationRecord]:
    """By station id; one query for all connectors."""
    stations = list(stations)
    connectors = connector_ids(stations=(station.pk for station in stations))
    return {station.pk: _record(station, connectors.get(station.pk, {})) for station in stations}


def station_record(*, box_identity: str) -> StationRecord | None:
    station = Station.objects.filter(box_identity=box_identity).first()
    return station_records(stations=[station])[station.pk] if station else None


def learned_of(station: Station) -> abilities.Learned:
    """Which forms of limits it takes."""
    return abilities.load(station.learned)


def _record(station: Station, connectors: Mapping[int, int]) -> StationRecord:
    return StationRecord(
        id=station.pk,
        box_identity=station.box_identity,
        installed=station.state == Station.State.INSTALLED,
        ever_connected=station.ever_connected,
        accepted=station.accepted_at is not None,
        connectors=connectors,
        configuration=station.configuration,
        refused=station.refused_keys,
        learned=learned_of(station),
    )
