"""`step`: the whole decision. It looks at the state, and says which writes may go out now."""

from dataclasses import dataclass, field

from engine.building import window_s
from engine.capacity import follow_meters, measure
from engine.commands import Alarm, Entry, Write
from engine.dispatch import Books, writes
from engine.ledger import add_up, default_possible_ma, entitlement_ma, held_ma, open_window, record
from engine.planning import plan, share_out
from engine.ranking import review
from engine.state import Connector, Site

REVIEW_GRACE_S = 5.0
"""The scheduler drives the reviews; where it does not, the cycle does after so long."""
IDLE_S = 1.0


@dataclass(slots=True)
class Step:
    """What a step asks for. `planned`: something that a plan depends on had changed."""

    writes: list[Write] = field(default_factory=list)
    entries: list[Entry | Alarm] = field(default_factory=list)
    wake_at: float = 0.0
    planned: bool = False


def step(site: Site, now: float) -> Step:
    """Estimate the building, rank, plan, and hand out the writes that are safe at this moment.

    Level-triggered: run it again whenever something changed, at `wake_at`, or each second.
    """
    site.cycles += 1
    follow_meters(site, now)
    measure(site, now)
    if site.reviewed_at and now - site.reviewed_at >= site.config.review_s + REVIEW_GRACE_S:
        review(site, now)
    share_out(site)
    _settle(site, now)
    planned = plan(site, now)
    books = _books(site, now)
    out = writes(site, books, now)
    for zone, sums in zip(site.zones, books.entitled, strict=True):
        zone.entitled_ma = sums
    keep = window_s(site) + IDLE_S
    for connector in site.connectors.values():
        record(connector, connector.entitled_ma, now, keep)
    entries, site.entries = site.entries, []
    return Step(out, entries, _wake_at(site, now), planned)


def _settle(site: Site, now: float) -> None:
    """Close windows that are over, and let a moved connector go from its old zone once that is settled (S12)."""
    for connector in site.connectors.values():
        _lapse(site, connector, now)
        if connector.windows:
            connector.windows = [window for window in connector.windows if window[1] > now]
        if connector.moved_from and not connector.windows and _settled_since_move(connector):
            connector.moved_from = ()
            site.revision += 1
        if connector.grace_ma is not None and now >= connector.grace_until:
            connector.grace_ma = None


def _lapse(site: Site, connector: Connector, now: float) -> None:
    """Drop what has run out; a car follows that as it follows a decrease."""
    if all(now < profile.gone_at and not profile.doubts for profile in connector.profiles):
        return
    before = held_ma(site, connector, now)
    lapsed = [profile.lapse(now) for profile in connector.profiles]
    if any(lapsed):
        site.revision += 1
        open_window(connector, before, held_ma(site, connector, now), now, site.config.settle_s)


def _settled_since_move(connector: Connector) -> bool:
    moved = connector.moved_generation
    if connector.default.acked_generation <= moved or connector.default.doubts:
        return False
    return connector.session is None or (connector.limit.acked_generation > moved and not connector.limit.doubts)


def _books(site: Site, now: float) -> Books:
    shares = [0] * len(site.zones)
    for connector in site.connectors.values():
        connector.entitled_ma = entitlement_ma(site, connector, now)
        possible = default_possible_ma(connector) if site.station_of(connector).ever_connected else 0
        for position in _zones(site, connector):
            shares[position] += possible
    return Books(site, add_up(site, ((c, c.entitled_ma) for c in site.connectors.values())), shares)


def _zones(site: Site, connector: Connector) -> set[int]:
    tree = site.config.tree
    old = (tree.paths[tree.index[zone]] for zone, _ in connector.moved_from if zone in tree.index)
    return set(connector.path).union(*old)


def _wake_at(site: Site, now: float) -> float:
    """When something will be different by itself: a window closes, a share lapses, a retry is due."""
    wake = now + IDLE_S
    for connector in site.connectors.values():
        for at in (
            *(until for _, until in connector.windows),
            connector.share_until,
            connector.grace_until,
            *(profile.retry_at for profile in connector.profiles),
        ):
            if now < at < wake:
                wake = at
    return wake
