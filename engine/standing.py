"""What the standing default of a connector should be, and when it may rise.

A station that takes no transaction profile has only its standing default: the live setpoint is then what it falls back
to. So it is never above the degraded share, and every rule about shares (S5, S6, S22, S23) holds for it as it is.
"""

from math import inf

from engine.connector import Connector
from engine.model import ConnectorConfig
from engine.state import Site

UNIT_MA, STEP_MA = 100, 1_000
RELEASES, RELEASE_S = 5, 30.0
"""How often, and how far apart, a station is asked to take a hold away: whether it did is not answered here."""
SPACING_S = 60.0
"""A setpoint that is kept in flash rises in steps of an ampere at least, and not more often than this."""


def most_ma(connector: Connector) -> int:
    """What a plan may give its session."""
    rating = connector.config.rating_ma
    return min(rating, connector.share_ma) if connector.config.default_only else rating


def goal_ma(connector: Connector) -> int:
    """The standing default it should have now."""
    share = connector.share_ma
    if not connector.config.default_only or connector.session is None:
        return share
    goal, stands = min(connector.target_ma, share), connector.default.lowest_ma
    return stands if 0 < stands < goal < min(stands + STEP_MA, share) else goal


def part_ma(site: Site, connector: Connector, room_ma: int) -> int:
    """What its session is given where its share does not fit: the rest, if that is a minimum or a step more."""
    stands, part = connector.default.lowest_ma, room_ma // UNIT_MA * UNIT_MA
    least = stands + STEP_MA if stands else site.config.minimum_of(connector.config, len(connector.lines))
    return part if part >= least else stands


def may_rise(site: Site, connector: Connector, now: float) -> bool:
    """Is a raise of the default due, by its spacing and by what the station's memory bears?"""
    config = connector.config
    live = config.default_only and connector.session is not None
    if live and now - connector.raised_at < SPACING_S and connector.raised_at >= site.shuffled_at:
        return False
    allowed = connector.wear.available(now) >= 1.0
    figures = {"writes": connector.wear.writes, "next_s": connector.wear.next_s(now)}
    site.alarm("default_writes_used_up", config.label, raised=not allowed, **({} if allowed else figures))
    return allowed


def sent(connector: Connector, raising: bool, now: float) -> None:
    """A default left."""
    connector.wear.spend(now)
    if raising and connector.config.default_only:
        connector.raised_at = now


def can_hold(connector: Connector) -> bool:
    """Its idle connector may be held down by a default above the standing one."""
    return connector.config.can_hold and not connector.config.default_only


def switch(connector: Connector, was: ConnectorConfig, now: float) -> bool:
    """After a new configuration: does it carry its setpoint elsewhere than before? What held it down counts no more."""
    if not can_hold(connector):
        connector.hold.holds_until = min(connector.hold.holds_until, now)
        if not connector.hold.empty:
            connector.releases = RELEASES
    if connector.config.default_only is was.default_only:
        return False
    for profile in connector.profiles:
        profile.failures, profile.retry_at = 0, 0.0
    if connector.config.default_only:
        # It was found to take no limit of a session: those that it refused never stood, nor one that the process before
        # this one had no answer to.
        connector.limit.doubts = [d for d in connector.limit.doubts if d.refused_at == inf and d.generation]
    return True
