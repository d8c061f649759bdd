"""What the stations of each zone may be entitled to, per line (ENE-2, ENE-5, ENE-18), and its smoothing."""

from engine.building import credited_ma, estimate, production_ma, trust, unmanaged_ma
from engine.model import Production
from engine.plausibility import check_signs
from engine.state import Rise, Site, Zone
from engine.wiring import LINES

RISE_S = 15.0
"""A capacity that grew by more than the dead band, or that stands still, is used after so long ..."""
STEADY_S = 600.0
"""... and one that grew by less while it trembles, after so long (L1)."""
DEAD_BAND_MA = 1_000
CALM_MA = 200


def follow_meters(site: Site, now: float) -> None:
    """Judge every meter, then fold fresh readings into the building figures."""
    check_signs(site)
    ev = _reported_ma(site)
    for identity, state in site.meters.items():
        production = identity in site.config.production_meters
        trust(site, state, state.ev_ma_then if production else ev[identity], now)
    for position, figures in enumerate(production_ma(site, now)):
        site.zones[position].production_ma = figures
    for position, zone in enumerate(site.zones):
        config = site.config.zones[position]
        lost = config.meter is not None and not site.meters[config.meter].trusted
        if lost != zone.degraded:
            zone.degraded, zone.held_ma = lost, None
            site.revision += 1
            if lost:
                zone.building_ma = None
    estimate(site, now)
    for state in site.meters.values():
        state.fresh = False


def _reported_ma(site: Site) -> dict[int, int]:
    """By meter: what the stations below it say that they draw, on all lines together."""
    sums = [0] * len(site.zones)
    for connector in site.connectors.values():
        if connector.reports and connector.path:
            sums[connector.path[0]] += connector.reports[-1].total_ma
    parents = site.config.tree.parents
    for position in range(len(sums) - 1, -1, -1):
        parent = parents[position]
        if parent is not None:
            sums[parent] += sums[position]
    ev = dict.fromkeys(site.meters, 0)
    for position, zone in enumerate(site.config.zones):
        if zone.meter is not None:
            ev[zone.meter] += sums[position]
    return ev


def measure(site: Site, now: float) -> None:
    """Set each zone's limit, unmanaged load, capacity and the capacity to plan with."""
    unmanaged_ma(site)
    for position, zone in enumerate(site.zones):
        own_ma = site.config.effective_max_ma[position] - site.config.zones[position].margin_ma
        zone.limit_ma = [own_ma + credited for credited in credited_ma(site, zone)]
        if zone.degraded:
            zone.capacity_ma = [site.config.degraded_limit_ma[position]] * len(LINES)
        else:
            zone.capacity_ma = [max(0, zone.limit_ma[line] - zone.unmanaged_ma[line]) for line in LINES]
        if site.config.production is Production.LOCAL:
            zone.capacity_ma = [min(zone.capacity_ma[line], zone.production_ma[line]) for line in LINES]
        _hold(zone, now)


def _hold(zone: Zone, now: float) -> None:
    """A fall counts at once, and a little more than it, so that the next ripple changes nothing; a rise later."""
    if zone.held_ma is None:
        zone.held_ma = list(zone.capacity_ma)
        zone.rises = [None] * len(LINES)
        return
    for line in LINES:
        capacity, held = zone.capacity_ma[line], zone.held_ma[line]
        if capacity < held:
            zone.held_ma[line] = max(0, capacity - DEAD_BAND_MA)
            zone.rises[line] = None
        elif capacity > held:
            _rise(zone, line, capacity, now)
        else:
            zone.rises[line] = None


def _rise(zone: Zone, line: int, capacity: int, now: float) -> None:
    """Use what was there for a whole window; a gain that trembles within the dead band must last much longer."""
    rise = zone.rises[line]
    if rise is None:
        zone.rises[line] = Rise(now, capacity, capacity, now, capacity)
        return
    rise.low_ma, rise.high_ma = min(rise.low_ma, capacity), max(rise.high_ma, capacity)
    rise.lowest_ma = min(rise.lowest_ma, capacity)
    if now - rise.since < RISE_S:
        return
    assert zone.held_ma is not None
    if rise.low_ma - zone.held_ma[line] > DEAD_BAND_MA or rise.high_ma - rise.low_ma < CALM_MA:
        zone.held_ma[line], zone.rises[line] = rise.low_ma, None
    elif now - rise.began_at >= STEADY_S:
        zone.held_ma[line], zone.rises[line] = rise.lowest_ma, None
    else:
        rise.since, rise.low_ma, rise.high_ma = now, capacity, capacity
