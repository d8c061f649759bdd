"""Does a connector draw, and offer, what it was told (S15, F6, F7)? If not, it is counted at what it can draw."""

import math

from engine.commands import Action, Order
from engine.connector import Connector, Report
from engine.ledger import FOLLOW_S, on_lines, told_ma
from engine.lingering import BUSY
from engine.offers import Offer, bearable_ma, weigh
from engine.standing import RELEASE_S
from engine.state import Site
from engine.supply import as_counted

PATIENCE_S = 30.0
"""Between the steps against a station that goes on: 0 A, remote stop, out of service."""
GOOD_REPORTS = 2
CALM_REPORTS = 3
"""Reports that show the car within its limit, whatever its station says that it offers: after so many in a session
what is drawn decides."""
CONFIRM_S = 3.0
"""After a first report above the limit a second one is asked for."""
FRESH_S = 24.0
"""A report older than that is asked for anew: with its answer and a second report it is found out within 30 s (F6)."""
MOST_UNANSWERED = 4
"""A station that answers no such question is asked half as often after each, so many times."""
TRIFLE_MA, TRIFLE_PM = 500, 20
"""So little above its limit (the larger of the two) is the error of a meter, not of a car; and not worth a new plan."""
FORGET_S = 300.0
"""Current without a session that no report has told of for so long was nothing, or is over."""
MOST_STRIKES = 3
"""So many times caught since a boot or since a person trusted it: out of service until a person says otherwise."""


