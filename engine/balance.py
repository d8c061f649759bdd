"""What every connector counts for now, and the sums by zone.

A connector is weighed again only when a fact about it has come, when something of it changes by itself, or when it was
told something; of thousands that charge quietly nothing is asked.
"""

from collections.abc import Iterable

from engine import unseen
from engine.connector import Connector, Weight
from engine.dispatch import refresh_at
from engine.ledger import (
    add_up,
    cells,
    default_possible_ma,
    drawable_ma,
    entitlement_ma,
    held_ma,
    needed_s,
    open_window,
    planned_ma,
)
from engine.optimising import elapse, silent_at, wake_up_at
from engine.planning import controlled
from engine.state import Balance, Site

NEVER = float("inf")
TICK_S = 1e-6
"""Instants that are added up differently are not told apart more finely."""


def weigh(site: Site, now: float) -> tuple[Balance, list[Connector]]:
    """The balance of this moment, and the connectors that were weighed for it."""
    connectors = site.connectors.values()
    stirred = [c for c in connectors if c.weight is None or now >= c.weight.due_at]
    if site.balance is not None and not stirred:
        return site.balance, stirred
    weights = [_weigh(site, c, now) if c.weight is None or now >= c.weight.due_at else c.weight for c in connectors]
    pairs = list(zip(connectors, weights, strict=True))
    entitled = add_up(site, [(connector, connector.entitled_ma) for connector in connectors])
    reserved = add_up(site, [(c, weight.set_aside_ma) for c, weight in pairs])
    for zone, sums in zip(site.zones, reserved, strict=True):
        zone.reserved_ma = sums
    shares = [0] * len(site.zones)
    for connector, weight in pairs:
        zones = {zone for zone, _ in cells(site, connector)} if connector.former else connector.path
        for position in zones:
            shares[position] += weight.share_ma
    site.balance = Balance(entitled, shares, min([w.wake_at for w in weights], default=NEVER))
    return site.balance, stirred


def _weigh(site: Site, connector: Connector, now: float) -> Weight:
    _settle(site, connector, now)
    elapse(site, connector, now)
    held = held_ma(site, connector, now)
    before_ma, connector.entitled_ma = connector.entitled_ma, entitlement_ma(connector, held, now)
    if connector.entitled_ma < before_ma:
        unseen.let_go(site, connector, before_ma, now)
    connector.restless = True
    wake_at = _next((*(until for _, until in connector.windows), *_timers(connector), wake_up_at(connector)), now)
    ours = controlled(site, connector)
    connector.weight = Weight(
        due_at=min(
            wake_at, _next(_leases(site, connector), now - 2 * TICK_S), _next([silent_at(site, connector)], now)
        ),
        wake_at=wake_at,
        controlled=ours,
        set_aside_ma=drawable_ma(connector, held) - held if ours else planned_ma(site, connector, held, now),
        share_ma=default_possible_ma(connector) if site.station_of(connector).ever_connected else 0,
    )
    return connector.weight


def _settle(site: Site, connector: Connector, now: float) -> None:
    """Close windows that are over; once that is settled, what it was by an older configuration counts no more (S12)."""
    _lapse(site, connector, now)
    if connector.windows:
        connector.windows = [window for window in connector.windows if window[1] > now]
    if connector.former and not connector.windows and _settled_since_edit(connector):
        before = held_ma(site, connector, now)
        connector.former = ()
        site.revision += 1
        open_window(connector, before, held_ma(site, connector, now), now, site.config.settle_s)
    if connector.grace_ma is not None and now >= connector.grace_until:
        connector.grace_ma = None


def _lapse(site: Site, connector: Connector, now: float) -> None:
    """Drop what has run out; a car follows that as it follows a decrease."""
    if connector.lease_void or all(now < profile.gone_at and not profile.doubts for profile in connector.profiles):
        return
    before = held_ma(site, connector, now)
    lapsed = [profile.lapse(now) for profile in connector.profiles]
    if any(lapsed):
        connector.span = None
        site.revision += 1
        open_window(connector, before, held_ma(site, connector, now), now, site.config.settle_s)


def _settled_since_edit(connector: Connector) -> bool:
    edited = connector.edited_generation
    if connector.default.acked_generation <= edited or connector.default.doubts:
        return False
    if connector.session is None or connector.limit.empty:
        # It was told nothing under the old configuration.
        return True
    return connector.limit.acked_generation > edited and not connector.limit.doubts


def _timers(connector: Connector) -> tuple[float, ...]:
    limit, hold, default = connector.profiles
    return connector.share_until, connector.grace_until, limit.retry_at, hold.retry_at, default.retry_at


def _leases(site: Site, connector: Connector) -> list[float]:
    """When what it was told stops to hold, must be written again, or is gone."""
    needed = needed_s(site, connector)
    found = []
    for profile in (connector.limit, connector.hold):
        if profile.acked_ma is not None:
            found += [profile.holds_until, profile.holds_until - needed, profile.gone_at]
            found.append(refresh_at(site, connector, profile))
        found += [doubt.gone_at for doubt in profile.doubts]
    return [at - TICK_S for at in found]


def _next(instants: Iterable[float], now: float) -> float:
    return min([at for at in instants if at > now], default=NEVER)
