"""Stations and connectors that can't charge as they are set (ZON-4, ENE-7, ENE-9), and meters without a use."""

from collections import Counter
from collections.abc import Iterator

from django.utils.translation import gettext as _

from commissioning.checks.findings import Finding, Kind, Severity
from commissioning.checks.site import Charger, CheckedSite
from control.figures import number
from engine.wiring import KNOWN, Wiring


def findings(site: CheckedSite) -> Iterator[Finding]:
    named = Counter(charger.name for charger in site.chargers)
    for charger in site.chargers:
        if named[charger.name] > 1:
            message = _("%(count)d stations are called “%(name)s”: pages do not tell them apart.")
            message %= {"count": named[charger.name], "name": charger.name}
            yield Finding("station_name_twice", Kind.STATION, charger.path, message)
        if charger.zone is None:
            message = _("It is in no zone: it gets 0 A and may not start a charge.")
            yield Finding("station_in_no_zone", Kind.STATION, charger.path, message, Severity.WARNING)
        if not charger.connectors:
            message = _("It has no connector: nothing can charge on it.")
            yield Finding("station_without_connector", Kind.STATION, charger.path, message, Severity.WARNING)
        yield from _connectors(site, charger)
    yield from _meters(site)


def _connectors(site: CheckedSite, charger: Charger) -> Iterator[Finding]:
    known: dict[str, Wiring] = KNOWN[site.grid]
    for outlet in site.outlets_of(charger):
        if outlet.wiring is None:
            message = _(
                "Connector %(number)d: wiring %(phases)s does not exist on a %(grid)s grid; use one of %(known)s."
            )
            figures = {"phases": outlet.plan.phases, "grid": site.grid.value, "known": ", ".join(known)}
            message %= {"number": outlet.plan.number} | figures
            yield Finding("wiring_impossible", Kind.STATION, charger.path, message, Severity.ERROR)
        elif not outlet.usable:
            message = _(
                "Connector %(number)d can give %(max)s A, less than the minimum of %(minimum)s A: it never charges."
            )
            message %= {
                "number": outlet.plan.number,
                "max": number(float(outlet.plan.max_current_a)),
                "minimum": number(float(outlet.minimum_a)),
            }
            yield Finding("connector_below_minimum", Kind.STATION, charger.path, message, Severity.WARNING)


def _meters(site: CheckedSite) -> Iterator[Finding]:
    used = {meter for zone in site.by_name.values() for meter in (zone.meter, zone.production_meter)}
    for meter in site.meters:
        if meter not in used:
            message = _("No zone uses it: it is read and changes nothing.")
            yield Finding("meter_unused", Kind.METER, meter, message)
