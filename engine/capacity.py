"""What the stations of each zone may be entitled to, per line (ENE-2, ENE-5, ENE-18)."""

from engine.building import credited_ma, estimate, production_ma, trust, unmanaged_ma, window_s
from engine.model import Production
from engine.plausibility import check_signs
from engine.smoothing import SURE_S, begin_anew, smooth
from engine.state import Site
from engine.wiring import LINES


def follow_meters(site: Site, now: float) -> None:
    """Judge every meter, then fold fresh readings into the building figures."""
    check_signs(site, now)
    ev, silent = _reported_ma(site, now)
    for identity, state in site.meters.items():
        # Night is no fault of a production meter.
        dark = identity in site.config.production_meters and not any(state.currents_ma)
        trust(site, state, state.ev_ma_then if dark else ev[identity], silent[identity], now)
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
            else:
                _found(site, position)
    estimate(site, now)
    for state in site.meters.values():
        state.fresh = False


def _found(site: Site, position: int) -> None:
    """A zone's meter is back: so is what the zones above without one kept free for its building."""
    begin_anew(site, position)
    for above in site.config.tree.paths[position][1:]:
        if site.config.zones[above].dynamic:
            break
        site.zones[above].held_ma = None


def _reported_ma(site: Site, now: float) -> tuple[dict[int, int], dict[int, int]]:
    """By meter: what the stations below it say that they draw, on all lines together; and a figure that is another one
    when others of them have not said so lately."""
    ev, silent = dict.fromkeys(site.meters, 0), dict.fromkeys(site.meters, 0)
    if not site.meters:
        return ev, silent
    since = now - window_s(site)
    said, unsaid = [0] * len(site.zones), [0] * len(site.zones)
    for identity, connector in site.connectors.items():
        if connector.reports and connector.path:
            latest = connector.reports[-1]
            if latest.at >= since and site.station_of(connector).online:
                said[connector.path[0]] += latest.total_ma
            else:
                unsaid[connector.path[0]] += identity
    parents = site.config.tree.parents
    for position in range(len(said) - 1, -1, -1):
        parent = parents[position]
        if parent is not None:
            said[parent] += said[position]
            unsaid[parent] += unsaid[position]
    for position, zone in enumerate(site.config.zones):
        for meter in (zone.meter, zone.production_meter):
            if meter is not None:
                ev[meter] += said[position]
                silent[meter] += unsaid[position]
    return ev, silent


def measure(site: Site, now: float) -> None:
    """Set each zone's limit, unmanaged load, capacity and the capacity to plan with."""
    unmanaged_ma(site)
    for position, zone in enumerate(site.zones):
        own_ma = site.config.effective_max_ma[position] - site.config.zones[position].margin_ma
        x, y, z = credited_ma(site, zone)
        zone.limit_ma = [own_ma + x, own_ma + y, own_ma + z]
        if zone.degraded:
            zone.capacity_ma = [site.config.degraded_limit_ma[position]] * len(LINES)
        else:
            (a, b, c), (x, y, z) = zone.limit_ma, zone.unmanaged_ma
            zone.capacity_ma = [a - x if a > x else 0, b - y if b > y else 0, c - z if c > z else 0]
        if site.config.production is Production.LOCAL and site.config.capped_by_production[position]:
            zone.capacity_ma = [min(zone.capacity_ma[line], zone.production_ma[line]) for line in LINES]
        smooth(zone, window_s(site) + SURE_S, now)
