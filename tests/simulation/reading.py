"""The engine's configuration of a site file, as `control.loading` reads it from rows."""

from collections.abc import Mapping

from chargers.abilities import Abilities
from chargers.records import StationRecord
from engine.model import (
    ConnectorConfig,
    MeterConfig,
    Minimum,
    Optimisation,
    Production,
    Reduction,
    Shedding,
    SiteConfig,
    Suspension,
    ZoneConfig,
)
from engine.supply import Supply
from engine.wiring import Grid, parse_wiring
from tests.simulation.sites import Document, parents_of, stations_of, zones_of


def station_id(box_identity: str) -> int:
    """The number in its name: it stays when other stations go."""
    return int(box_identity.removeprefix("ST"))


def connector_id(station: int, number: int) -> int:
    return station * 10 + number


def meter_ids(document: Document) -> dict[str, int]:
    return {meter["name"]: number for number, meter in enumerate(document["meters"], 1)}


def zone_ids(document: Document) -> dict[str, int]:
    return {zone["name"]: number for number, zone in enumerate(zones_of(document), 1)}


def configuration(
    document: Document, version: int = 1, stations: Mapping[int, StationRecord] | None = None
) -> SiteConfig:
    """Ids of zones and meters count from 1 in file order. `stations`: what is known of what they can do."""
    site = document["site"]
    grid = Grid(site["grid"])
    return SiteConfig(
        version=version,
        name=site["name"],
        grid=grid,
        minimum=Minimum(site["minimum"]),
        shedding=Shedding(site["shedding"]),
        production=Production(site["production"]),
        review_s=site["review_s"],
        settle_s=site["settle_s"],
        optimisation=_optimisation(site.get("optimisation", {})),
        zones=_zones(document),
        connectors=_connectors(document, grid, stations or {}),
        meters=tuple(MeterConfig(number, name) for name, number in meter_ids(document).items()),
    )


def _optimisation(entry: Document) -> Optimisation:
    return Optimisation(
        enabled=entry.get("enabled", True),
        trigger_ma=entry.get("trigger_a", 10) * 1000,
        margin_ma=entry.get("margin_a", 10) * 1000,
        gap_ma=entry.get("gap_a", 5) * 1000,
        delay_s=entry.get("delay_s", 30),
        suspension=Suspension(entry.get("suspension", "allow")),
        wake_up_s=entry.get("wake_up_s", 600),
    )


def _zones(document: Document) -> tuple[ZoneConfig, ...]:
    ids, meters, parents = zone_ids(document), meter_ids(document), parents_of(document)
    return tuple(
        ZoneConfig(
            id=ids[zone["name"]],
            name=zone["name"],
            parent=ids.get(parents.get(zone["name"], "")),
            max_ma=round(zone["max_current_a"] * 1000),
            meter=meters.get(zone.get("meter", "")),
            degraded_ma=round(zone["degraded_a"] * 1000) if "degraded_a" in zone else None,
            margin_ma=round(zone.get("margin_a", 0) * 1000),
            production_meter=meters.get(zone.get("production_meter", "")),
            reductions=tuple(Reduction(r["source"], r["quotient_pct"] * 10) for r in zone.get("reductions", ())),
        )
        for zone in zones_of(document)
    )


def _connectors(document: Document, grid: Grid, stations: Mapping[int, StationRecord]) -> tuple[ConnectorConfig, ...]:
    ids = zone_ids(document)
    found = []
    for zone, station in stations_of(document):
        number = station_id(station["box_identity"])
        can = stations[number].abilities if number in stations else Abilities()
        found += [
            ConnectorConfig(
                id=connector_id(number, outlet["id"]),
                station=number,
                number=outlet["id"],
                zone=ids[zone["name"]],
                wiring=parse_wiring(outlet["phases"], grid),
                rating_ma=outlet["max_current_a"] * 1000,
                vip=station["vip"],
                volatile=station.get("volatile", False),
                label=f"{station['box_identity']}/{outlet['id']}",
                can_hold=can.can_hold,
                default_only=can.default_only,
                supply=Supply(
                    dc=outlet.get("kind") == "dc",
                    watts=can.watts,
                    delta=grid is Grid.DELTA,
                    efficiency_pm=outlet.get("efficiency_pct", 100) * 10,
                ),
            )
            for outlet in station["connectors"]
        ]
    return tuple(sorted(found, key=lambda c: c.id))
