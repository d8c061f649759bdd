"""From the state to a target and a reason for every connector: demands in, grants out."""

from engine import excess
from engine.allocation import Bound, BoundKind, Demand, Grant
from engine.connector import Connector
from engine.degraded import Outlet, shares
from engine.facts import Status
from engine.model import Production, ZoneConfig
from engine.optimising import maximum_ma, narrowed, suspended, takes_leftovers, turn_key
from engine.reasons import Reason, ReasonCode
from engine.standing import most_ma
from engine.state import Lines, Site, Zone
from engine.wiring import LINE_NAMES, LINES, Grid

ANSWER_S = 5.0
"""So long an answer to a write may take."""


def controlled(site: Site, connector: Connector) -> bool:
    """Its session's setpoint is ours to choose; everything else is set aside at what it may draw.

    A station that did not take the last limit is not waited for: its peers make room until it takes one.
    """
    station = site.station_of(connector)
    obeys = not connector.unmanaged and connector.disobeying_since is None
    obeys = obeys and not connector.carrier.refused and not connector.lease_void
    return connector.session is not None and station.online and station.ready and obeys


def phases(site: Site, connector: Connector) -> int:
    """How many phases its car uses, as far as known."""
    wired = len(connector.config.wiring)
    if site.config.grid is Grid.DELTA or connector.session is None or connector.session.lines is None:
        return wired
    return min(wired, len(connector.session.lines))


def share_out(site: Site) -> None:
    """Set every connector's degraded share (ENE-16); it depends on the configuration only."""
    if site.shares_for is site.config:
        return
    tree = site.config.tree
    outlets = [
        Outlet(
            c.id,
            tree.index[c.zone] if c.zone is not None else None,
            site.config.minimum_of(c, len(c.wiring)),
            c.rating_ma,
            c.vip,
        )
        for c in site.config.connectors
    ]
    found = shares(tree, site.config.degraded_limit_ma, outlets)
    for identity, connector in site.connectors.items():
        connector.share_ma = found.get(identity, 0)
    site.shares_for = site.config


def plan(site: Site, now: float) -> bool:
    """Set each weighed connector's target and reason; False where nothing that a plan depends on has changed."""
    free = [
        [(zone.held_ma or zone.capacity_ma)[line] - zone.reserved_ma[line] for line in LINES] for zone in site.zones
    ]
    key: tuple[object, ...] = (site.revision, tuple(map(tuple, free)))
    if key == site.planned_for:
        return False
    site.planned_for = key
    ours = []
    for connector in site.connectors.values():
        weight = connector.weight
        assert weight is not None
        if weight.controlled:
            ours.append(connector)
            continue
        _aim(connector, _alone_ma(connector, free, now))
        connector.rank = None
        connector.reason = idle_reason(site, connector, weight.set_aside_ma, now)
    _grant(site, ours, free, now)
    return True


def _alone_ma(connector: Connector, free: list[Lines], now: float) -> int:
    """What one that a plan does not reckon with is told.

    Without a clock a station has its degraded current: all that it can be held to for certain (S21). One that does not
    take its limits is told no more than may stand there anyway. Either is told nothing if that is too much, for its
    zones or for its rating.
    """
    if connector.session is None or _refusal(connector) is not None:
        return 0
    if connector.unmanaged or connector.disobeying_since is not None:
        return 0
    cramped = any(free[position][line] < 0 for position in connector.path for line in connector.lines)
    if connector.lease_void:
        return 0 if cramped else connector.share_ma
    standing = connector.standing_ma(now) if connector.carrier.refused and not cramped else 0
    return standing if standing <= connector.config.rating_ma else 0


def _aim(connector: Connector, target_ma: int) -> None:
    if target_ma != connector.target_ma:
        connector.target_ma, connector.restless = target_ma, True


