"""Who draws less than it is offered: capped, held at the minimum, or suspended (ENE-13, ENE-14).

Every report is compared with the setpoint that the car has. Three things keep a car whose draw comes and goes from
being told something new each time: its first minute of current is never judged (late and false starts), a car that
stopped and came back by itself must stay down for longer than such pauses last (fans), and each cap that did not last
doubles the time that the next one takes. A car that leaves some of what it has unused is not raised to where the
trigger would take it down again, so that the caps of others do not move it up and down.

A wake-up offer ranks after everybody else, so that it takes nobody's minimum; one that found no room until the next
review of ranks has the rank of its session from then on, so that it does not wait for ever.
"""

from engine.building import window_s
from engine.connector import Connector, Report, Session
from engine.facts import Measured
from engine.model import Optimisation, Suspension
from engine.ranking import rank_key
from engine.reasons import Reason, ReasonCode
from engine.state import Site
from engine.supply import COUNTED_PM
from engine.usage import Usage

IDLE_MA = 1_000
YOUNG_S = 60.0
"""Since it was offered current: some cars take 45 s to begin."""
OFFER_S = 60.0
"""How long a wake-up offers the minimum ..."""
REST_S = 10.0
"""... and the least time at 0 A between two of them."""
PAUSE_S = 75.0
"""Cooling fans and contactors interrupt a charge for up to a minute; reports show it a little longer."""
PAUSING_S = 90.0
"""How long a car that is known to pause must draw little."""
LASTING_S = 600.0
"""A cap that stood for so long was right; and no car is watched for longer before it gets one."""
RECAP_MA = 2_000
"""A cap is not lowered by less: consumptions tremble."""
VOLTS = 230
NEVER = float("inf")


def drawn_ma(connector: Connector, fact: Measured, latest: Report) -> int | None:
    """The largest line of a report, in the ampere that its setpoint is counted in; None where not every line is told.

    Power alone counts as if on one line of an AC station.
    """
    supply = connector.config.supply
    if supply.dc:
        line_ma = max((ma or 0 for ma in latest.lines_ma), default=0)
        return None if fact.power_w is None else line_ma * 1_000_000 // (COUNTED_PM * supply.efficiency_pm)
    drawn = _largest_ma(connector, fact, latest)
    return drawn if drawn is None or not supply.watts else drawn * 1000 // COUNTED_PM


def _largest_ma(connector: Connector, fact: Measured, latest: Report) -> int | None:
    if fact.currents_ma is None and fact.current_ma is None:
        return None if fact.power_w is None else max(0, fact.power_w) * 1000 // VOLTS
    most = 0
    for line in connector.config.lines:
        ma = latest.lines_ma[line]
        if ma is None:
            return None
        most = max(most, ma)
    return most


def watch(site: Site, connector: Connector, drawn: int | None, now: float) -> None:
    """Fold a report of a connector with a session: does it use what it has?"""
    assert connector.session is not None
    usage = connector.session.usage
    if drawn is None:
        return
    if now >= usage.reported_at + window_s(site):
        usage.low_since = usage.idle_since = usage.slack_since = None
    usage.reported_at, usage.drawn_ma = now, drawn
    if usage.wakes_at is not None:
        # What it takes in spite of 0 A is a matter of obedience.
        if drawn >= IDLE_MA and not connector.excess_ma:
            usage.pauses = True
            _free(site, connector, now)
        return
    has_ma = connector.standing_ma(now)
    if has_ma:
        _compare(site, connector, usage, has_ma, now)
        # A standing default is kept in flash: it is not written for this.
        if now >= usage.offered_at + YOUNG_S and not connector.config.default_only:
            _decide(site, connector, usage, now)


def _compare(site: Site, connector: Connector, usage: Usage, has_ma: int, now: float) -> None:
    options, drawn = site.config.optimisation, usage.drawn_ma
    if drawn >= max(IDLE_MA, has_ma - options.gap_ma):
        _wants_more(site, connector, usage, now)
        return
    if usage.slack_since is None:
        usage.slack_since, usage.slack_ma = now, drawn
    usage.slack_ma = max(usage.slack_ma, drawn)
    if has_ma - drawn <= options.trigger_ma:
        usage.low_since = None
    else:
        if usage.low_since is None:
            usage.low_since, usage.low_ma = now, drawn
        usage.low_ma = max(usage.low_ma, drawn)
        if usage.was_near:
            usage.was_near, usage.down_since = False, now
    if drawn < IDLE_MA:
        usage.idle_since = now if usage.idle_since is None else usage.idle_since
    else:
        usage.idle_since = None
        if usage.held:
            _release(site, connector, usage, now)


