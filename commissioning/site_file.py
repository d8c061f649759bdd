"""A site file that may be loaded: its parts in flat lists, and every rule of the site checked on them."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from chargers.installing import ConnectorPlan, feeds_dc, wiring_problem
from commissioning.site_document import GroupEntry, Number, SiteDocument, StationEntry, ZoneEntry
from commissioning.site_optimisation import optimisation_problems
from commissioning.site_reductions import reduction_problems
from commissioning.site_structure import SiteFileError, parse, quoted
from engine.wiring import Grid
from metering.maps import MODELS
from metering.validators import validate_host
from rfid.decisions import id_key
from zones import plan
from zones.models import Site
from zones.plan import Problem, ReductionPlan, ZonePlan


@dataclass(frozen=True, slots=True)
class StationPlan:
    path: str
    zone: str
    box_identity: str
    name: str
    vip: bool
    volatile: bool | None
    connectors: tuple[ConnectorPlan, ...]


@dataclass(frozen=True, slots=True)
class SiteFile:
    document: SiteDocument
    zones: list[ZonePlan] = field(default_factory=list)
    stations: list[StationPlan] = field(default_factory=list)

    @property
    def grid(self) -> Grid:
        return Grid(self.document["site"]["grid"])


def read(text: str) -> SiteFile:
    """Raises SiteFileError with every problem of the file: its structure first, then, if that is right, its rules."""
    document = parse(text)
    zones = [_zone_plan(entry, f"zones[{i}]") for i, entry in enumerate(document["zones"])]
    stations = [
        _station_plan(entry, f"{path}.stations[{i}]", zone["name"])
        for zone, path in _entries(document["zones"], "zones")
        for i, entry in enumerate(zone.get("stations", []))
    ]
    file = SiteFile(document, zones, stations)
    found = [
        *optimisation_problems(document),
        *_meter_problems(document),
        *plan.problems(zones),
        *_meter_references(file),
        *_production_problems(file),
        *_station_problems(file),
        *_group_problems(file),
        *_card_problems(document),
        *reduction_problems(document, {zone.name for zone, _parent, _level in plan.walk(zones)}),
    ]
    if found:
        raise SiteFileError(found)
    return file


def _entries(zones: list[ZoneEntry], path: str) -> Iterator[tuple[ZoneEntry, str]]:
    for i, zone in enumerate(zones):
        here = f"{path}[{i}]"
        yield zone, here
        yield from _entries(zone.get("zones", []), f"{here}.zones")


def _zone_plan(entry: ZoneEntry, path: str) -> ZonePlan:
    stations = entry.get("stations", [])
    return ZonePlan(
        path=path,
        name=entry["name"],
        max_current_a=_ampere(entry["max_current_a"]),
        meter=entry.get("meter"),
        degraded_a=_optional_ampere(entry.get("degraded_a")),
        margin_a=_ampere(entry.get("margin_a", 0)),
        production_meter=entry.get("production_meter"),
        reductions=[ReductionPlan(r["source"], r["quotient_pct"]) for r in entry.get("reductions", [])],
        zones=[_zone_plan(child, f"{path}.zones[{i}]") for i, child in enumerate(entry.get("zones", []))],
        stations=[station["box_identity"] for station in stations],
    )


def _station_plan(entry: StationEntry, path: str, zone: str) -> StationPlan:
    return StationPlan(
        path=path,
        zone=zone,
        box_identity=entry["box_identity"],
        name=entry.get("name") or entry["box_identity"],
        vip=entry.get("vip", False),
        volatile=entry.get("volatile"),
        connectors=tuple(
            ConnectorPlan(
                c["id"],
                _phases(c.get("phases", "L1L2L3")),
                _ampere(c.get("max_current_a", 32)),
                c.get("kind", "ac"),
                _optional_ampere(c.get("minimum_a")),
                c.get("efficiency_pct", 100),
            )
            for c in entry["connectors"]
        ),
    )


def _phases(text: str) -> str:
    return text.replace("-", "").upper()


def _ampere(value: Number) -> Decimal:
    return Decimal(value).quantize(Decimal("0.1"))


def _optional_ampere(value: Number | None) -> Decimal | None:
    return None if value is None else _ampere(value)


def _meter_problems(document: SiteDocument) -> Iterator[Problem]:
    meters = document.get("meters", [])
    names = Counter(meter["name"] for meter in meters)
    for i, meter in enumerate(meters):
        if names[meter["name"]] > 1:
            message = _("more than one meter is named “%(name)s”") % {"name": meter["name"]}
            yield Problem(f"meters[{i}].name", message)
        if meter["model"] not in MODELS:
            known = ", ".join(map(quoted, MODELS))
            message = _("unknown model “%(model)s”; EVCE knows %(known)s") % {"model": meter["model"], "known": known}
            yield Problem(f"meters[{i}].model", message)
        try:
            validate_host(meter["host"])
        except ValidationError as error:
            yield Problem(f"meters[{i}].host", error.messages[0])


def _meter_references(file: SiteFile) -> Iterator[Problem]:
    known = {meter["name"] for meter in file.document.get("meters", [])}
    for zone, _parent, _level in plan.walk(file.zones):
        for key, meter in (("meter", zone.meter), ("production_meter", zone.production_meter)):
            if meter is not None and meter not in known:
                message = _("no meter of this file is named “%(meter)s”") % {"meter": meter}
                yield Problem(f"{zone.path}.{key}", message)


def _production_problems(file: SiteFile) -> Iterator[Problem]:
    """ENE-5: without a production meter there is only the grid."""
    strategy = file.document["site"].get("production", Site.Production.GRID)
    metered = any(zone.production_meter for zone, _parent, _level in plan.walk(file.zones))
    if strategy != Site.Production.GRID and not metered:
        message = _("“%(strategy)s” needs a zone with a production meter") % {"strategy": strategy}
        yield Problem("site.production", message)


def _station_problems(file: SiteFile) -> Iterator[Problem]:
    first: dict[str, str] = {}
    for station in file.stations:
        if station.box_identity in first:
            message = _("box identity “%(identity)s” is used already by %(where)s")
            figures = {"identity": station.box_identity, "where": first[station.box_identity]}
            yield Problem(f"{station.path}.box_identity", message % figures)
        first.setdefault(station.box_identity, station.path)
        numbers = Counter(connector.number for connector in station.connectors)
        for i, connector in enumerate(station.connectors):
            path = f"{station.path}.connectors[{i}]"
            if numbers[connector.number] > 1:
                message = _("connector %(number)d stands more than once") % {"number": connector.number}
                yield Problem(f"{path}.id", message)
            if wrong := wiring_problem(connector.phases, file.grid):
                yield Problem(f"{path}.phases", wrong)
            elif connector.kind == "dc" and not feeds_dc(connector.phases, file.grid):
                yield Problem(f"{path}.phases", _("a DC station loads every phase"))


def _group_problems(file: SiteFile) -> Iterator[Problem]:
    groups = file.document.get("groups", [])
    names = Counter(group["name"] for group in groups)
    installed = {station.box_identity for station in file.stations}
    joined: dict[str, str] = {}
    for i, group in enumerate(groups):
        if names[group["name"]] > 1:
            message = _("more than one group is named “%(name)s”") % {"name": group["name"]}
            yield Problem(f"groups[{i}].name", message)
        for path, identity in _members(group, i, installed):
            if identity not in installed:
                message = _("no station of this file has the box identity “%(identity)s”") % {"identity": identity}
                yield Problem(path, message)
            elif identity in joined:
                message = _("“%(identity)s” is in group “%(group)s” already; a station is in one group")
                yield Problem(path, message % {"identity": identity, "group": joined[identity]})
            joined.setdefault(identity, group["name"])


def _members(group: GroupEntry, i: int, installed: set[str]) -> Iterator[tuple[str, str]]:
    listed: list[str] | Literal["all"] = group.get("stations", [])
    if isinstance(listed, str):
        for identity in sorted(installed):
            yield f"groups[{i}].stations", identity
        return
    for k, identity in enumerate(listed):
        yield f"groups[{i}].stations[{k}]", identity


def _card_problems(document: SiteDocument) -> Iterator[Problem]:
    groups = {group["name"] for group in document.get("groups", [])}
    first: dict[str, str] = {}
    for i, card in enumerate(document.get("cards", [])):
        key = id_key(card["id_tag"])
        if key in first:
            message = _("the card stands already at %(where)s; case makes no difference") % {"where": first[key]}
            yield Problem(f"cards[{i}].id_tag", message)
        first.setdefault(key, f"cards[{i}]")
        for k, group in enumerate(card.get("groups", [])):
            if group not in groups:
                message = _("no group of this file is named “%(group)s”") % {"group": group}
                yield Problem(f"cards[{i}].groups[{k}]", message)