def _grant(site: Site, ours: list[Connector], free: list[Lines], now: float) -> None:
    asking, demands = [], []
    for connector in sorted(ours, key=lambda c: turn_key(site, c)):
        connector.rank = None
        refusal = _refusal(connector)
        if refusal is not None:
            _aim(connector, 0)
            connector.reason = Reason(refusal)
            continue
        assert connector.session is not None
        if connector.session.usage.asleep:
            _aim(connector, 0)
            connector.reason = suspended(connector, now)
            continue
        asking.append(connector)
        connector.rank = len(asking)
        minimum_ma = site.config.minimum_of(connector.config, phases(site, connector))
        demands.append(
            Demand(
                connector.config.id,
                connector.path[0],
                connector.lines,
                minimum_ma,
                min(maximum_ma(site, connector, minimum_ma, now), most_ma(connector)),
                connector.session.vip and not takes_leftovers(site, connector.session),
            )
        )
    site.last_plan, grants = excess.share(site, asking, free, demands)
    limited: dict[tuple[Bound, int], Reason] = {}
    for connector, grant in zip(asking, grants, strict=True):
        _aim(connector, grant.limit_ma)
        if grant.bound.kind is not BoundKind.LIMITED:
            connector.reason = _explain(site, connector, grant, now)
            continue
        # Those who share a limit share the reason.
        why = (grant.bound, grant.limit_ma)
        connector.reason = limited.get(why) or limited.setdefault(why, _explain(site, connector, grant, now))


def _refusal(connector: Connector) -> ReasonCode | None:
    assert connector.session is not None
    if not connector.path:
        return ReasonCode.NO_ZONE
    if connector.session.blocked:
        return ReasonCode.BLOCKED
    return ReasonCode.FINISHING if connector.status is Status.FINISHING else None


def _explain(site: Site, connector: Connector, grant: Grant, now: float) -> Reason:
    bound = grant.bound
    most = most_ma(connector)
    if (
        bound.kind is BoundKind.AT_MAXIMUM
        and grant.limit_ma
        and (why := narrowed(site, connector, grant.limit_ma, now))
    ):
        return why
    if bound.kind is BoundKind.AT_MAXIMUM and most < connector.config.rating_ma:
        return Reason(ReasonCode.STANDING, (("limit_a", grant.limit_ma / 1000), ("degraded_a", most / 1000)))
    if bound.kind is BoundKind.AT_MAXIMUM and not grant.limit_ma:
        minimum = site.config.minimum_of(connector.config, phases(site, connector)) / 1000
        figures = (("max_a", connector.config.rating_ma / 1000), ("minimum_a", minimum))
        return Reason(ReasonCode.BELOW_MINIMUM, figures)
    if bound.kind is BoundKind.AT_MAXIMUM or bound.zone is None or bound.line is None:
        return Reason(ReasonCode.AT_MAXIMUM, (("max_a", grant.limit_ma / 1000),))
    return _held_by(site, connector, grant, bound.zone, bound.line, now)


def _held_by(site: Site, connector: Connector, grant: Grant, position: int, line: int, now: float) -> Reason:
    """A zone is full on this line: what of it limits the connector, or pauses it."""
    zone, config = site.zones[position], site.config.zones[position]
    where = (("zone", config.name), ("line", LINE_NAMES[line]))
    local = ("local_a", _local_a(site, position, line))
    reserved = ("reserved_a", zone.reserved_ma[line] / 1000)
    if grant.bound.kind is BoundKind.SUSPENDED:
        next_review = max(0, round(site.reviewed_at + site.config.review_s - now))
        minimum = site.config.minimum_of(connector.config, phases(site, connector)) / 1000
        degraded = ("degraded_a", config.degraded_limit_ma / 1000 if zone.degraded else None)
        params = (
            *where,
            ("rank", connector.rank),
            ("minimum_a", minimum),
            ("next_review_s", next_review),
            *_maximum(config),
            *_loads(zone, config, line),
            local,
            degraded,
            reserved,
        )
        return Reason(ReasonCode.SUSPENDED, params)
    limit = ("limit_a", grant.limit_ma / 1000)
    if zone.degraded:
        degraded = ("degraded_a", config.degraded_limit_ma / 1000)
        return Reason(ReasonCode.DEGRADED, (*where, limit, degraded, *_maximum(config), local, reserved))
    sharing = ("sharing", grant.bound.sharing)
    return Reason(
        ReasonCode.LIMITED,
        (*where, limit, *_maximum(config), *_loads(zone, config, line), local, reserved, sharing),
    )


