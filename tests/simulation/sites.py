"""Random sites for the deterministic simulation, as site files."""

from random import Random
from typing import Any

from engine.wiring import KNOWN, Grid

Document = dict[str, Any]
METER_MODEL = "PM5320, IEM3x5x"
LEVELS = 4


def random_site(rng: Random, connectors: int, *, calm: bool = False) -> Document:
    """A tree of one to four levels; about half of the zones are metered.

    `calm`: metered zones have a guard margin, so that their building may move by so much and no breaker trips.
    """
    grid = rng.choices(list(Grid), [8, 1, 1])[0]
    minimum = rng.choices(["iec", "evze"], [4, 1])[0]
    low = 6 if minimum == "iec" else 10
    top_a = max(20, round(connectors * rng.uniform(low, 26)))
    top = _zone(rng, "Main", top_a, calm)
    leaves = _split(rng, top, connectors, calm)
    wirings = list(KNOWN[grid])
    left, number = connectors, 0
    while left:
        number += 1
        outlets = min(left, rng.choices([1, 2, 3], [12, 4, 1])[0])
        left -= outlets
        rng.choice(leaves).setdefault("stations", []).append(_station(rng, number, outlets, wirings))
    document: Document = {
        "site": {
            "name": "Random",
            "grid": grid.value,
            "minimum": minimum,
            "shedding": rng.choice(["energy", "duration"]),
            "production": _production(rng, top),
            "review_s": rng.choice([120, 300, 900]),
            "settle_s": 6,
            "optimisation": _optimisation(rng),
        },
        "zones": [top],
    }
    document["meters"] = [
        {"name": zone[role], "model": METER_MODEL, "host": "127.0.0.1"}
        for role in ("meter", "production_meter")
        for zone in zones_of(document)
        if role in zone
    ]
    return document


def _optimisation(rng: Random) -> Document:
    """Mostly what a site has by default. Draws from a source of its own: what else a seed holds stays as it was."""
    copy = Random()
    copy.setstate(rng.getstate())
    own = Random(f"optimisation {copy.random()}")
    draws: list[Document] = [
        {},
        {"enabled": False},
        {"suspension": "disable"},
        {"suspension": "reuse"},
        {"wake_up_s": own.randint(10, 200)},
        {"trigger_a": 6, "margin_a": own.choice([3, 6]), "gap_a": own.choice([1, 2]), "delay_s": own.randint(10, 60)},
    ]
    return own.choices(draws, [10, 1, 1, 2, 2, 2])[0]


def _split(rng: Random, zone: Document, connectors: int, calm: bool, level: int = 1) -> list[Document]:
    """Sub-zones below a zone, or none; the leaves."""
    if level == LEVELS or connectors < 4 or rng.random() < 0.4:
        return [zone]
    leaves = []
    zone["zones"] = []
    for n in range(1, rng.choice([2, 2, 3]) + 1):
        max_a = max(8, round(zone["max_current_a"] * rng.uniform(0.35, 1)))
        child = _zone(rng, f"{zone['name']}.{n}", min(max_a, zone["max_current_a"]), calm)
        zone["zones"].append(child)
        leaves += _split(rng, child, connectors // 2, calm, level + 1)
    return leaves


def _zone(rng: Random, name: str, max_a: int, calm: bool) -> Document:
    zone: Document = {"name": name, "max_current_a": max_a}
    if rng.random() < 0.5:
        margin_a = max(1, round(max_a * rng.uniform(0.05, 0.2))) if calm else 0
        degraded_a = round((max_a - margin_a) * rng.uniform(0.3, 0.7))
        zone |= {"meter": f"{name} meter", "degraded_a": degraded_a, "margin_a": margin_a}
        if rng.random() < 0.3:
            zone["production_meter"] = f"{name} solar"
    return zone


def _station(rng: Random, number: int, outlets: int, wirings: list[str]) -> Document:
    station: Document = {
        "box_identity": f"ST{number}",
        "vip": rng.random() < 0.1,
        "volatile": rng.random() < 0.2,
        "connectors": [
            {"id": n, "phases": rng.choice(wirings), "max_current_a": rng.choice([16, 20, 32, 32, 32])}
            for n in range(1, outlets + 1)
        ],
    }
    if rng.random() < 0.04:
        efficiency_pct = rng.choice([100, 92])
        for connector in station["connectors"]:
            connector |= {"kind": "dc", "phases": wirings[0], "efficiency_pct": efficiency_pct}
    return station


def _production(rng: Random, top: Document) -> str:
    """The strategies that credit production are refused where none is metered (ENE-5)."""
    if not any("production_meter" in zone for zone in zones_of({"zones": [top]})):
        return "grid"
    return rng.choices(["grid", "local+grid", "local"], [4, 4, 1])[0]


def large_site(rng: Random, connectors: int = 250) -> Document:
    """CAP-1: 20 zones on four levels, a metered and two unmetered boards above twelve rows."""
    rows: list[Document] = [{"name": f"Row {n}", "max_current_a": 250} for n in range(12)]
    floors = [{"name": f"Floor {n}", "max_current_a": 600, "zones": rows[n * 3 : n * 3 + 3]} for n in range(4)]
    floors[0] |= {"meter": "Floor meter", "degraded_a": 250, "margin_a": 60}
    wings = [{"name": f"Wing {n}", "max_current_a": 1_200, "zones": floors[n * 2 : n * 2 + 2]} for n in range(2)]
    top = {"name": "Main", "max_current_a": 2_000, "zones": wings, "meter": "Main meter"}
    top |= {"degraded_a": 900, "margin_a": 200}
    wirings = list(KNOWN[Grid.STAR])
    for n in range(connectors):
        rows[n % 12].setdefault("stations", []).append(_station(rng, n + 1, 1, wirings))
    site = {"name": "Large", "grid": "3x400N", "minimum": "iec", "shedding": "energy", "production": "grid"}
    meters = [{"name": name, "model": METER_MODEL, "host": "127.0.0.1"} for name in ("Main meter", "Floor meter")]
    return {"site": site | {"review_s": 120, "settle_s": 6}, "zones": [top], "meters": meters}


def zones_of(document: Document) -> list[Document]:
    """Every zone, parents first."""
    found, queue = [], list(document["zones"])
    while queue:
        zone = queue.pop(0)
        found.append(zone)
        queue += zone.get("zones", [])
    return found


def parents_of(document: Document) -> dict[str, str]:
    """Zone name -> name of the zone above it; top zones are not in it."""
    return {child["name"]: zone["name"] for zone in zones_of(document) for child in zone.get("zones", ())}


def paths_of(document: Document) -> dict[str, list[str]]:
    """Zone name -> its name and those of the zones above it."""
    parents = parents_of(document)
    paths: dict[str, list[str]] = {}
    for zone in zones_of(document):
        name = zone["name"]
        paths[name] = [name, *paths.get(parents.get(name, ""), [])]
    return paths


def stations_of(document: Document) -> list[tuple[Document, Document]]:
    """(zone, station) of every station."""
    return [(zone, station) for zone in zones_of(document) for station in zone.get("stations", ())]
