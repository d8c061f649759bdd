"""Local production that can't do what its strategy says (ENE-5)."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from commissioning.checks.findings import Finding, Kind, Severity
from commissioning.checks.site import CheckedSite
from commissioning.checks.zones import named
from engine.model import Production
from zones.plan import ZonePlan


def findings(site: CheckedSite) -> Iterator[Finding]:
    metered = [zone for zone in site.by_name.values() if zone.production_meter]
    if site.production is not Production.GRID and not metered:
        message = _("The strategy for local production needs a zone with a production meter.")
        yield Finding("production_without_meter", Kind.SITE, "", message, Severity.ERROR)
    if site.production is Production.LOCAL and metered:
        yield from _without(site)
    for zone in metered:
        yield from _unused(site, zone)
    yield from _export(site)


def _export(site: CheckedSite) -> Iterator[Finding]:
    """MET-6: a meter that faces the wrong way gives the load of the building away as room for cars."""
    for zone in site.by_name.values():
        if zone.meter in site.exporting and not _produces(zone):
            message = _(
                "It has shown export for more than a minute, and zone “%(zone)s” has no local production: check its "
                "sign (inverted) and its current transformers. If there is production, give it a meter."
            )
            yield Finding("export_without_production", Kind.METER, zone.meter, message % {"zone": zone.name})


def _unused(site: CheckedSite, zone: ZonePlan) -> Iterator[Finding]:
    if site.production is Production.GRID:
        message = _("Its production meter gives no car anything: the strategy is “grid only”.")
        yield Finding("production_not_used", Kind.ZONE, zone.path, message)
    elif not any(site.below[above.name] for above in site.path(zone.name)):
        message = _("No station hangs on this zone or on one above it: its production serves nobody.")
        yield Finding("production_serves_nobody", Kind.ZONE, zone.path, message, Severity.WARNING)


def _without(site: CheckedSite) -> Iterator[Finding]:
    """Zones whose stations have no production meter on their path, nor under a zone of it."""
    for zone in site.by_name.values():
        mine = [charger.name for charger in site.chargers if charger.zone == zone.name]
        if mine and not any(_produces(above) for above in site.path(zone.name)):
            message = _(
                "“Local production only”, and no production is metered for these stations: they get 0 A: %(names)s."
            )
            message %= {"names": named(mine)}
            yield Finding("no_production_for_stations", Kind.ZONE, zone.path, message, Severity.WARNING)


def _produces(zone: ZonePlan) -> bool:
    return zone.production_meter is not None or any(_produces(child) for child in zone.zones)
