"""Reads a site file (issue item 3) into a plant. Tolerant: `load_site` is the one that checks."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from random import Random
from typing import Any

from engine.wiring import Grid, Wiring, parse_wiring
from simulator.meter import Meter
from simulator.plant import Board, Cable, Plant
from simulator.spec import OutletSpec, StationSpec
from simulator.station import Station

Node = dict[str, Any]


@dataclass(frozen=True, slots=True)
class MeterAddress:
    name: str
    host: str
    port: int
    unit: int


@dataclass(slots=True, eq=False)
class Site:
    """`cards`: authorised id tags by station. Stations whose group asks for no card start by themselves."""

    name: str
    plant: Plant
    stations: dict[str, Station]
    addresses: list[MeterAddress]
    cards: dict[str, list[str]] = field(default_factory=dict)


def read_site(
    document: Node,
    rng: Random,
    *,
    now: float = 0.0,
    base: StationSpec | None = None,
    bases: Mapping[str, StationSpec] | None = None,
) -> Site:
    """`base`: the behaviour of every station that is not in `bases` (by box identity; these start as they say).

    KeyError or ValueError where the file makes no sense.
    """
    grid = Grid(document.get("site", {}).get("grid", Grid.STAR))
    base = base or StationSpec("")
    meters = {m["name"]: Meter(m["name"], m["model"]) for m in document.get("meters", ())}
    boards: list[Board] = []
    cables: list[Cable] = []
    stations: dict[str, Station] = {}
    free = _free_stations(document)
    for zone, parent in _zones(document.get("zones", ()), None):
        boards.append(_board(zone, parent, meters))
        for node in zone.get("stations", ()):
            identity = node["box_identity"]
            connectors = sorted(node["connectors"], key=lambda c: int(c.get("id", 1)))
            wirings = [parse_wiring(c.get("phases", _default_wiring(grid)), grid) for c in connectors]
            own = (bases or {}).get(identity)
            sag_pm = (own or base).sag_pm
            outlets = tuple(_outlet(c, w, grid, sag_pm) for c, w in zip(connectors, wirings, strict=True))
            auto_start = own.auto_start if own is not None else free is None or identity in free
            spec = replace(own or base, identity=identity, outlets=outlets, auto_start=auto_start)
            station = Station(spec, Random(rng.random()), now=now)
            stations[identity] = station
            cables += [Cable(station, n, zone["name"], wiring) for n, wiring in enumerate(wirings, start=1)]
    addresses = [
        MeterAddress(m["name"], m["host"], int(m.get("port", 502)), int(m.get("unit", 255)))
        for m in document.get("meters", ())
    ]
    name = str(document.get("site", {}).get("name", ""))
    return Site(name, Plant(boards, cables), stations, addresses, _cards(document, stations))


def _zones(nodes: list[Node], parent: str | None) -> Iterator[tuple[Node, str | None]]:
    for node in nodes:
        yield node, parent
        yield from _zones(node.get("zones", ()), node["name"])


def _board(zone: Node, parent: str | None, meters: dict[str, Meter]) -> Board:
    max_ma = round(zone["max_current_a"] * 1000)
    quotient_pct = min((r["quotient_pct"] for r in zone.get("reductions") or ()), default=100)
    return Board(
        zone["name"],
        parent,
        max_ma,
        int(max_ma * quotient_pct / 100),
        meter=meters[zone["meter"]] if zone.get("meter") else None,
        production_meter=meters[zone["production_meter"]] if zone.get("production_meter") else None,
    )


def _default_wiring(grid: Grid) -> str:
    return "L1" if grid is Grid.SINGLE else "L1L2L3"


def _outlet(connector: Node, wiring: Wiring, grid: Grid, sag_pm: int) -> OutletSpec:
    return OutletSpec(
        round(connector.get("max_current_a", 32) * 1000),
        len(wiring),
        delta=grid is Grid.DELTA,
        dc=connector.get("kind") == "dc",
        efficiency_pm=connector.get("efficiency_pct", 100) * 10,
        sag_pm=sag_pm,
    )


def _groups(document: Node) -> Iterator[tuple[Node, Any]]:
    for group in document.get("groups", ()):
        yield group, group.get("stations", "all")


def _free_stations(document: Node) -> set[str] | None:
    """Those whose reader is off; None for all of them (there are no groups)."""
    if not document.get("groups"):
        return None
    free: set[str] = set()
    for group, members in _groups(document):
        if group.get("online") == "off":
            free |= set(_identities(document)) if members == "all" else set(members)
    return free


def _identities(document: Node) -> Iterator[str]:
    for zone, _ in _zones(document.get("zones", ()), None):
        for node in zone.get("stations", ()):
            yield node["box_identity"]


def _cards(document: Node, stations: dict[str, Station]) -> dict[str, list[str]]:
    cards: dict[str, list[str]] = {identity: [] for identity in stations}
    for group, members in _groups(document):
        tags = [
            card["id_tag"]
            for card in document.get("cards", ())
            if card.get("authorised", True) and group["name"] in card.get("groups", ())
        ]
        for identity in stations if members == "all" else members:
            if identity in cards:
                cards[identity] += tags
    return cards