def trifle_ma(allowed_ma: int) -> int:
    """What a car may seem to draw above its limit and nobody minds."""
    return max(TRIFLE_MA, allowed_ma * TRIFLE_PM // 1000)


def judge(site: Site, connector: Connector, latest: Report | None, offered_ma: int | None, now: float) -> None:
    """Fold a fresh report: 7 s after a decrease nobody may draw or offer more than told, with 10 % and 0.5 A.

    `latest` None: it said nothing of what is drawn.
    """
    connector.offered_ma, connector.unanswered = offered_ma, 0
    drawn = None if latest is None else drawn_ma(connector, latest)
    bounds = (*connector.windows, *(seen for seen in connector.follows if now < seen[1]))
    allowed = max([told_ma(site, connector, now), *(bound_ma for bound_ma, _ in bounds)])
    if now < connector.judged_from:
        if drawn is not None and drawn > bearable_ma(allowed):
            # More than any limit that it may still be following: one cut after the other hides nothing.
            _caught(site, connector, drawn, allowed, now)
        else:
            # Too early to tell: the next one must be asked for if it does not come by itself.
            connector.check_at = now + site.config.report_s + 1
        return
    connector.check_at = now + FRESH_S
    # What a DC station calls its current flows to the car, not in the lines.
    offered_ma = None if connector.config.supply.dc else offered_ma
    offer = weigh(site.station_of(connector), connector, allowed, drawn, offered_ma or 0)
    seen = max(drawn or 0, offered_ma or 0) if offer is Offer.BELIEVED else drawn or 0
    if seen > bearable_ma(allowed):
        _caught(site, connector, min(seen, max(drawn or 0, connector.config.rating_ma)), allowed, now)
        return
    _tolerate(site, connector, drawn or 0, allowed)
    if offer is Offer.DOUBTED and drawn is not None:
        connector.calm_reports += 1
    doubted = offer is Offer.DOUBTED and connector.calm_reports <= CALM_REPORTS
    doubted_ma = min(offered_ma or 0, connector.config.rating_ma) if doubted else 0
    _doubt(site, connector, doubted_ma, allowed)
    if connector.disobeying_since is not None and latest is not None:
        connector.good_reports += 1
        if connector.good_reports >= GOOD_REPORTS and connector.session is not None and not connector.relapsed:
            forgive(site, connector)


def expect(site: Site, connector: Connector, now: float, *, lower: bool) -> None:
    """It took a limit: a report must show that it follows; of a lower one as soon as it must have, of another by
    itself."""
    connector.unanswered = 0
    due_s = FOLLOW_S if lower else max(FOLLOW_S, site.config.report_s + 1)
    connector.check_at = min(connector.check_at, now + due_s)


def drawn_ma(connector: Connector, latest: Report) -> int:
    """On its most loaded line, in the ampere that its limit is counted in."""
    return as_counted(connector.config.supply, max((ma or 0 for ma in latest.lines_ma), default=0))


def remember(site: Site, connector: Connector, latest: Report, now: float) -> None:
    """F3: one that comes back drawing more than any profile of ours allowed has lost them; it may again."""
    unheard = not connector.proven or now < connector.judged_from
    if connector.volatile or connector.default.acked_ma is None or not unheard:
        return
    drawn, allowed = drawn_ma(connector, latest), connector.entitled_ma
    if drawn > bearable_ma(allowed):
        connector.forgetful = True
        changed(site, connector)
        site.note("profiles_lost", connector=connector.config.id, drawn_a=drawn / 1000, allowed_a=allowed / 1000)


def _tolerate(site: Site, connector: Connector, drawn_ma: int, allowed_ma: int) -> None:
    """A little more than it was told is no fault of anybody, and flows all the same: its peers leave it that."""
    over_ma = drawn_ma - allowed_ma if drawn_ma - allowed_ma > trifle_ma(allowed_ma) else 0
    if abs(over_ma - connector.over_ma) < TRIFLE_MA:
        return
    if not connector.over_ma:
        drawn_a, allowed_a = drawn_ma / 1000, allowed_ma / 1000
        site.note("draws_a_little_more", connector=connector.config.id, drawn_a=drawn_a, allowed_a=allowed_a)
    connector.over_ma = over_ma
    changed(site, connector)


def _doubt(site: Site, connector: Connector, doubted_ma: int, allowed_ma: int) -> None:
    """Nobody is accused, but the peers give way (S8 turned round: a report may always count for more)."""
    if connector.disobeying_since is None and connector.excess_ma != doubted_ma:
        connector.excess_ma = doubted_ma
        changed(site, connector)
    if doubted_ma and not connector.doubted:
        offered_a, allowed_a = doubted_ma / 1000, allowed_ma / 1000
        site.note("offer_doubted", connector=connector.config.id, offered_a=offered_a, allowed_a=allowed_a)
    connector.doubted = bool(doubted_ma)


def _caught(site: Site, connector: Connector, seen_ma: int, allowed_ma: int, now: float) -> None:
    """The first report counts at once, the second one settles it; for the session, if it seemed to obey in between."""
    connector.good_reports = 0
    first = not connector.excess_ma or connector.doubted
    connector.doubted = False
    connector.over_ma = 0
    connector.excess_ma = max(connector.excess_ma, seen_ma)
    changed(site, connector)
    if connector.disobeying_since is not None:
        return
    again, connector.suspected = first and connector.suspected, True
    if first and not again:
        connector.check_at = now + CONFIRM_S
        return
    connector.relapsed = connector.forgiven or again
    accuse(site, connector, seen_ma, allowed_ma, now)


def accuse(site: Site, connector: Connector, seen_ma: int, allowed_ma: int, now: float) -> None:
    """It is certain: it counts at its rating, and the steps against it begin."""
    connector.disobeying_since = connector.sanctioned_at = now
    connector.sanction = None
    connector.caught_ma, connector.allowed_ma = seen_ma, allowed_ma
    connector.strikes += 1
    changed(site, connector)
    drawn_a, allowed_a = seen_ma / 1000, allowed_ma / 1000
    site.note("disobeys", connector=connector.config.id, drawn_a=drawn_a, allowed_a=allowed_a)
    site.note("counted_at", connector=connector.config.id, rating_a=connector.config.rating_ma / 1000)
    site.alarm("station_disobeys", connector.config.label, raised=True, drawn_a=drawn_a, allowed_a=allowed_a)


def forgive(site: Site, connector: Connector) -> None:
    """It keeps to its limits again, another car comes, or the station starts anew."""
    connector.excess_ma = connector.over_ma = connector.good_reports = 0
    connector.doubted = False
    if connector.disobeying_since is not None:
        connector.forgiven = True
        connector.disobeying_since, connector.resumed = None, False
        connector.sanction = None
        changed(site, connector)
        site.note("obeys_again", connector=connector.config.id)
        site.alarm("station_disobeys", connector.config.label, raised=False)


def session_over(site: Site, connector: Connector) -> None:
    """Another car gets another chance, unless the station was caught too often."""
    connector.check_at = math.inf
    connector.offered_ma = None
    connector.calm_reports = 0
    connector.relapsed = connector.suspected = False
    if connector.strikes < MOST_STRIKES:
        forgive(site, connector)
    connector.forgiven = False
    connector.excess_ma = connector.over_ma = 0


def anew(site: Site, connector: Connector) -> None:
    """A boot, or a person who trusts it again."""
    forgive(site, connector)
    connector.strikes = connector.stray_reports = 0
    connector.relapsed = connector.forgiven = connector.suspected = False


def trust(site: Site, connector: Connector) -> None:
    """A person says that it is in order: into service again (S15)."""
    connector.readmitted = True
    anew(site, connector)
    connector.limit.retry_at = connector.default.retry_at = 0.0
    connector.unmanaged = False
    site.alarm("station_unmanaged", connector.config.label, raised=False)
    site.note("trusted", connector=connector.config.id)
    changed(site, connector)


def changed(site: Site, connector: Connector) -> None:
    """It counts for something else."""
    site.revision += 1
    connector.stir()


def orders(site: Site, now: float) -> list[Order]:
    """What to ask of stations besides limits: a fresh meter value after a decrease; sanctions, one after the other."""
    out: list[Order] = []
    for connector in site.connectors.values():
        if not site.station_of(connector).ready:
            continue
        if connector.releases and now >= connector.release_at and connector.hold.in_flight is None:
            connector.releases, connector.release_at = connector.releases - 1, now + RELEASE_S
            out.append(_order(connector, Action.RELEASE))
        if connector.readmitted:
            connector.readmitted = False
            out.append(_order(connector, Action.ENABLE))
        if _asks(site, connector, now):
            out.append(_order(connector, Action.MEASURE))
        if connector.disobeying_since is not None:
            action = _sanction(connector, now)
            if action is not None:
                again = connector.sanction is Action.DISABLE
                connector.sanction, connector.sanctioned_at = connector.sanction if again else action, now
                if not again:
                    site.note("sanctioned", connector=connector.config.id, action=action.value)
                out.append(_order(connector, action))
    return out


def _asks(site: Site, connector: Connector, now: float) -> bool:
    """Is a report due that did not come by itself? While a session runs one always is to come."""
    if connector.session is None and not _suspects(site, connector, now):
        return False
    if connector.check_at == math.inf:
        connector.check_at = now + site.config.report_s + 1
    if now < connector.check_at:
        return False
    connector.check_at = now + FRESH_S * 2**connector.unanswered
    connector.unanswered = min(connector.unanswered + 1, MOST_UNANSWERED)
    return True


def _suspects(site: Site, connector: Connector, now: float) -> bool:
    """Without a session: was current seen there (`engine.stray`)? What nothing bears out any more is forgotten, but one
    that was accused stays so until something shows it wrong."""
    if connector.stray_reports and now - connector.stray_at > FORGET_S and connector.disobeying_since is None:
        connector.stray_reports = 0
        if connector.excess_ma:
            connector.excess_ma = 0
            changed(site, connector)
    return connector.stray_reports > 0


def _sanction(connector: Connector, now: float) -> Action | None:
    """The next step against it. Without a session there is nothing to stop: it goes out of service, at once if it was
    caught too often.

    After the last step it is asked again and again: the first time may have been lost with its link.
    """
    alone = connector.session is None
    if alone and connector.strikes >= MOST_STRIKES and connector.sanction is not Action.DISABLE:
        return Action.DISABLE
    if now - connector.sanctioned_at < PATIENCE_S or not on_lines(connector):
        return None
    if alone:
        # Not for what it said a while ago, nor for what it may only repeat.
        repeated = connector.report_ma() == connector.parting_ma and connector.status not in BUSY
        return None if repeated or now - connector.stray_at > PATIENCE_S else Action.DISABLE
    return Action.DISABLE if connector.sanction is Action.STOP else Action.STOP


def _order(connector: Connector, action: Action) -> Order:
    session = connector.session
    return Order(
        connector.config.station,
        connector.config.id,
        connector.config.number,
        action,
        session.transaction if session is not None else None,
    )
