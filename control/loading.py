"""From the rows to what the engine works with."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings

from chargers.abilities import decide
from chargers.installing import ConnectorPlan
from chargers.models import Connector, Setpoint, Station
from chargers.selectors import learned_of
from common import clock
from control import places
from control.distrust import from_row
from control.inputs import InputRule
from control.reductions import Limit, Sources
from engine import facts, model
from engine.facts import Fact, Status
from engine.plausibility import SIGN
from engine.supply import Supply
from engine.wiring import Grid, parse_wiring
from engine.wiring_watch import WRONG
from journal.selectors import open_alarms
from metering.models import DigitalInput, Meter
from transactions.selectors import open_transactions
from zones.models import Reduction, Site, Zone
from zones.selectors import configured_reductions, tou_periods


def to_ma(ampere: Decimal) -> int:
    return int(ampere * 1000)


def load_config() -> model.SiteConfig:
    """The configuration as it stands in the rows; `SiteConfig()` with version 0 where no site exists yet.

    With the reductions that were configured; those that come and go are in `load_sources` (`control.reductions`).
    """
    site = Site.objects.filter(pk=1).first()
    if site is None:
        return model.SiteConfig()
    grid = Grid(site.grid)
    meters = list(Meter.objects.all())
    return model.SiteConfig(
        version=site.version,
        name=site.name,
        grid=grid,
        minimum=model.Minimum(site.minimum),
        shedding=model.Shedding(site.shedding),
        production=model.Production(site.production),
        review_s=float(site.review_s),
        settle_s=float(site.settle_s),
        optimisation=model.Optimisation(
            enabled=site.optimise,
            trigger_ma=to_ma(site.trigger_a),
            margin_ma=to_ma(site.margin_a),
            gap_ma=to_ma(site.gap_a),
            delay_s=float(site.delay_s),
            suspension=model.Suspension(site.suspension),
            wake_up_s=float(site.wake_up_s),
        ),
        zones=_zones(meters),
        connectors=tuple(_connectors(grid)),
        meters=tuple(model.MeterConfig(m.pk, m.name, inverted=m.inverted) for m in meters),
    )


def load_version() -> int:
    """The `site_version` in force; 0 where no site exists yet."""
    return Site.objects.filter(pk=1).values_list("version", flat=True).first() or 0


def load_alarms() -> list[dict[str, Any]]:
    """Every open alarm, whoever raised it, as the site document shows it."""
    return [
        {"code": alarm.code, "subject": alarm.subject, "params": alarm.params, "since": alarm.since.isoformat()}
        for alarm in open_alarms()
    ]


def _zones(meters: Iterable[Meter]) -> tuple[model.ZoneConfig, ...]:
    """Each zone followed by those below it, as pages show the tree."""
    by_role = {(m.zone_id, m.role): m.pk for m in meters if m.zone_id is not None}
    children: dict[int | None, list[Zone]] = {}
    for zone in Zone.objects.prefetch_related("reductions"):
        children.setdefault(zone.parent_id, []).append(zone)
    ordered: list[model.ZoneConfig] = []
    waiting = children.get(None, [])[::-1]
    while waiting:
        zone = waiting.pop()
        ordered.append(_zone(zone, by_role))
        waiting += children.get(zone.pk, [])[::-1]
    return tuple(ordered)


def _zone(zone: Zone, by_role: dict[tuple[int, str], int]) -> model.ZoneConfig:
    return model.ZoneConfig(
        id=zone.pk,
        name=zone.name,
        parent=zone.parent_id,
        max_ma=to_ma(zone.max_current_a),
        meter=by_role.get((zone.pk, Meter.Role.ZONE)),
        degraded_ma=None if zone.degraded_a is None else to_ma(zone.degraded_a),
        margin_ma=to_ma(zone.margin_a),
        production_meter=by_role.get((zone.pk, Meter.Role.PRODUCTION)),
        reductions=tuple(model.Reduction(r.source, r.quotient_pct * 10) for r in configured_reductions(zone)),
    )


def load_sources() -> Sources:
    """Everything that reduces a zone at times, whether or not it does so now (ENE-6)."""
    asked_for = Reduction.objects.filter(origin=Reduction.Origin.EBMS).order_by("source", "pk")
    return Sources(
        limits=tuple(_limit(row) for row in asked_for),
        periods=tuple((period, frozenset(zones)) for period, zones in tou_periods()),
        inputs=tuple(_input(row) for row in DigitalInput.objects.prefetch_related("zones")),
        time_zone=ZoneInfo(settings.TIME_ZONE),
    )


def _limit(row: Reduction) -> Limit:
    return Limit(
        id=row.pk,
        zone=row.zone_id,
        source=row.source,
        quotient_pm=None if row.quotient_pct is None else row.quotient_pct * 10,
        max_ma=None if row.max_current_a is None else to_ma(row.max_current_a),
        expires_at=row.expires_at,
        set_at=row.set_at,
        fallback_ma=None if row.fallback_current_a is None else to_ma(row.fallback_current_a),
    )


def _input(row: DigitalInput) -> InputRule:
    return InputRule(
        id=row.pk,
        name=row.name,
        quotient_pm=row.quotient_pct * 10,
        zones=frozenset(zone.pk for zone in row.zones.all()),
        lost_is_active=row.when_lost == DigitalInput.WhenLost.ACTIVE,
    )


def _connectors(grid: Grid) -> Iterable[model.ConnectorConfig]:
    rows = Connector.objects.filter(station__state=Station.State.INSTALLED).select_related("station")
    outlets = Counter(row.station_id for row in rows)
    for row in rows:
        station = row.station
        can = decide(station.configuration, learned_of(station), outlets[station.pk])
        yield model.ConnectorConfig(
            id=row.pk,
            station=station.pk,
            number=row.number,
            zone=station.zone_id,
            wiring=parse_wiring(row.phases, grid),
            rating_ma=to_ma(row.max_current_a),
            vip=station.vip,
            volatile=station.volatile,
            label=f"{station.name or station.box_identity}/{row.number}",
            can_hold=can.can_hold,
            default_only=can.default_only,
            supply=supply_of(row, grid, watts=can.watts),
        )


def supply_of(row: Connector | ConnectorPlan, grid: Grid, *, watts: bool) -> Supply:
    """ENE-8. `watts`: its station takes limits in W only."""
    if row.kind != Connector.Kind.DC:
        return Supply(watts=watts, delta=grid is Grid.DELTA)
    least = row.minimum_current_a
    return Supply(
        dc=True,
        delta=grid is Grid.DELTA,
        efficiency_pm=row.efficiency_pct * 10,
        minimum_ma=None if least is None else to_ma(least),
    )


@dataclass(frozen=True, slots=True)
class Names:
    """What pages call things; the engine knows ids only."""

    box_identity: dict[int, str]
    station: dict[int, str]
    vip: dict[int, bool]
    zone_of_station: dict[int, int | None]
    phases: dict[int, str]


def load_names() -> Names:
    stations = list(Station.objects.filter(state=Station.State.INSTALLED))
    return Names(
        box_identity={s.pk: s.box_identity for s in stations},
        station={s.pk: s.name or s.box_identity for s in stations},
        vip={s.pk: s.vip for s in stations},
        zone_of_station={s.pk: s.zone_id for s in stations},
        phases=dict(Connector.objects.values_list("pk", "phases")),
    )


def _meters_in_doubt() -> list[Fact]:
    """The alarms are the rows that outlive EVCE."""
    alarms = open_alarms()
    lost = [alarm.subject for alarm in alarms if alarm.code == "meter_lost" and alarm.params.get("reason") == SIGN]
    wrong = [alarm.subject for alarm in alarms if alarm.code in WRONG]
    found: list[Fact] = [facts.MeterReversed(pk) for pk in _meters_named(lost)]
    return found + [facts.WiringFound(pk, wrong=True) for pk in _meters_named(wrong)]


def _meters_named(names: list[str]) -> list[int]:
    return list(Meter.objects.filter(name__in=names).values_list("pk", flat=True))


def load_past() -> list[Fact]:
    """What was true when the process ended: statuses, open transactions, then what each connector was told."""
    found: list[Fact] = []
    for pk, status in Connector.objects.values_list("pk", "status"):
        if status in Status._value2member_map_:
            found.append(facts.StatusChanged(pk, Status(status)))
    now = clock.now()
    for running in open_transactions():
        age_s = max(0.0, (now - running.started_at).total_seconds())
        found.append(
            facts.TransactionStarted(
                running.connector,
                running.transaction,
                running.vip,
                running.id_tag,
                running.energy_wh,
                age_s,
                running.blocked,
            )
        )
    found += _meters_in_doubt()
    ever = dict(Connector.objects.values_list("pk", "station__ever_connected"))
    rows = {row.connector_id: row for row in Setpoint.objects.all()}
    found += [_restored(pk, connected, rows.get(pk) or Setpoint()) for pk, connected in ever.items()]
    return found


def _restored(connector: int, ever_connected: bool, row: Setpoint) -> facts.Restored:
    return facts.Restored(
        connector=connector,
        ever_connected=ever_connected,
        limit_ma=row.limit_ma,
        limit_possible_ma=row.limit_possible_ma,
        default_ma=row.default_ma,
        default_possible_ma=row.default_possible_ma,
        generation=row.generation,
        places=places.from_row(row.places),
        default_writes=row.default_writes,
        default_allowance=row.default_allowance,
        conduct=from_row(row.conduct),
    )
