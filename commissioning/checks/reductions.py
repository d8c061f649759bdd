"""Reductions that stop charging, change nothing, or leave too little for one car (ENE-6, TOU-1, TOU-2, DI-1)."""

from collections.abc import Iterator
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from commissioning.checks.findings import Finding, Kind, Severity
from commissioning.checks.site import CheckedSite, Cut
from control.figures import number
from engine.model import Production
from zones.plan import ZonePlan
from zones.sources import spoken


def findings(site: CheckedSite) -> Iterator[Finding]:
    for cut in site.cuts():
        for zone in (site.by_name[name] for name in cut.zones if name in site.by_name):
            yield from _cut(site, zone, cut)
    for period in site.periods:
        if period.enabled and not period.zones:
            message = _("It is assigned to no zone: it changes nothing.")
            yield Finding("period_without_zone", Kind.PERIOD, period.path, message)
    for row in site.inputs:
        if not row.zones:
            message = _("It is assigned to no zone: it changes nothing.")
            yield Finding("input_without_zone", Kind.INPUT, row.path, message)


def _cut(site: CheckedSite, zone: ZonePlan, cut: Cut) -> Iterator[Finding]:
    left = _left_a(zone, cut)
    figures: dict[str, str | int] = {
        "source": spoken(cut.source),
        "left": number(float(left)),
        "quotient": cut.quotient_pct or 0,
    }
    if zone.max_current_a == 0:
        return
    if left == 0:
        yield _stopped(site, zone, figures)
    elif left >= zone.max_current_a:
        message = _("“%(source)s”: 100 %% changes nothing.") if cut.quotient_pct else _("“%(source)s” changes nothing.")
        yield Finding("reduction_without_effect", Kind.ZONE, zone.path, message % figures)
    elif not cut.fixed:
        yield from _too_little(site, zone, left, figures)


def _stopped(site: CheckedSite, zone: ZonePlan, figures: dict[str, str | int]) -> Finding:
    if site.production is Production.GRID:
        message = _("“%(source)s” leaves 0 A: while it is in force nothing charges.")
    else:
        message = _("“%(source)s” leaves 0 A: while it is in force cars get local production only.")
    return Finding("reduction_stops", Kind.ZONE, zone.path, message % figures)


def _too_little(site: CheckedSite, zone: ZonePlan, left: Decimal, figures: dict[str, str | int]) -> Iterator[Finding]:
    """More than nothing, less than one minimum: it stops charging without saying 0 %."""
    outlets = site.below[zone.name]
    gives = left - zone.margin_a
    usual = site.usual_max_a(zone) - zone.margin_a
    short = [outlet for outlet in outlets if outlet.minimum_a > gives and outlet.minimum_a <= usual]
    if not short:
        return
    figures |= {"gives": number(float(max(gives, Decimal(0)))), "count": len(short), "all": len(outlets)}
    message = ngettext(
        "“%(source)s” leaves %(gives)s A, less than the minimum current of %(count)d of %(all)d connectors: "
        "it stops while the reduction is in force.",
        "“%(source)s” leaves %(gives)s A, less than the minimum current of %(count)d of %(all)d connectors: "
        "they stop while the reduction is in force.",
        len(short),
    )
    yield Finding("reduction_below_minimum", Kind.ZONE, zone.path, message % figures, Severity.WARNING)


def _left_a(zone: ZonePlan, cut: Cut) -> Decimal:
    left = zone.max_current_a if cut.quotient_pct is None else zone.max_current_a * cut.quotient_pct / 100
    return left if cut.max_a is None else min(left, cut.max_a)
