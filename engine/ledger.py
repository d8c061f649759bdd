"""What each connector is entitled to draw now: E of the safety invariants, and its sums over the zones.

E is the largest current that a station may draw given all that EVCE knows *and does not know*. It never
shrinks before a decrease is acknowledged and the car has had its settle time.
"""

from collections.abc import Iterable

from engine.connector import Connector
from engine.profiles import SKEW_S, Profile
from engine.state import Lines, Site
from engine.wiring import LINES, lines_of

SHARE_S = 120.0
"""How long Preparing, a card or a remote start keeps the minimum free for a car that is about to start."""

FOLLOW_S = 7.0
"""A car and its station have followed a lower limit by then (S15)."""
BELOW_MA = 1_000
"""A car that draws so much less than it may is not held back by that."""
DETECT_S, SHED_S = 30.0, 15.0
"""S21: until a lost link is noticed; until three tries of a write have failed."""


def high_s(site: Site, connector: Connector) -> int:
    """How long a setpoint above the share outlives its last refresh."""
    return site.config.leases.high_s[0 if _dynamic(site, connector) else 1]


def hold_s(site: Site, connector: Connector) -> int:
    """How long what holds a connector below its share outlives its last refresh."""
    return site.config.leases.hold_s[0 if _dynamic(site, connector) else 1]


def longest_high_s(site: Site, connector: Connector) -> int:
    """How long a setpoint above the share may outlive its last refresh at anybody who shares a zone with it."""
    if connector.former:
        return max(site.config.longest_high_s)
    return site.config.longest_high_s[connector.path[0]] if connector.path else high_s(site, connector)


def needed_s(site: Site, connector: Connector) -> float:
    """T_need of S21: with less life than this a lease does not count as holding anything down."""
    return longest_high_s(site, connector) + DETECT_S + SHED_S + site.config.settle_s + SKEW_S


def _dynamic(site: Site, connector: Connector) -> bool:
    return bool(connector.path) and site.config.dynamic[connector.path[0]]


def holds(site: Site, connector: Connector, profile: Profile, now: float) -> bool:
    """What the profile says stands for long enough to be counted on, whatever happens to the link."""
    return (
        profile.acked_ma is not None
        and not connector.lease_void
        and profile.acked_generation > connector.confirm_after
        and profile.holds_until - now >= needed_s(site, connector)
    )


def fallback_ma(site: Site, connector: Connector, now: float) -> int:
    """What may be drawn without a transaction profile: nothing while the connector is held down, else the share."""
    if holds(site, connector, connector.hold, now):
        return connector.hold.highest_ma
    return default_possible_ma(connector)


def default_possible_ma(connector: Connector) -> int:
    """The largest current its standing default may allow; the rating where it never acknowledged one."""
    if connector.default.acked_ma is None:
        return connector.rating_ma
    return min(connector.default.highest_ma, connector.rating_ma)


def on_lines(connector: Connector) -> bool:
    """It was last seen drawing current."""
    return any(ma or 0 for ma in connector.report_ma())


def held_ma(site: Site, connector: Connector, now: float) -> int:
    """E without settle windows: what the profiles, the link and the session allow."""
    if not site.station_of(connector).ever_connected:
        return 0
    if connector.unmanaged or connector.disobeying_since is not None:
        return connector.rating_ma
    return told_ma(site, connector, now)


def told_ma(site: Site, connector: Connector, now: float) -> int:
    """The largest current that its profiles allow, if the station keeps to them."""
    rating = connector.rating_ma
    online = site.station_of(connector).online
    if connector.volatile and not (online and connector.proven):
        return rating
    if not online:
        return min(max(connector.limit.highest_ma, default_possible_ma(connector)), rating)
    if connector.session is None:
        return min(fallback_ma(site, connector, now), rating)
    if holds(site, connector, connector.limit, now):
        return min(connector.limit.highest_ma, rating)
    return min(max(connector.limit.highest_ma, fallback_ma(site, connector, now)), rating)


def on_default(site: Site, connector: Connector, now: float) -> bool:
    """Its standing default decides what it may draw, now or as soon as something lapses."""
    if connector.session is not None and holds(site, connector, connector.limit, now):
        return False
    return not holds(site, connector, connector.hold, now)