def _wants_more(site: Site, connector: Connector, usage: Usage, now: float) -> None:
    """It draws (nearly) all that it has."""
    if usage.down_since is not None and now - usage.down_since <= PAUSE_S:
        usage.pauses = True
    if usage.slack_since is not None and now - usage.slack_since >= site.config.optimisation.delay_s:
        # A plan may have counted on it that more is of no use to it.
        site.revision += 1
    usage.was_near = True
    usage.low_since = usage.down_since = usage.slack_since = usage.idle_since = None
    if usage.cap_ma is not None:
        _release(site, connector, usage, now)


def _decide(site: Site, connector: Connector, usage: Usage, now: float) -> None:
    options = site.config.optimisation
    needed = patience_s(options, usage)
    if usage.idle_since is not None and now - usage.idle_since >= needed and _put_to_sleep(site, connector, usage, now):
        return
    if not options.enabled or usage.low_since is None or now - usage.low_since < needed:
        return
    cap = usage.low_ma + options.margin_ma
    if usage.cap_ma is None or cap <= usage.cap_ma - RECAP_MA:
        if usage.cap_ma is None:
            usage.capped_at = now
        usage.cap_ma, usage.consumption_ma = cap, usage.low_ma
        _changed(site, connector)
    usage.low_since = None


def _put_to_sleep(site: Site, connector: Connector, usage: Usage, now: float) -> bool:
    """ENE-14; True where its strategy has the say about an idle car."""
    options = site.config.optimisation
    if options.suspension is Suspension.DISABLE:
        return False
    if options.suspension is Suspension.ALLOW:
        usage.begin(now)
        usage.wakes_at = now + options.wake_up_s
        _changed(site, connector)
    elif not usage.held:
        if usage.cap_ma is None:
            usage.capped_at = now
        usage.cap_ma, usage.held = 0, True
        _changed(site, connector)
    return True


def patience_s(options: Optimisation, usage: Usage) -> float:
    """How long this session must draw little."""
    needed = max(options.delay_s, PAUSING_S) if usage.pauses else options.delay_s
    if usage.releases > 1:
        needed = max(needed, min(options.delay_s * 2.0 ** min(usage.releases - 1, 10), LASTING_S))
    return needed


def _release(site: Site, connector: Connector, usage: Usage, now: float) -> None:
    """It wants more than its cap, or nobody knows what it wants."""
    usage.releases = 1 if now - usage.capped_at >= LASTING_S else usage.releases + 1
    if usage.held:
        usage.offered_at = now
    usage.cap_ma, usage.held, usage.low_since = None, False, None
    _changed(site, connector)


def _free(site: Site, connector: Connector, now: float) -> None:
    assert connector.session is not None
    connector.session.usage.begin(now)
    _changed(site, connector)


def _changed(site: Site, connector: Connector) -> None:
    site.revision += 1
    connector.stir()


def told(session: Session, before_ma: int, limit_ma: int, now: float) -> None:
    """Its station took a setpoint; `before_ma` is the smallest that may have stood until then."""
    usage = session.usage
    if not limit_ma:
        usage.low_since = usage.idle_since = usage.slack_since = usage.woken_at = None
        usage.cap_ma, usage.held = None, False
    elif not before_ma:
        usage.offered_at = now
        usage.low_since = usage.idle_since = usage.slack_since = None
        if usage.waking:
            usage.woken_at = now


def elapse(site: Site, connector: Connector, now: float) -> None:
    """What time alone brings: a wake-up begins or ends, the reports of a capped car stay away."""
    if connector.session is None:
        return
    usage = connector.session.usage
    if usage.wakes_at is None:
        if usage.cap_ma is not None and now >= usage.reported_at + window_s(site):
            _release(site, connector, usage, now)
    elif not usage.waking:
        if now >= usage.wakes_at:
            usage.waking = True
            site.revision += 1
    elif usage.woken_at is not None and now >= usage.woken_at + OFFER_S:
        _sleep_on(site, connector, usage, usage.woken_at, now)


