"""The `optimisation` of a site file (ENE-13, ENE-14): what is left out has its default."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from commissioning.site_document import Number, OptimisationEntry, SiteDocument
from engine.model import Optimisation, Suspension
from zones.models import Site
from zones.optimisation import DEFAULTS_A, DELAY_S, WAKE_UP_S, contradictions
from zones.plan import Problem


@dataclass(frozen=True, slots=True)
class OptimisationPlan:
    """Fields of Site."""

    optimise: bool
    trigger_a: Decimal
    margin_a: Decimal
    gap_a: Decimal
    delay_s: int
    suspension: str
    wake_up_s: int


def optimisation_plan(document: SiteDocument) -> OptimisationPlan:
    entry = document["site"].get("optimisation", {})
    return OptimisationPlan(
        optimise=entry.get("enabled", True),
        trigger_a=_ampere(entry.get("trigger_a", DEFAULTS_A["trigger_a"])),
        margin_a=_ampere(entry.get("margin_a", DEFAULTS_A["margin_a"])),
        gap_a=_ampere(entry.get("gap_a", DEFAULTS_A["gap_a"])),
        delay_s=entry.get("delay_s", DELAY_S),
        suspension=entry.get("suspension", Site.Suspension.ALLOW),
        wake_up_s=entry.get("wake_up_s", WAKE_UP_S),
    )


def optimisation_problems(document: SiteDocument) -> Iterator[Problem]:
    plan = optimisation_plan(document)
    for key, message in contradictions(trigger_a=plan.trigger_a, margin_a=plan.margin_a, gap_a=plan.gap_a):
        yield Problem(f"site.optimisation.{key}", message)


def export_optimisation(row: Site) -> OptimisationEntry:
    return {
        "enabled": row.optimise,
        "trigger_a": _number(row.trigger_a),
        "margin_a": _number(row.margin_a),
        "gap_a": _number(row.gap_a),
        "delay_s": row.delay_s,
        "suspension": row.suspension,
        "wake_up_s": row.wake_up_s,
    }


def engine_optimisation(document: SiteDocument) -> Optimisation:
    """What `control.loading` makes of the same settings in a row."""
    plan = optimisation_plan(document)
    return Optimisation(
        enabled=plan.optimise,
        trigger_ma=int(plan.trigger_a * 1000),
        margin_ma=int(plan.margin_a * 1000),
        gap_ma=int(plan.gap_a * 1000),
        delay_s=float(plan.delay_s),
        suspension=Suspension(plan.suspension),
        wake_up_s=float(plan.wake_up_s),
    )


def _ampere(value: Number) -> Decimal:
    return Decimal(value).quantize(Decimal("0.1"))


def _number(value: Decimal) -> Number:
    return int(value) if value == value.to_integral_value() else value
