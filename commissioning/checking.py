"""The site of a file, or of the rows, as `commissioning.checks` looks at it."""

from dataclasses import replace
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone

from chargers.installing import ConnectorPlan
from chargers.models import Connector, Station
from commissioning.checks import check
from commissioning.checks.findings import Finding
from commissioning.checks.site import Charger, CheckedSite, Cut
from commissioning.planning import zone_plans
from commissioning.site_file import SiteFile
from commissioning.site_reductions import export_inputs, export_periods, input_plans, period_plans
from common import clock
from engine.model import Minimum, Production
from engine.wiring import Grid
from metering.models import Meter
from metering.selectors import meters_that_export
from zones.models import Reduction
from zones.plan import walk
from zones.selectors import site


def check_rows() -> list[Finding]:
    """What is to be said about the configuration in the database."""
    return check(rows_to_check())


def check_file(file: SiteFile) -> list[Finding]:
    return check(file_to_check(file))


def file_to_check(file: SiteFile) -> CheckedSite:
    entry = file.document["site"]
    return CheckedSite(
        grid=file.grid,
        minimum=Minimum(entry.get("minimum", Minimum.IEC)),
        production=Production(entry.get("production", Production.GRID)),
        zones=file.zones,
        chargers=[Charger(s.path, s.name, s.zone, s.connectors, s.vip) for s in file.stations],
        meters=[meter["name"] for meter in file.document.get("meters", [])],
        periods=period_plans(file.document),
        inputs=input_plans(file.document),
        time_zone=ZoneInfo(settings.TIME_ZONE),
        on=timezone.localdate(clock.now()),
    )


def rows_to_check() -> CheckedSite:
    row = site()
    zones = zone_plans()
    for zone, _parent, _level in walk(zones):
        zone.path = zone.name
    periods = period_plans({"periods": export_periods()})  # type: ignore[typeddict-item]  # only this key is read
    inputs = input_plans({"digital_inputs": export_inputs()})  # type: ignore[typeddict-item]  # only this key is read
    return CheckedSite(
        grid=Grid(row.grid),
        minimum=Minimum(row.minimum),
        production=Production(row.production),
        zones=zones,
        chargers=_chargers(),
        meters=list(Meter.objects.values_list("name", flat=True)),
        exporting=meters_that_export(),
        periods=[replace(plan, path=plan.name) for plan in periods],
        inputs=[replace(plan, path=plan.name) for plan in inputs],
        limits=_limits(),
        time_zone=ZoneInfo(settings.TIME_ZONE),
        on=timezone.localdate(clock.now()),
    )


def _chargers() -> list[Charger]:
    rows = Station.objects.filter(state=Station.State.INSTALLED).select_related("zone").prefetch_related("connectors")
    return [
        Charger(
            path=str(row),
            name=str(row),
            zone=row.zone.name if row.zone else None,
            connectors=tuple(map(_plan, row.connectors.all())),
            vip=row.vip,
        )
        for row in rows
    ]


def _plan(row: Connector) -> ConnectorPlan:
    return ConnectorPlan(row.number, row.phases, row.max_current_a, row.kind, row.minimum_current_a, row.efficiency_pct)


def _limits() -> list[Cut]:
    rows = Reduction.objects.filter(origin=Reduction.Origin.EBMS).select_related("zone")
    return [Cut(row.source, (row.zone.name,), row.quotient_pct, row.max_current_a) for row in rows]
