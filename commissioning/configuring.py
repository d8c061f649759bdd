"""A site file as the engine's configuration, without a database: to try a site before it is built."""

from commissioning.site_file import SiteFile
from commissioning.site_optimisation import engine_optimisation
from control.loading import supply_of, to_ma
from engine.model import (
    ConnectorConfig,
    MeterConfig,
    Minimum,
    Production,
    Reduction,
    Shedding,
    SiteConfig,
    ZoneConfig,
)
from engine.wiring import parse_wiring
from zones.plan import ZonePlan, walk


def site_config(file: SiteFile) -> SiteConfig:
    """Ids count from 1 in the order of the file; every connector is a station's of its own number."""
    entry = file.document["site"]
    zones = [(zone, parent) for zone, parent, _level in walk(file.zones)]
    ids = {zone.name: number for number, (zone, _parent) in enumerate(zones, 1)}
    meters = {meter["name"]: number for number, meter in enumerate(file.document.get("meters", []), 1)}
    return SiteConfig(
        version=1,
        name=entry["name"],
        grid=file.grid,
        minimum=Minimum(entry.get("minimum", Minimum.IEC)),
        shedding=Shedding(entry.get("shedding", Shedding.ENERGY)),
        production=Production(entry.get("production", Production.GRID)),
        review_s=float(entry.get("review_s", 900)),
        settle_s=float(entry.get("settle_s", 6)),
        optimisation=engine_optimisation(file.document),
        zones=tuple(_zone(zone, None if parent is None else ids[parent.name], ids, meters) for zone, parent in zones),
        connectors=tuple(_connectors(file, ids)),
        meters=tuple(MeterConfig(number, name) for name, number in meters.items()),
    )


def _zone(plan: ZonePlan, parent: int | None, ids: dict[str, int], meters: dict[str, int]) -> ZoneConfig:
    return ZoneConfig(
        id=ids[plan.name],
        name=plan.name,
        parent=parent,
        max_ma=to_ma(plan.max_current_a),
        meter=meters.get(plan.meter or ""),
        degraded_ma=None if plan.degraded_a is None else to_ma(plan.degraded_a),
        margin_ma=to_ma(plan.margin_a),
        production_meter=meters.get(plan.production_meter or ""),
        reductions=tuple(Reduction(r.source, r.quotient_pct * 10) for r in plan.reductions),
    )


def _connectors(file: SiteFile, ids: dict[str, int]) -> list[ConnectorConfig]:
    found: list[ConnectorConfig] = []
    for number, station in enumerate(file.stations, 1):
        found += [
            ConnectorConfig(
                id=len(found) + i,
                station=number,
                number=connector.number,
                zone=ids[station.zone],
                wiring=parse_wiring(connector.phases, file.grid),
                rating_ma=to_ma(connector.max_current_a),
                vip=station.vip,
                volatile=bool(station.volatile),
                label=f"{station.name}/{connector.number}",
                supply=supply_of(connector, file.grid, watts=False),
            )
            for i, connector in enumerate(station.connectors, 1)
        ]
    return found
