"""Which writes may go out at this moment (S1a, S3, S22, S23).

A decrease always may. A raise only when the entitlements, with it, still fit every zone and line on the path.
What counts is what the station may be doing now: a write above the smallest value that may stand there is a raise.
"""

from math import inf

from engine.commands import Entry, Target, Write
from engine.connector import Connector
from engine.ledger import (
    cells,
    default_possible_ma,
    drawable_ma,
    draws_below,
    high_s,
    hold_s,
    needed_s,
    on_default,
)
from engine.profiles import Doubt, Profile
from engine.standing import can_hold, goal_ma, may_rise, part_ma, sent
from engine.state import Balance, Site
from engine.supply import phases_of, to_watts
from engine.unseen import hidden_ma

REFRESH_S = 30.0
"""What holds a connector down is written again when so much is left above what it must last (S21)."""
SPACING_S = 15.0
"""Between two raises of one connector, unless somebody plugged in, left, or the configuration changed (L1)."""


class Books:
    """The sums that a raise must fit into, kept up while writes are handed out."""

    def __init__(self, site: Site, balance: Balance) -> None:
        self.site, self.entitled, self.shares = site, balance.entitled, balance.shares
        self.hidden = hidden_ma(site)

    def blocked_by(self, connector: Connector, limit_ma: int, certain: bool) -> tuple[int, int] | None:
        """The first (zone position, line) where the write does not fit; None where it does.

        `certain`: the station's present value is known, so what it is entitled to stays counted; otherwise the
        write counts as a raise from 0 next to the others (S23).
        """
        limit_ma = drawable_ma(connector, limit_ma)
        after = max(connector.entitled_ma, limit_ma) if certain else limit_ma
        for position, line in cells(self.site, connector):
            zone = self.site.zones[position]
            free = min((zone.held_ma or zone.capacity_ma)[line], zone.capacity_ma[line])
            if self.hidden is not None:
                free -= self.hidden[position][line]
            if self.entitled[position][line] - connector.entitled_ma + after > free:
                return position, line
        return None

    def share_room(self, connector: Connector) -> tuple[int, int | None]:
        """The largest standing default that fits, and the position of the zone that lets it be no larger.

        S5: all standing defaults together never exceed what a zone can bear without control.
        """
        positions = {position for position, _ in cells(self.site, connector)}
        limits = self.site.config.degraded_limit_ma
        tightest = min(positions, key=lambda position: limits[position] - self.shares[position], default=None)
        if tightest is None:
            return connector.config.rating_ma, None
        return default_possible_ma(connector) + limits[tightest] - self.shares[tightest], tightest

    def count(self, connector: Connector, limit_ma: int) -> None:
        """The connector may draw so much from now on."""
        limit_ma = drawable_ma(connector, limit_ma)
        more = limit_ma - connector.entitled_ma
        if more > 0:
            for position, line in cells(self.site, connector):
                self.entitled[position][line] += more
            connector.entitled_ma = limit_ma

    def count_share(self, connector: Connector, before_ma: int) -> None:
        more = default_possible_ma(connector) - before_ma
        for position in {position for position, _ in cells(self.site, connector)}:
            self.shares[position] += more


def writes(site: Site, balance: Balance, now: float) -> list[Write]:
    """Every write that may go out now; decreases first, raises with the least served first."""
    out: list[Write | None] = []
    books = Books(site, balance)
    addressed = [c for c in site.connectors.values() if c.restless and site.station_of(c).ready]
    for connector in addressed:
        connector.waiting = connector.crowded = None
        out.append(_hold(site, connector, now))
        out.append(_default(site, books, connector, now))
    raises = []
    for connector in addressed:
        # Whether the rest may be told more also depends on the others and on the time since its last raise.
        connector.restless = not _current(connector.default, connector, goal_ma(connector))
        if connector.session is None or connector.config.default_only:
            continue
        told = connector.lease_void and _current(connector.limit, connector, connector.target_ma)
        if connector.target_ma > connector.standing_ma(now) and not told:
            connector.restless = True
            raises.append(connector)
        else:
            out.append(_decrease(site, connector, now))
    out += [_raise(site, books, connector, now) for connector in sorted(raises, key=_need)]
    return [write for write in out if write is not None]


def _need(connector: Connector) -> tuple[bool, int, int]:
    assert connector.session is not None
    return not connector.session.vip, connector.limit.commanded_ma or 0, connector.rank or 0


def _current(profile: Profile, connector: Connector, value_ma: int) -> bool:
    """The value stands and is proven, or is on its way."""
    if not profile.doubts:
        return profile.acked_ma == value_ma and profile.acked_generation > connector.confirm_after
    return profile.doubts[-1].limit_ma == value_ma and profile.in_flight is not None


def _hold(site: Site, connector: Connector, now: float) -> Write | None:
    """Keep an idle connector at 0 A, so that a start can't surprise its peers; refreshed before it gets short."""
    profile = connector.hold
    if connector.session is not None or not _can_hold(connector):
        return None
    if profile.in_flight is not None or now < profile.retry_at:
        return None
    fresh = profile.acked_ma is not None and profile.acked_generation > connector.confirm_after
    if fresh and now < refresh_at(site, connector, profile):
        return None
    return _write(connector, Target.HOLD, 0, False, now, hold_s(site, connector))


def _can_hold(connector: Connector) -> bool:
    """Not before its default stands: some stations keep one profile only."""
    return can_hold(connector) and connector.default.acked_ma is not None