def drawable_ma(connector: Connector, limit_ma: int) -> int:
    """What its car may draw if it is told so much: a little more, where it was seen to take that; or what it likes."""
    more_ma = limit_ma + connector.over_ma if limit_ma else 0
    return max(more_ma, connector.excess_ma)


def entitlement_ma(connector: Connector, held: int, now: float) -> int:
    """E on each of the connector's lines: what is held, what a car may still be drawing from before, or was seen to."""
    value = drawable_ma(connector, held)
    for window_ma, until in connector.windows:
        if until > now and window_ma > value:
            value = window_ma
    return value


def planned_ma(site: Site, connector: Connector, held: int, now: float) -> int:
    """What a plan sets aside for a connector that it does not control and that holds so much.

    Settle windows only hold back raises, so they do not count; for 5 s after a boot, a reconnection or a
    move the peers are neither raised (the ledger sees to it) nor cut for it. For a car that is about to start
    the minimum is kept free.
    """
    value = drawable_ma(connector, held)
    if connector.grace_ma is not None and now < connector.grace_until:
        value = min(value, connector.grace_ma)
    if connector.share_until > now and connector.session is None:
        value = max(
            value,
            min(site.config.minimum_of(connector.config, len(connector.config.wiring)), connector.config.rating_ma),
        )
    return value


def open_window(connector: Connector, before_ma: int, after_ma: int, now: float, settle_s: float) -> None:
    """A decrease counts only when the car has had time to follow it (S25: windows stack)."""
    if after_ma < before_ma:
        connector.windows.append((before_ma, now + settle_s))
        connector.judged_from = now + max(settle_s, FOLLOW_S)
        connector.follows = [seen for seen in connector.follows if seen[1] > now]
        connector.follows.append((before_ma, connector.judged_from))


def cells(site: Site, connector: Connector) -> Iterable[tuple[int, int]]:
    """Every (zone position, line) on which it counts: its path, and what is left of those that it had before (S12)."""
    seen = {(zone, line) for zone in connector.path for line in connector.lines}
    index = site.config.tree.index
    for place in connector.former:
        lines = connector.lines if place.wiring == connector.config.wiring else lines_of(place.wiring)
        seen.update((index[zone], line) for zone in place.zones if zone in index for line in lines)
    return seen


def add_up(site: Site, values: Iterable[tuple[Connector, int]]) -> list[Lines]:
    """Sums of a figure per zone and line: each connector counts once in its zone and in every zone above."""
    sums: list[Lines] = [[0, 0, 0] for _ in site.config.zones]
    scattered: list[tuple[Connector, int]] = []
    for connector, value in values:
        if connector.former:
            scattered.append((connector, value))
        elif value and connector.path:
            row = sums[connector.path[0]]
            for line in connector.lines:
                row[line] += value
    parents = site.config.tree.parents
    for position in range(len(sums) - 1, -1, -1):
        parent = parents[position]
        if parent is not None:
            above, row = sums[parent], sums[position]
            for line in LINES:
                above[line] += row[line]
    for connector, value in scattered:
        for zone, line in cells(site, connector):
            sums[zone][line] += value
    return sums


def draws_below(connector: Connector, entitled_ma: int) -> bool:
    """Its car draws clearly less than it may, so a change of that is no reason for it to draw anything else."""
    latest = list(connector.reports)[-2:]
    drawn = [ma for report in latest for ma in report.lines_ma]
    return len(latest) == 2 and all(ma is not None and ma <= entitled_ma - BELOW_MA for ma in drawn)


def record(connector: Connector, value: int, now: float, keep_s: float) -> None:
    """Keep the history of E that the building estimate looks back on."""
    connector.entitled_ma = value
    history = connector.entitlements
    lines = connector.lines
    if not history or history[-1][1] != value or history[-1][2] != lines:
        if not history or history[-1][2] != lines or not draws_below(connector, min(value, history[-1][1])):
            connector.settled_at = now
        history.append((now, value, lines))
        connector.span = None
    while len(history) > 1 and history[1][0] <= now - keep_s:
        history.popleft()
