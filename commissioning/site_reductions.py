"""Time-of-use periods and digital inputs in a site file: as plans, their rules, and back from the rows."""

from collections import Counter
from collections.abc import Iterator
from datetime import time

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from commissioning.site_document import InputEntry, PeriodEntry, SiteDocument
from metering.models import DigitalInput
from metering.records import InputPlan
from metering.validators import validate_host
from zones import periods
from zones.models import TouPeriod
from zones.periods import DAYS, PeriodPlan
from zones.plan import Problem
from zones.tou import Slot


def period_plans(document: SiteDocument) -> list[PeriodPlan]:
    return [_period_plan(entry, f"periods[{i}]") for i, entry in enumerate(document.get("periods", []))]


def input_plans(document: SiteDocument) -> list[InputPlan]:
    return [_input_plan(entry, f"digital_inputs[{i}]") for i, entry in enumerate(document.get("digital_inputs", []))]


def reduction_problems(document: SiteDocument, zones: set[str]) -> Iterator[Problem]:
    """`zones`: the names of the file's zones."""
    planned, inputs = period_plans(document), input_plans(document)
    yield from periods.problems(planned)
    names = Counter(plan.name for plan in inputs)
    for plan in inputs:
        if names[plan.name] > 1:
            message = _("more than one digital input is named “%(name)s”") % {"name": plan.name}
            yield Problem(f"{plan.path}.name", message)
        try:
            validate_host(plan.host)
        except ValidationError as error:
            yield Problem(f"{plan.path}.host", error.messages[0])
    for path, named in [(p.path, p.zones) for p in planned] + [(p.path, p.zones) for p in inputs]:
        for i, zone in enumerate(named):
            if zone not in zones:
                message = _("no zone of this file is named “%(zone)s”") % {"zone": zone}
                yield Problem(f"{path}.zones[{i}]", message)


def export_periods() -> list[PeriodEntry]:
    return [_period(row) for row in TouPeriod.objects.prefetch_related("slots", "zones")]


def export_inputs() -> list[InputEntry]:
    return [_input(row) for row in DigitalInput.objects.prefetch_related("zones")]


def _period_plan(entry: PeriodEntry, path: str) -> PeriodPlan:
    return PeriodPlan(
        path=path,
        name=entry["name"],
        max_charge_pct=entry["max_charge_pct"],
        days=frozenset(DAYS.index(day) for day in entry.get("days", DAYS)),
        slots=tuple(Slot(time.fromisoformat(s["start"]), time.fromisoformat(s["end"])) for s in entry["slots"]),
        zones=tuple(entry.get("zones", [])),
        enabled=entry.get("enabled", True),
    )


def _input_plan(entry: InputEntry, path: str) -> InputPlan:
    return InputPlan(
        path=path,
        name=entry["name"],
        host=entry["host"],
        port=entry.get("port", 502),
        unit=entry.get("unit", 255),
        table=entry.get("table", DigitalInput.Kind.DISCRETE),
        number=entry["number"],
        inverted=entry.get("inverted", False),
        quotient_pct=entry["quotient_pct"],
        when_lost=entry.get("when_lost", DigitalInput.WhenLost.ACTIVE),
        zones=tuple(entry.get("zones", [])),
    )


def _period(row: TouPeriod) -> PeriodEntry:
    return {
        "name": row.name,
        "enabled": row.enabled,
        "days": [day for day, wanted in zip(DAYS, row.days, strict=True) if wanted],
        "slots": [{"start": _hour(slot.start), "end": _hour(slot.end)} for slot in row.slots.all()],
        "max_charge_pct": row.max_charge_pct,
        "zones": [zone.name for zone in row.zones.all()],
    }


def _input(row: DigitalInput) -> InputEntry:
    return {
        "name": row.name,
        "host": row.host,
        "port": row.port,
        "unit": row.unit,
        "table": row.table,
        "number": row.number,
        "inverted": row.inverted,
        "quotient_pct": row.quotient_pct,
        "when_lost": row.when_lost,
        "zones": [zone.name for zone in row.zones.all()],
    }


def _hour(value: time) -> str:
    return value.isoformat(timespec="seconds" if value.second else "minutes")
