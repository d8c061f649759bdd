"""The site as a site file. Loading it again changes nothing."""

import json
from decimal import Decimal

from chargers.models import Connector, Station
from commissioning.site_document import (
    CardEntry,
    ConnectorEntry,
    GroupEntry,
    MeterEntry,
    Number,
    SiteDocument,
    SiteEntry,
    StationEntry,
    ZoneEntry,
)
from commissioning.site_optimisation import export_optimisation
from commissioning.site_reductions import export_inputs, export_periods
from metering.models import Meter
from rfid.models import AuthGroup, Card
from zones.models import Zone
from zones.selectors import configured_reductions, site, zone_tree


def export_site() -> SiteDocument:
    """Zones and stations in their order, the rest by name. Stations in no zone have no place in a file."""
    stations = _stations()
    document: SiteDocument = {
        "site": _site(),
        "meters": [_meter(meter) for meter in Meter.objects.order_by("name")],
        "zones": _zones(stations),
        "groups": _groups(),
        "cards": [_card(card) for card in Card.objects.order_by("id_key").prefetch_related("groups")],
    }
    if periods := export_periods():
        document["periods"] = periods
    if inputs := export_inputs():
        document["digital_inputs"] = inputs
    return document


def to_json(document: SiteDocument) -> str:
    return json.dumps(document, indent=2, ensure_ascii=False, default=float) + "\n"


def _site() -> SiteEntry:
    row = site()
    return {
        "name": row.name,
        "grid": row.grid,
        "minimum": row.minimum,
        "shedding": row.shedding,
        "production": row.production,
        "review_s": row.review_s,
        "settle_s": row.settle_s,
        "optimisation": export_optimisation(row),
    }


def _meter(row: Meter) -> MeterEntry:
    return {
        "name": row.name,
        "model": row.model,
        "host": row.host,
        "port": row.port,
        "unit": row.unit,
        "inverted": row.inverted,
    }


def _zones(stations: dict[int, list[StationEntry]]) -> list[ZoneEntry]:
    rows = Zone.objects.prefetch_related("reductions", "meters").in_bulk()
    entries: dict[int, ZoneEntry] = {}
    roots: list[ZoneEntry] = []
    for zone in zone_tree():
        entry = _zone(rows[zone.pk])
        entries[zone.pk] = entry
        if stations.get(zone.pk):
            entry["stations"] = stations[zone.pk]
        if zone.parent_id is None:
            roots.append(entry)
        else:
            entries[zone.parent_id].setdefault("zones", []).append(entry)
    return roots


def _zone(row: Zone) -> ZoneEntry:
    entry: ZoneEntry = {"name": row.name, "max_current_a": _number(row.max_current_a)}
    meters = {meter.role: meter.name for meter in row.meters.all()}
    if Meter.Role.ZONE in meters:
        entry["meter"] = meters[Meter.Role.ZONE]
    if row.degraded_a is not None:
        entry["degraded_a"] = _number(row.degraded_a)
    if row.margin_a:
        entry["margin_a"] = _number(row.margin_a)
    if Meter.Role.PRODUCTION in meters:
        entry["production_meter"] = meters[Meter.Role.PRODUCTION]
    reductions = configured_reductions(row)
    if reductions:
        entry["reductions"] = [{"source": r.source, "quotient_pct": r.quotient_pct} for r in reductions]
    return entry


def _stations() -> dict[int, list[StationEntry]]:
    found: dict[int, list[StationEntry]] = {}
    rows = Station.objects.filter(state=Station.State.INSTALLED, zone__isnull=False).prefetch_related("connectors")
    for row in rows:
        entry: StationEntry = {
            "box_identity": row.box_identity,
            "name": row.name or row.box_identity,
            "vip": row.vip,
            "volatile": row.volatile,
            "connectors": [_connector(c) for c in row.connectors.all()],
        }
        found.setdefault(row.zone_id or 0, []).append(entry)
    return found


def _connector(row: Connector) -> ConnectorEntry:
    entry: ConnectorEntry = {"id": row.number, "phases": row.phases, "max_current_a": _number(row.max_current_a)}
    if row.kind == Connector.Kind.DC:
        entry["kind"] = "dc"
        if row.minimum_current_a is not None:
            entry["minimum_a"] = _number(row.minimum_current_a)
        if row.efficiency_pct != 100:
            entry["efficiency_pct"] = row.efficiency_pct
    return entry


def _groups() -> list[GroupEntry]:
    placed = Station.objects.filter(state=Station.State.INSTALLED, zone__isnull=False)
    members: dict[int | None, list[str]] = {}
    for group, identity in placed.values_list("group_id", "box_identity"):
        members.setdefault(group, []).append(identity)
    total = sum(len(identities) for identities in members.values())
    return [_group(row, members.get(row.pk, []), total) for row in AuthGroup.objects.order_by("name")]


def _group(row: AuthGroup, members: list[str], total: int) -> GroupEntry:
    everybody = row.takes_new_stations and len(members) == total
    entry: GroupEntry = {
        "name": row.name,
        "online": row.online,
        "offline": row.offline,
        "stations": "all" if everybody else sorted(members),
    }
    if row.takes_new_stations and not everybody:
        entry["takes_new_stations"] = True
    return entry


def _card(row: Card) -> CardEntry:
    groups = sorted(group.name for group in row.groups.all())
    return {"id_tag": row.id_tag, "authorised": row.authorised, "vip": row.vip, "groups": groups}


def _number(value: Decimal) -> Number:
    return int(value) if value == value.to_integral_value() else value


def same(one: SiteDocument, other: SiteDocument) -> bool:
    return to_json(one) == to_json(other)
