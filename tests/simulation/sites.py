"""Random sites for the deterministic simulation, as site files; and the engine's configuration of one."""

from random import Random
from typing import Any

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
from engine.wiring import KNOWN, Grid, parse_wiring

Document = dict[str, Any]
METER_MODEL = "PM5320, IEM3x5x"


def random_site(rng: Random, connectors: int) -> Document:
    """A tree of one to three levels; about half of the zones are metered, each can carry its degraded shares."""
    grid = rng.choices(list(Grid), [8, 1, 1])[0]
    top_a = max(20, round(connectors * rng.uniform(6, 26)))
    top = _zone(rng, "Main", top_a)
    leaves = [top]
    if connectors >= 4 and rng.random() < 0.6:
        leaves = top["zones"] = [_zone(rng, f"Board {n}", max(10, round(top_a * rng.uniform(0.4, 1)))) for n in (1, 2)]
        if rng.random() < 0.3:
            child = _zone(rng, "Board 1.1", max(8, round(leaves[0]["max_current_a"] * rng.uniform(0.5, 1))))
            leaves[0]["zones"] = [child]
            leaves = [child, leaves[1]]
    wirings = list(KNOWN[grid])
    for n in range(connectors):
        rng.choice(leaves).setdefault("stations", []).append(
            {
                "box_identity": f"ST{n + 1}",
                "vip": rng.random() < 0.1,
                "connectors": [
                    {"id": 1, "phases": rng.choice(wirings), "max_current_a": rng.choice([16, 20, 32, 32, 32])}
                ],
            }
        )
    document: Document = {
        "site": {
            "name": "Random",
            "grid": grid.value,
            "minimum": "iec",
            "shedding": rng.choice(["energy", "duration"]),
            "production": rng.choice(["grid", "local+grid"]),
            "review_s": rng.choice([120, 300, 900]),
            "settle_s": 6,
        },
        "zones": [top],
    }
    document["meters"] = [_meter(zone) for zone in zones_of(document) if "meter" in zone] + [
        {"name": zone["production_meter"], "model": METER_MODEL, "host": "127.0.0.1"}
        for zone in zones_of(document)
        if "production_meter" in zone
    ]
    return document


def _zone(rng: Random, name: str, max_a: int) -> Document:
    zone: Document = {"name": name, "max_current_a": max_a}
    if rng.random() < 0.5:
        zone |= {"meter": f"{name} meter", "degraded_a": round(max_a * rng.uniform(0.3, 0.7)), "margin_a": 0}
        if rng.random() < 0.3:
            zone["production_meter"] = f"{name} solar"
    return zone


def _meter(zone: Document) -> Document:
    return {"name": zone["meter"], "model": METER_MODEL, "host": "127.0.0.1"}


def zones_of(document: Document) -> list[Document]:
    """Every zone, parents first."""
    found, queue = [], list(document["zones"])
    while queue:
        zone = queue.pop(0)
        found.append(zone)
        queue += zone.get("zones", [])
    return found


def configuration(document: Document, version: int = 1) -> SiteConfig:
    """What `control.loading` would read from the rows of this site file. Ids count from 1 in file order."""
    site, zones = document["site"], zones_of(document)
    grid = Grid(site["grid"])
    ids = {zone["name"]: number for number, zone in enumerate(zones, 1)}
    parents = {child["name"]: zone["name"] for zone in zones for child in zone.get("zones", ())}
    meters = {meter["name"]: number for number, meter in enumerate(document["meters"], 1)}
    stations = station_ids(document)
    connectors = [
        ConnectorConfig(
            id=stations[station["box_identity"]],
            station=stations[station["box_identity"]],
            number=1,
            zone=ids[zone["name"]],
            wiring=parse_wiring(station["connectors"][0]["phases"], grid),
            rating_ma=station["connectors"][0]["max_current_a"] * 1000,
            vip=station["vip"],
            label=station["box_identity"],
        )
        for zone in zones
        for station in zone.get("stations", ())
    ]
    return SiteConfig(
        version=version,
        name=site["name"],
        grid=grid,
        minimum=Minimum(site["minimum"]),
        shedding=Shedding(site["shedding"]),
        production=Production(site["production"]),
        review_s=site["review_s"],
        settle_s=site["settle_s"],
        zones=tuple(
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
            for zone in zones
        ),
        connectors=tuple(sorted(connectors, key=lambda c: c.id)),
        meters=tuple(MeterConfig(number, name) for name, number in meters.items()),
    )


def station_ids(document: Document) -> dict[str, int]:
    names = [s["box_identity"] for zone in zones_of(document) for s in zone.get("stations", ())]
    return {name: number for number, name in enumerate(sorted(names, key=lambda n: int(n[2:])), 1)}