def _maximum(config: ZoneConfig) -> tuple[tuple[str, float | str], ...]:
    """What the zone may draw, after reductions, and whose the reduction is (ENE-21)."""
    return (
        ("max_a", config.max_ma / 1000),
        ("effective_a", config.effective_max_ma / 1000),
        ("reduced_by", config.reduced_by),
    )


def _loads(zone: Zone, config: ZoneConfig, line: int) -> tuple[tuple[str, float], ...]:
    """What is taken from that before cars have any of it, and what local production adds to it."""
    return (
        ("building_a", round(zone.unmanaged_ma[line] / 1000, 1)),
        ("margin_a", config.margin_ma / 1000),
        ("production_a", round((zone.limit_ma[line] + config.margin_ma - config.effective_max_ma) / 1000, 1)),
    )


def _local_a(site: Site, position: int, line: int) -> float | None:
    """In ampere: the local production that is all the zone's cars have (ENE-5); None where something else is less."""
    zone = site.zones[position]
    if site.config.production is not Production.LOCAL or not site.config.capped_by_production[position]:
        return None
    if zone.production_ma[line] > zone.capacity_ma[line]:
        return None
    return round((zone.held_ma or zone.capacity_ma)[line] / 1000, 1)


def idle_reason(site: Site, connector: Connector, reserved_ma: int, now: float) -> Reason:
    """Why a connector without a setpoint of ours counts for what it does."""
    station = site.station_of(connector)
    reserved = (("reserved_a", reserved_ma / 1000),)
    if not station.ever_connected:
        return Reason(ReasonCode.NEVER_SEEN)
    if not station.online:
        return Reason(ReasonCode.OFFLINE, reserved)
    if connector.unmanaged or connector.disobeying_since is not None:
        return Reason(ReasonCode.UNMANAGED, reserved)
    if not connector.path:
        return Reason(ReasonCode.NO_ZONE)
    if connector.lease_void:
        return Reason(ReasonCode.CLOCK_WRONG, reserved)
    if not connector.proven or connector.carrier.refused:
        return Reason(ReasonCode.UNCONFIRMED, reserved)
    if connector.share_until > now:
        return Reason(ReasonCode.EXPECTED, reserved)
    if reserved_ma:
        return Reason(ReasonCode.RESERVED, reserved)
    return Reason(ReasonCode.NO_SESSION)


def check_enforceable(site: Site, now: float) -> None:
    """S24: what can't be controlled alone is above the limit, and not only until an answer is here.

    What the zone can bear (hard) and what somebody allows of that (soft) are told apart.
    """
    for zone, config in zip(site.zones, site.config.zones, strict=True):
        held = zone.held_ma or zone.capacity_ma
        over = max(zone.reserved_ma[line] - held[line] for line in LINES) if any(zone.reserved_ma) else 0
        cut_ma = config.max_ma - config.effective_max_ma
        hard = _over_hard_ma(zone, config, held, cut_ma) if over > 0 and cut_ma else over
        zone.over_since = _since(zone.over_since, hard, now)
        zone.reduced_over_since = _since(zone.reduced_over_since, over if cut_ma else 0, now)
        _enforceable(site, "limit_not_enforceable", config, zone.over_since, now, over_a=hard / 1000)
        figures: dict[str, str | float] = {"over_a": over / 1000, "source": config.reduced_by}
        _enforceable(site, "reduction_not_enforceable", config, zone.reduced_over_since, now, **figures)


def _over_hard_ma(zone: Zone, config: ZoneConfig, held_ma: Lines, cut_ma: int) -> int:
    """By how much it would be too much without the reduction."""
    if zone.degraded:
        rooms = [min(config.degraded_ma or 0, config.max_ma)] * len(LINES)
    else:
        rooms = [zone.limit_ma[line] + cut_ma - zone.unmanaged_ma[line] for line in LINES]
    return max(zone.reserved_ma[line] - max(0, rooms[line], held_ma[line]) for line in LINES)


def _since(since: float | None, over_ma: int, now: float) -> float | None:
    if over_ma <= 0:
        return None
    return now if since is None else since


def _enforceable(
    site: Site, code: str, config: ZoneConfig, since: float | None, now: float, **figures: str | float
) -> None:
    if since is None:
        site.alarm(code, config.name, raised=False)
    elif now - since >= ANSWER_S:
        site.alarm(code, config.name, raised=True, **figures)