def _default(site: Site, books: Books, connector: Connector, now: float) -> Write | None:
    """The standing default: lowered at any time, raised like a raise and never under a car that runs on it."""
    profile, share = connector.default, goal_ma(connector)
    if _current(profile, connector, share) or (now < profile.retry_at and share == profile.commanded_ma):
        return None
    runs = on_default(site, connector, now)
    raising = share > profile.lowest_ma
    if raising:
        if profile.in_flight is not None:
            return None
        share = _raised_share(site, books, connector, share, runs, now)
        raising = share > profile.lowest_ma
        if not raising and (_current(profile, connector, share) or now < profile.retry_at):
            return None
    before = default_possible_ma(connector)
    write = _write(connector, Target.DEFAULT, share, raising, now)
    sent(connector, raising, now)
    if raising:
        books.count_share(connector, before)
        if runs:
            books.count(connector, share)
    return write


def _raised_share(site: Site, books: Books, connector: Connector, goal_ma: int, runs: bool, now: float) -> int:
    """How far the standing default may rise towards its goal now; its lowest possible value where it may not."""
    stands_ma, (room_ma, tightest) = connector.default.lowest_ma, books.share_room(connector)
    live = connector.config.default_only and connector.session is not None
    if goal_ma > room_ma:
        connector.crowded = tightest if live else None
        goal_ma = part_ma(site, connector, room_ma) if live else stands_ma
    if goal_ma > stands_ma and runs:
        blocked = books.blocked_by(connector, goal_ma, connector.proven and not connector.default.doubts)
        if blocked is not None:
            connector.waiting = blocked if live else None
            return stands_ma
    return goal_ma if goal_ma > stands_ma and may_rise(site, connector, now) else stands_ma


def _decrease(site: Site, connector: Connector, now: float) -> Write | None:
    profile, target = connector.limit, connector.target_ma
    if _current(profile, connector, target) and not _ages(site, connector, now):
        return None
    if now < profile.retry_at and target == profile.commanded_ma:
        return None
    return _limit(site, connector, target, False, now)


def _raise(site: Site, books: Books, connector: Connector, now: float) -> Write | None:
    profile, target = connector.limit, connector.target_ma
    if profile.in_flight is not None or now < profile.retry_at:
        return None
    certain = connector.proven and not profile.doubts
    blocked = books.blocked_by(connector, target, certain)
    if blocked is not None:
        connector.waiting = blocked
        standing = connector.standing_ma(now)
        if (certain or _current(profile, connector, standing)) and not _ages(site, connector, now):
            return None
        return _limit(site, connector, standing, False, now)
    told = profile.commanded_ma
    raises = told is None or told < target
    if raises and now - connector.raised_at < SPACING_S and connector.raised_at >= site.shuffled_at:
        if not certain and told is not None and not _current(profile, connector, told):
            # A station that came back proves first what it was told.
            books.count(connector, told)
            return _limit(site, connector, told, True, now)
        return _limit(site, connector, connector.standing_ma(now), False, now) if _ages(site, connector, now) else None
    connector.raised_at = now
    books.count(connector, target)
    return _limit(site, connector, target, True, now)


def _ages(site: Site, connector: Connector, now: float) -> bool:
    """The acknowledged limit must be written again before it lapses, or stops counting as holding (S21)."""
    profile = connector.limit
    if profile.acked_ma is None or profile.in_flight is not None or now < profile.retry_at:
        return False
    return now >= refresh_at(site, connector, profile)


def refresh_at(site: Site, connector: Connector, profile: Profile) -> float:
    """When the acknowledged value of a profile that expires is to be written again; at once where it was below the
    share, or its zone had no meter, and what is above the share may not last so long any more."""
    if profile is connector.limit and (profile.acked_ma or 0) >= connector.default.highest_ma:
        longest_s = high_s(site, connector)
        return -inf if (profile.lease_s or 0) > longest_s else profile.holds_until - longest_s * 2 / 3
    return profile.holds_until - needed_s(site, connector) - REFRESH_S


def _limit(site: Site, connector: Connector, limit_ma: int, durable: bool, now: float) -> Write:
    before = connector.limit.commanded_ma
    if before != limit_ma:
        reason = connector.reason
        figures = tuple((f"reason_{name}", value) for name, value in reason.params)
        start = None if before is None else before / 1000
        params = (("from_a", start), ("to_a", limit_ma / 1000), ("reason", reason.code.value), *figures)
        site.entries.append(Entry("setpoint_changed", connector=connector.config.id, params=params))
    above = limit_ma >= connector.default.highest_ma
    lease_s = high_s(site, connector) if above else hold_s(site, connector)
    return _write(connector, Target.LIMIT, limit_ma, durable, now, lease_s)


def _write(
    connector: Connector, target: Target, limit_ma: int, durable: bool, now: float, lease_s: int | None = None
) -> Write:
    connector.generation += 1
    connector.stir()
    profile = connector.profile(target)
    before = profile.commanded_ma or 0
    if profile is connector.carrier and limit_ma > before and not draws_below(connector, before):
        # Its car may draw more than it reported though it counts for no more: the last decrease was not answered.
        connector.settled_at = now
    profile.doubts.append(Doubt(connector.generation, limit_ma, lease_s=lease_s, sent_at=now))
    return Write(
        station=connector.config.station,
        connector=connector.config.id,
        number=connector.config.number,
        target=target,
        limit_ma=limit_ma,
        generation=connector.generation,
        transaction=connector.session.transaction if target is Target.LIMIT and connector.session else None,
        durable=durable,
        lease_s=lease_s,
        limit_w=to_watts(limit_ma, connector.config.supply, connector.config.wiring, len(connector.lines)),
        phases=phases_of(connector.config.supply, connector.config.wiring, len(connector.lines)),
        dc=connector.config.supply.dc,
    )
