"""What each connector is entitled to draw now: E of the safety invariants, and its sums over the zones.

E is the largest current that a station may draw given all that EVCE knows *and does not know*. It never
shrinks before a decrease is acknowledged and the car has had its settle time.
"""

from collections.abc import Iterable

from engine.facts import Status
from engine.state import Connector, Lines, Site
from engine.wiring import LINES

SHARE_S = 120.0
"""How long Preparing, a card or a remote start lets the default count without a transaction."""

_IDLE = frozenset(
    {Status.AVAILABLE, Status.FINISHING, Status.RESERVED, Status.UNAVAILABLE, Status.FAULTED, Status.PREPARING}
)
"""Without a transaction these draw nothing, unless a start is expected."""


def default_possible_ma(connector: Connector) -> int:
    """The largest current its standing default may allow; the rating where it never acknowledged one."""
    if connector.default.acked_ma is None:
        return connector.config.rating_ma
    return min(connector.default.highest_ma, connector.config.rating_ma)


def held_ma(site: Site, connector: Connector, now: float) -> int:
    """E without settle windows: what the profiles, the link and the session allow."""
    station = site.station_of(connector)
    rating = connector.config.rating_ma
    if not station.ever_connected:
        return 0
    if connector.unmanaged:
        return rating
    if not station.online or not connector.proven:
        return min(max(connector.limit.highest_ma, default_possible_ma(connector)), rating)
    if connector.session is not None:
        if connector.limit.acked_ma is None:
            return min(max(connector.limit.highest_ma, default_possible_ma(connector)), rating)
        return min(connector.limit.highest_ma, rating)
    if connector.status in _IDLE and connector.share_until <= now:
        return 0
    return default_possible_ma(connector)


def entitlement_ma(site: Site, connector: Connector, now: float) -> int:
    """E on each of the connector's lines."""
    value = held_ma(site, connector, now)
    for window_ma, until in connector.windows:
        if until > now and window_ma > value:
            value = window_ma
    return value


def planned_ma(site: Site, connector: Connector, now: float) -> int:
    """What a plan sets aside for a connector that it does not control.

    Settle windows only hold back raises, so they do not count; for 5 s after a boot, a reconnection or a
    move the peers are neither raised (the ledger sees to it) nor cut for it.
    """
    value = held_ma(site, connector, now)
    if connector.grace_ma is not None and now < connector.grace_until:
        return min(value, connector.grace_ma)
    return value


def open_window(connector: Connector, before_ma: int, after_ma: int, now: float, settle_s: float) -> None:
    """A decrease counts only when the car has had time to follow it (S25: windows stack)."""
    if after_ma < before_ma:
        connector.windows.append((before_ma, now + settle_s))


def cells(site: Site, connector: Connector) -> Iterable[tuple[int, int]]:
    """Every (zone position, line) on which it counts: its path, and that of the zone it was moved from."""
    seen = {(zone, line) for zone in connector.path for line in connector.lines}
    for zone_id, lines in connector.moved_from:
        position = site.config.tree.index.get(zone_id)
        if position is not None:
            seen.update((zone, line) for zone in site.config.tree.paths[position] for line in lines)
    return seen


def add_up(site: Site, values: Iterable[tuple[Connector, int]]) -> list[Lines]:
    """Sums of a figure per zone and line: each connector counts once in its zone and in every zone above."""
    sums: list[Lines] = [[0, 0, 0] for _ in site.config.zones]
    scattered: list[tuple[Connector, int]] = []
    for connector, value in values:
        if connector.moved_from:
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


def record(connector: Connector, value: int, now: float, keep_s: float) -> None:
    """Keep the history of E that the building estimate looks back on."""
    connector.entitled_ma = value
    history = connector.entitlements
    lines = connector.lines
    if not history or history[-1][1] != value or history[-1][2] != lines:
        history.append((now, value, lines))
        connector.settled_at = now
    while len(history) > 1 and history[1][0] <= now - keep_s:
        history.popleft()
