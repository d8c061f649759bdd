"""Which writes may go out at this moment (S1a, S3, S22, S23).

A decrease always may. A raise only when the entitlements, with it, still fit every zone and line on the path.
What counts is what the station may be doing now: a write above the smallest value that may stand there is a raise.
"""

from engine.commands import Entry, Target, Write
from engine.ledger import cells, default_possible_ma
from engine.planning import controlled
from engine.state import Connector, Doubt, Lines, Profile, Site

SPACING_S = 15.0
"""Between two raises of one connector, unless somebody plugged in, left, or the configuration changed (L1)."""


class Books:
    """The sums that a raise must fit into, kept up while writes are handed out."""

    def __init__(self, site: Site, entitled: list[Lines], shares: list[int]) -> None:
        self.site, self.entitled, self.shares = site, entitled, shares

    def blocked_by(self, connector: Connector, limit_ma: int, certain: bool) -> tuple[int, int] | None:
        """The first (zone position, line) where the write does not fit; None where it does.

        `certain`: the station's present value is known, so what it is entitled to stays counted; otherwise the
        write counts as a raise from 0 next to the others (S23).
        """
        after = max(connector.entitled_ma, limit_ma) if certain else limit_ma
        for position, line in cells(self.site, connector):
            zone = self.site.zones[position]
            free = min((zone.held_ma or zone.capacity_ma)[line], zone.capacity_ma[line])
            if self.entitled[position][line] - connector.entitled_ma + after > free:
                return position, line
        return None

    def share_fits(self, connector: Connector, share_ma: int) -> bool:
        """S5: all standing defaults together never exceed what a zone can bear without control."""
        more = share_ma - default_possible_ma(connector)
        return all(
            self.shares[position] + more <= self.site.config.zones[position].degraded_limit_ma
            for position in {position for position, _ in cells(self.site, connector)}
        )

    def count(self, connector: Connector, limit_ma: int) -> None:
        """The connector may draw so much from now on."""
        more = limit_ma - connector.entitled_ma
        if more > 0:
            for position, line in cells(self.site, connector):
                self.entitled[position][line] += more
            connector.entitled_ma = limit_ma

    def count_share(self, connector: Connector, before_ma: int) -> None:
        more = default_possible_ma(connector) - before_ma
        for position in {position for position, _ in cells(self.site, connector)}:
            self.shares[position] += more


def writes(site: Site, books: Books, now: float) -> list[Write]:
    """Every write that may go out now; decreases first, raises with the least served first."""
    out: list[Write] = []
    addressed = [c for c in site.connectors.values() if site.station_of(c).ready]
    for connector in addressed:
        connector.waiting = None
        write = _default(site, books, connector, now)
        if write is not None:
            out.append(write)
    sessions = [c for c in addressed if controlled(site, c) or (c.session is not None and c.unmanaged)]
    raises = []
    for connector in sessions:
        if connector.target_ma > connector.standing_ma:
            raises.append(connector)
            continue
        write = _decrease(site, connector, now)
        if write is not None:
            out.append(write)
    for connector in sorted(raises, key=_need):
        write = _raise(site, books, connector, now)
        if write is not None:
            out.append(write)
    return out


def _need(connector: Connector) -> tuple[bool, int, int]:
    assert connector.session is not None
    return not connector.session.vip, connector.limit.commanded_ma or 0, connector.rank or 0


def _current(profile: Profile, connector: Connector, value_ma: int) -> bool:
    """The value stands and is proven, or is on its way."""
    if profile.in_flight is not None and profile.commanded_ma == value_ma:
        return True
    return not profile.doubts and profile.acked_ma == value_ma and profile.acked_generation > connector.confirm_after


def _default(site: Site, books: Books, connector: Connector, now: float) -> Write | None:
    """The standing default: lowered at any time, raised like a raise and never under a car that runs on it."""
    profile, share = connector.default, connector.share_ma
    if _current(profile, connector, share) or (now < profile.retry_at and share == profile.commanded_ma):
        return None
    raising = share > profile.lowest_ma
    if raising:
        if profile.in_flight is not None:
            return None
        certain = connector.proven and not profile.doubts
        runs = connector.entitled_ma > 0 and not (connector.proven and connector.limit.acked_ma is not None)
        fits = books.share_fits(connector, share) and (not runs or books.blocked_by(connector, share, certain) is None)
        if not fits:
            share = profile.lowest_ma
            if _current(profile, connector, share) or now < profile.retry_at:
                return None
            raising = False
    before = default_possible_ma(connector)
    write = _write(connector, Target.DEFAULT, share, durable=raising)
    if raising:
        books.count_share(connector, before)
        if connector.entitled_ma > 0 and not (connector.proven and connector.limit.acked_ma is not None):
            books.count(connector, share)
    return write


def _decrease(site: Site, connector: Connector, now: float) -> Write | None:
    profile, target = connector.limit, connector.target_ma
    if _current(profile, connector, target) or (now < profile.retry_at and target == profile.commanded_ma):
        return None
    return _limit(site, connector, target, durable=False)


def _raise(site: Site, books: Books, connector: Connector, now: float) -> Write | None:
    profile, target = connector.limit, connector.target_ma
    if _current(profile, connector, target) or profile.in_flight is not None or now < profile.retry_at:
        return None
    certain = connector.proven and not profile.doubts
    blocked = books.blocked_by(connector, target, certain)
    if blocked is not None:
        connector.waiting = blocked
        standing = connector.standing_ma
        if certain or _current(profile, connector, standing):
            return None
        return _limit(site, connector, standing, durable=False)
    if certain and now - connector.raised_at < SPACING_S and connector.raised_at > site.shuffled_at:
        return None
    connector.raised_at = now
    books.count(connector, target)
    return _limit(site, connector, target, durable=True)


def _limit(site: Site, connector: Connector, limit_ma: int, durable: bool) -> Write:
    before = connector.limit.commanded_ma
    if before != limit_ma:
        reason = connector.reason
        figures = tuple((f"reason_{name}", value) for name, value in reason.params)
        start = None if before is None else before / 1000
        params = (("from_a", start), ("to_a", limit_ma / 1000), ("reason", reason.code.value), *figures)
        site.entries.append(Entry("setpoint_changed", connector=connector.config.id, params=params))
    return _write(connector, Target.LIMIT, limit_ma, durable)


def _write(connector: Connector, target: Target, limit_ma: int, durable: bool) -> Write:
    connector.generation += 1
    connector.profile(target).doubts.append(Doubt(connector.generation, limit_ma))
    transaction = connector.session.transaction if target is Target.LIMIT and connector.session else None
    return Write(
        connector.config.station,
        connector.config.id,
        connector.config.number,
        target,
        limit_ma,
        connector.generation,
        transaction,
        durable,
    )
