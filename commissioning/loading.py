"""A site file becomes the site: all of it, or nothing."""

from dataclasses import asdict, dataclass, field

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from chargers.installing import place_station, set_group_stations, unassign_stations, wiring_problem
from chargers.models import Connector, Station
from commissioning import exporting, site_file
from commissioning.checking import check_file
from commissioning.checks.findings import Finding
from commissioning.site_document import MeterEntry
from commissioning.site_file import SiteFile
from commissioning.site_optimisation import optimisation_plan
from commissioning.site_reductions import input_plans, period_plans
from commissioning.site_structure import SiteFileError
from journal.models import Kind
from journal.records import Said
from journal.services import write_entry
from metering.models import Meter
from metering.services import release_meters, replace_inputs, update_meter
from rfid.models import AuthGroup
from rfid.services import set_card, set_group
from zones.models import Site, Zone
from zones.plan import Problem, walk
from zones.selectors import site
from zones.services import bump_version, delete_zones, replace_periods, replace_zones, update_site


@dataclass(frozen=True, slots=True)
class Loaded:
    changed: bool
    findings: list[Finding] = field(default_factory=list)
    unassigned: list[str] = field(default_factory=list)
    """Box identities that were in a zone and that the file does not name: they get 0 A."""


def load_site(text: str) -> Loaded:
    """Loads a site file; loading it again changes nothing. Raises SiteFileError, having changed nothing.

    What the file does not name: zones go; stations stay, in no zone; meters, groups and cards stay.
    """
    file = site_file.read(text)
    with transaction.atomic():
        site()
        before = exporting.export_site()
        unassigned = _apply(file)
        after = exporting.export_site()
        changed = not exporting.same(before, after)
        if changed or unassigned:
            figures = {"zones": len(list(walk(file.zones))), "stations": len(file.stations)}
            write_entry(kind=Kind.SYSTEM, subtype="configuration", message=Said("site_loaded", figures))
            bump_version()
    return Loaded(changed, check_file(file), unassigned)


def _apply(file: SiteFile) -> list[str]:
    _check_strangers(file)
    entry = file.document["site"]
    update_site(
        name=entry["name"],
        grid=entry["grid"],
        minimum=entry.get("minimum", Site.Minimum.IEC),
        shedding=entry.get("shedding", Site.Shedding.ENERGY),
        production=entry.get("production", Site.Production.GRID),
        review_s=entry.get("review_s", 900),
        settle_s=entry.get("settle_s", 6),
        **asdict(optimisation_plan(file.document)),
    )
    zones = replace_zones(file.zones)
    unassigned = unassign_stations(except_for=[station.box_identity for station in file.stations])
    _place_stations(file, zones)
    _set_meters(file, zones)
    delete_zones(except_for=zones)
    _set_cards(file, _set_groups(file))
    _set_reducers(file)
    return unassigned


def _check_strangers(file: SiteFile) -> None:
    """Stations that the file does not name keep their wiring, so it must exist on the file's grid."""
    named = [station.box_identity for station in file.stations]
    others = Connector.objects.filter(station__state=Station.State.INSTALLED).exclude(station__box_identity__in=named)
    found = []
    for identity, phases in others.values_list("station__box_identity", "phases"):
        if wrong := wiring_problem(phases, file.grid):
            message = _("station “%(identity)s”, which this file does not name: %(why)s")
            found.append(Problem("site.grid", message % {"identity": identity, "why": wrong}))
    if found:
        raise SiteFileError(found)


def _place_stations(file: SiteFile, zones: dict[str, Zone]) -> None:
    found = []
    for position, station in enumerate(file.stations):
        try:
            place_station(
                box_identity=station.box_identity,
                name=station.name,
                zone=zones[station.zone],
                vip=station.vip,
                volatile=station.volatile,
                position=position,
                connectors=station.connectors,
            )
        except ValidationError as error:
            found += [Problem(f"{station.path}.connectors", message) for message in error.messages]
    if found:
        raise SiteFileError(found)


def _set_meters(file: SiteFile, zones: dict[str, Zone]) -> None:
    places = {}
    for plan, _parent, _level in walk(file.zones):
        if plan.meter:
            places[plan.meter] = (zones[plan.name], Meter.Role.ZONE)
        if plan.production_meter:
            places[plan.production_meter] = (zones[plan.name], Meter.Role.PRODUCTION)
    rows = {row.name: row for row in Meter.objects.all()}
    moving = [row for row in rows.values() if row.zone_id and _place(row) != _wanted(places.get(row.name))]
    for row in moving:
        row.zone = None
    release_meters(meters=[row.pk for row in moving])
    for i, entry in enumerate(file.document.get("meters", [])):
        zone, role = places.get(entry["name"], (None, Meter.Role.ZONE))
        try:
            _set_meter(rows.get(entry["name"]), entry, zone, role)
        except ValidationError as error:
            raise SiteFileError(Problem(f"meters[{i}]", message) for message in error.messages) from None


def _set_meter(row: Meter | None, entry: MeterEntry, zone: Zone | None, role: Meter.Role) -> None:
    """A file without `inverted` leaves what is known of the wiring, as with `volatile` of a station."""
    meter = row or Meter(name=entry["name"])
    before = (meter.model, meter.host, meter.port, meter.unit, meter.inverted, *_place(meter))
    meter.model, meter.host = entry["model"], entry["host"]
    meter.port, meter.unit = entry.get("port", 502), entry.get("unit", 255)
    meter.inverted = entry.get("inverted", meter.inverted)
    meter.zone, meter.role = zone, role
    after = (meter.model, meter.host, meter.port, meter.unit, meter.inverted, *_place(meter))
    if row is None or before != after:
        update_meter(meter=meter)


def _place(row: Meter) -> tuple[int | None, str]:
    return (row.zone_id, row.role if row.zone_id is not None else "")


def _wanted(place: tuple[Zone, Meter.Role] | None) -> tuple[int | None, str]:
    return (place[0].pk, place[1]) if place else (None, "")


def _set_groups(file: SiteFile) -> dict[str, AuthGroup]:
    """Stations that the file does not name stay in their group."""
    everybody = [station.box_identity for station in file.stations]
    strangers: dict[str, list[str]] = {}
    others = Station.objects.filter(group__isnull=False).exclude(box_identity__in=everybody)
    for name, identity in others.values_list("group__name", "box_identity"):
        strangers.setdefault(name, []).append(identity)
    groups = {}
    for entry in file.document.get("groups", []):
        members = entry.get("stations", [])
        group = set_group(
            name=entry["name"],
            online=entry.get("online", "known"),
            offline=entry.get("offline", "none"),
            takes_new_stations=entry.get("takes_new_stations", members == "all"),
        )
        named = everybody if isinstance(members, str) else members
        set_group_stations(group=group, box_identities=[*named, *strangers.get(group.name, [])])
        groups[group.name] = group
    return groups


def _set_cards(file: SiteFile, groups: dict[str, AuthGroup]) -> None:
    for card in file.document.get("cards", []):
        set_card(
            id_tag=card["id_tag"],
            authorised=card.get("authorised", False),
            vip=card.get("vip", False),
            groups=[groups[name] for name in card.get("groups", [])],
        )


def _set_reducers(file: SiteFile) -> None:
    """A file without these keys leaves what is there."""
    if "periods" in file.document:
        replace_periods(period_plans(file.document))
    if "digital_inputs" in file.document:
        replace_inputs(input_plans(file.document))
