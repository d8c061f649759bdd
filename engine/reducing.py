"""What the journal says when a reduction of a zone begins, changes or ends, whoever imposes it (ENE-6, TOU-4)."""

from engine.model import SiteConfig, ZoneConfig
from engine.state import Site

Cut = tuple[int | None, int | None]
"""(quotient in per mille, maximum in mA)"""


def note_reductions(site: Site, old: SiteConfig, new: SiteConfig) -> None:
    """One entry for each source and zone that differs."""
    before = {zone.id: _in_force(zone) for zone in old.zones}
    for zone in new.zones:
        was, now = before.get(zone.id, {}), _in_force(zone)
        for source, cut in now.items():
            if was.get(source) != cut:
                _note(site, zone, source, cut)
        for source in was.keys() - now.keys():
            site.note("reduction_ended", zone=zone.id, source=source)


def _in_force(zone: ZoneConfig) -> dict[str, Cut]:
    found: dict[str, Cut] = {}
    for reduction in sorted(zone.reductions, key=lambda r: -r.quotient_pm):
        found[reduction.source] = (reduction.quotient_pm, None)
    if zone.ebms_max_ma is not None:
        quotient, _none = found.get(zone.ebms_source, (None, None))
        found[zone.ebms_source] = (quotient, zone.ebms_max_ma)
    return found


def _note(site: Site, zone: ZoneConfig, source: str, cut: Cut) -> None:
    quotient_pm, max_ma = cut
    site.note(
        "reduced",
        zone=zone.id,
        source=source,
        quotient_pct=None if quotient_pm is None else quotient_pm / 10,
        max_a=None if max_ma is None else max_ma / 1000,
    )