def _sleep_on(site: Site, connector: Connector, usage: Usage, woken_at: float, now: float) -> None:
    """A minute of the minimum, and it took nothing. Without a report of that nobody knows: it is let go."""
    if usage.reported_at < woken_at or now >= usage.reported_at + window_s(site):
        _free(site, connector, now)
        return
    usage.waking, usage.woken_at = False, None
    usage.wakes_at = max(woken_at + site.config.optimisation.wake_up_s, now + REST_S)
    site.revision += 1


def silent_at(site: Site, connector: Connector) -> float:
    """When `elapse` lets a capped car go, unless a report comes before."""
    if connector.session is None or connector.session.usage.cap_ma is None:
        return NEVER
    return connector.session.usage.reported_at + window_s(site)


def wake_up_at(connector: Connector) -> float:
    """When `elapse` begins or ends a wake-up."""
    usage = connector.session.usage if connector.session is not None else None
    if usage is None or usage.wakes_at is None:
        return NEVER
    if not usage.waking:
        return usage.wakes_at
    return NEVER if usage.woken_at is None else usage.woken_at + OFFER_S


def turn_key(site: Site, connector: Connector) -> tuple[int, float, float, float, int]:
    """The order of admission: VIPs by rank, the others by rank, then wake-ups that take only what is left, the one that
    waits longest first."""
    session = connector.session
    assert session is not None
    if takes_leftovers(site, session):
        return (2, session.usage.wakes_at or 0.0, 0.0, 0.0, session.arrival)
    return (0 if session.vip else 1, *rank_key(session))


def takes_leftovers(site: Site, session: Session) -> bool:
    """A wake-up that has not waited for a review of ranks yet; it is no VIP either."""
    usage = session.usage
    return usage.waking and usage.wakes_at is not None and usage.wakes_at > site.reviewed_at


def maximum_ma(site: Site, connector: Connector, minimum_ma: int, now: float) -> int:
    """The most that a plan may give it: never below its minimum for ENE-13's sake."""
    assert connector.session is not None
    usage, rating = connector.session.usage, connector.config.rating_ma
    if usage.waking:
        return min(rating, minimum_ma)
    ceiling = ceiling_ma(site, connector, now)
    return rating if ceiling is None else min(rating, max(ceiling, minimum_ma))


def ceiling_ma(site: Site, connector: Connector, now: float) -> int | None:
    """Its cap; or, while it leaves some of what it has unused, what the trigger would take away again (L1)."""
    assert connector.session is not None
    usage, options = connector.session.usage, site.config.optimisation
    if usage.cap_ma is not None or not options.enabled or connector.config.default_only:
        return usage.cap_ma
    known = now < usage.reported_at + window_s(site) and now >= usage.offered_at + YOUNG_S
    if not known or usage.slack_since is None or now - usage.slack_since < options.delay_s:
        return None
    return max(connector.standing_ma(now), usage.slack_ma + options.trigger_ma)


def suspended(connector: Connector, now: float) -> Reason:
    assert connector.session is not None
    wakes_at = connector.session.usage.wakes_at
    return Reason(ReasonCode.SYSTEM_SUSPENDED, (("next_wake_up_s", max(0, round((wakes_at or now) - now))),))


def narrowed(site: Site, connector: Connector, limit_ma: int, now: float) -> Reason | None:
    """Why its maximum is not the rating; None where it is."""
    assert connector.session is not None
    usage, rating = connector.session.usage, connector.config.rating_ma
    if usage.waking:
        return Reason(ReasonCode.WAKE_UP, (("minimum_a", limit_ma / 1000), ("offer_s", round(OFFER_S))))
    if usage.held:
        return Reason(ReasonCode.HELD_AT_MINIMUM, (("minimum_a", limit_ma / 1000),))
    ceiling = ceiling_ma(site, connector, now)
    if ceiling is None or ceiling // 100 > limit_ma // 100 or limit_ma // 100 >= rating // 100:
        return None
    consumption = usage.slack_ma if usage.cap_ma is None else usage.consumption_ma
    figures = (("cap_a", limit_ma / 1000), ("consumption_a", consumption / 1000), ("max_a", rating / 1000))
    return Reason(ReasonCode.OPTIMISED, figures)
