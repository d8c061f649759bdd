"""Stations enter the site, move in it, and leave it. Each change is configuration: it ends with a new version."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from chargers.models import Connector, Station
from engine.wiring import KNOWN, Grid, parse_wiring
from journal.models import Kind
from journal.records import Said
from journal.services import write_entry
from rfid.models import AuthGroup
from zones.models import Zone
from zones.selectors import site
from zones.services import bump_version


@dataclass(frozen=True, slots=True)
class ConnectorPlan:
    number: int
    phases: str = "L1L2L3"
    max_current_a: Decimal = Decimal(32)
    kind: str = "ac"
    minimum_current_a: Decimal | None = None
    efficiency_pct: int = 100


def install_station(
    *,
    station: Station,
    connectors: Sequence[ConnectorPlan],
    name: str,
    zone: Zone | None,
    group: AuthGroup | None,
    vip: bool = False,
    by: str = "",
) -> None:
    """Installs a detected station, or gives an installed one these connectors, place and name.

    Without a group it joins the one that takes new stations, if there is one (RFI-1). Raises ValidationError.
    """
    check_zone(zone)
    check_connectors(connectors, grid=site().grid)
    with transaction.atomic():
        if station.state != Station.State.INSTALLED:
            station.ever_connected, station.accepted_at = False, None
            group = group or AuthGroup.objects.filter(takes_new_stations=True).first()
        station.state = Station.State.INSTALLED
        station.name, station.zone, station.group, station.vip = name or station.box_identity, zone, group, vip
        station.full_clean(exclude=["configuration", "quirks"])
        station.save()
        set_connectors(station=station, connectors=connectors)
        _journal(station, "installed", Said("station_installed", {"count": len(connectors), "by": by}))
        bump_version()


def place_station(
    *,
    box_identity: str,
    name: str,
    zone: Zone,
    vip: bool,
    position: int,
    connectors: Sequence[ConnectorPlan],
    volatile: bool | None = None,
) -> Station:
    """An installed station as a site file says, new, detected or there before; its group stays.

    `volatile` None: what is known of it stays as well.
    The caller has checked zone and wiring, and bumps the version. Raises ValidationError as `set_connectors`.
    """
    station = Station.objects.filter(box_identity=box_identity).first() or Station(box_identity=box_identity)
    if station.state != Station.State.INSTALLED:
        station.ever_connected, station.accepted_at = False, None
    station.state = Station.State.INSTALLED
    station.name, station.zone, station.vip, station.position = name, zone, vip, position
    if volatile is not None:
        station.volatile = volatile
    station.save()
    set_connectors(station=station, connectors=connectors)
    return station


def unassign_stations(*, except_for: Iterable[str]) -> list[str]:
    """Stations of other box identities are in no zone (ZON-4); returns who was. The caller bumps the version."""
    others = Station.objects.filter(zone__isnull=False).exclude(box_identity__in=list(except_for))
    moved = list(others.values_list("box_identity", flat=True))
    others.update(zone=None)
    return moved


def set_group_stations(*, group: AuthGroup, box_identities: Iterable[str]) -> None:
    """Exactly these stations are in the group; a station is in one group. The caller bumps the version."""
    wanted = set(box_identities)
    Station.objects.filter(group=group).exclude(box_identity__in=wanted).update(group=None)
    Station.objects.filter(box_identity__in=wanted).exclude(group=group).update(group=group)
    Station.objects.filter(box_identity__in=wanted, group=None).update(group=group)


def set_connectors(*, station: Station, connectors: Sequence[ConnectorPlan]) -> None:
    """Makes the station's connectors these, keeping rows by number. The caller bumps the version.

    Raises ValidationError where one that goes is in a transaction.
    """
    numbers = [plan.number for plan in connectors]
    gone = station.connectors.exclude(number__in=numbers)
    if gone.filter(transactions__state="open").exists():
        raise ValidationError(_("A connector can't be removed while a car charges on it."))
    gone.delete()
    Connector.objects.bulk_create(
        (
            Connector(
                station=station,
                number=p.number,
                phases=p.phases,
                max_current_a=p.max_current_a,
                kind=p.kind,
                minimum_current_a=p.minimum_current_a,
                efficiency_pct=p.efficiency_pct,
            )
            for p in connectors
        ),
        update_conflicts=True,
        unique_fields=["station", "number"],
        update_fields=["phases", "max_current_a", "kind", "minimum_current_a", "efficiency_pct"],
    )


def move_stations(*, stations: Iterable[int], zone: Zone | None, by: str = "") -> int:
    """`stations` are ids; None unassigns. Returns how many moved. Raises ValidationError for a zone with sub-zones."""
    check_zone(zone)
    with transaction.atomic():
        moving = [s for s in Station.objects.filter(pk__in=list(stations)) if s.zone_id != (zone and zone.pk)]
        for station in moving:
            place = zone.name if zone else None
            _journal(station, "moved", Said("station_moved", {"zone": place, "by": by}))
        Station.objects.filter(pk__in=[station.pk for station in moving]).update(zone=zone)
        if moving:
            bump_version()
    return len(moving)


def delete_station(*, station: Station, by: str = "") -> None:
    """Its CDRs stay. Raises ValidationError during a transaction (STA-8)."""
    with transaction.atomic():
        check_deletable(station)
        _journal(station, "deleted", Said("station_deleted", {"by": by}))
        station.delete()
        bump_version()


def check_deletable(station: Station) -> None:
    if station.transactions.filter(state="open").exists():
        raise ValidationError(
            _("%(station)s can't be deleted while a car charges on it.") % {"station": station}, code="in_transaction"
        )


def check_zone(zone: Zone | None) -> None:
    """ZON-2: stations go only to leaf zones."""
    if zone is not None and zone.children.exists():
        raise ValidationError(
            _("%(zone)s has sub-zones; stations go to zones without sub-zones.") % {"zone": zone}, code="not_a_leaf"
        )


def check_connectors(connectors: Sequence[ConnectorPlan], *, grid: str) -> None:
    """Raises ValidationError with every problem: none at all, a number twice, a wiring that the grid does not have."""
    problems = []
    numbers = [plan.number for plan in connectors]
    if not numbers:
        problems.append(_("A station has at least one connector."))
    if len(set(numbers)) < len(numbers) or min(numbers, default=1) < 1:
        problems.append(_("Connectors are numbered 1, 2, ... and each number is used once."))
    for plan in connectors:
        try:
            parse_wiring(plan.phases, Grid(grid))
        except ValueError:
            problems.append(
                _("Connector %(number)d: wiring %(phases)s does not exist on a %(grid)s grid.")
                % {"number": plan.number, "phases": plan.phases, "grid": grid}
            )
            continue
        if plan.kind == Connector.Kind.DC and not feeds_dc(plan.phases, Grid(grid)):
            problems.append(
                _("Connector %(number)d: a DC station loads every phase, wiring %(phases)s does not.")
                % {"number": plan.number, "phases": plan.phases}
            )
    if problems:
        raise ValidationError(problems)


def wiring_problem(phases: str, grid: Grid) -> str:
    """In the active language; empty where the grid has this wiring."""
    try:
        parse_wiring(phases, grid)
    except ValueError:
        message = _("wiring %(phases)s does not exist on a %(grid)s grid; use one of %(known)s")
        return message % {"phases": phases, "grid": grid.value, "known": ", ".join(KNOWN[grid])}
    return ""


def feeds_dc(phases: str, grid: Grid) -> bool:
    """ENE-8: a DC session loads every line that the grid has."""
    return grid is Grid.SINGLE or len(parse_wiring(phases, grid)) == 3


def _journal(station: Station, subtype: str, message: Said) -> None:
    zone = station.zone.name if station.zone else ""
    write_entry(kind=Kind.SYSTEM, subtype=subtype, device=station.box_identity, zone=zone, message=message)
