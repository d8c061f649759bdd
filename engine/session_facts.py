"""Facts about cars and people: statuses, sessions, what is drawn, and who is trusted again."""

from engine import facts, optimising, starving, stray
from engine.connector import Connector, Session
from engine.facts import Status
from engine.ledger import SHARE_S
from engine.lingering import BUSY, DRAWS_MA, goes_on, linger, lingers, shows_the_end
from engine.obedience import judge, remember, session_over, trust
from engine.phases import learn, of_the_lines, report
from engine.state import Site
from engine.stray import vacate

_CHARGING = frozenset({Status.CHARGING})


def status(site: Site, fact: facts.StatusChanged, now: float) -> None:
    connector = site.connectors.get(fact.connector)
    if connector is not None:
        connector.told_status = fact.status
    if connector is None or connector.status is fact.status:
        return
    was, connector.status = connector.status, fact.status
    session = connector.session
    if session is not None and shows_the_end(session, fact.status):
        linger(connector, session, now)
        _close(site, connector, now)
    elif fact.status in BUSY:
        goes_on(connector)
    session = connector.session
    if session is not None:
        if was in _CHARGING and session.charging_since is not None:
            session.charging_s, session.charging_since = session.charging_time(now), None
        session.rebooted = session.rebooted and fact.status not in BUSY
        if fact.status in _CHARGING:
            session.charging_since = now
    elif fact.status is Status.PREPARING:
        connector.share_until = now + SHARE_S
        site.shuffled_at = now
    elif was is Status.PREPARING:
        connector.share_until = 0.0
    site.revision += 1


def expected(site: Site, fact: facts.StartExpected, now: float) -> None:
    connector = site.connectors.get(fact.connector)
    if connector is not None and connector.session is None:
        connector.share_until = now + SHARE_S
        site.revision += 1


def started(site: Site, fact: facts.TransactionStarted, now: float) -> None:
    connector = site.connectors.get(fact.connector)
    if connector is None or (connector.session is not None and connector.session.transaction == fact.transaction):
        return
    if connector.session is not None:
        _end(site, connector, now)
    elif lingers(connector, fact.transaction):
        # Meter values that waited for the link tell of it once more; that says nothing of now.
        return
    connector.lingering, connector.parting_ma, connector.stray_reports = None, None, 0
    if connector.status is Status.FINISHING:
        # Stop and start were queued: the status of the new transaction may have come before both.
        told = connector.told_status
        connector.status = Status.PREPARING if told is Status.FINISHING else told
    site.arrivals += 1
    connector.session = Session(
        fact.transaction,
        fact.vip or connector.config.vip,
        fact.id_tag,
        site.arrivals,
        now - fact.age_s,
        blocked=fact.blocked,
        energy_wh=fact.energy_wh,
        charging_since=now if connector.status in _CHARGING else None,
    )
    for sibling in site.connectors_of(connector.config.station):
        # The card was for this connector; one that stands at Preparing may still start.
        if sibling.status is not Status.PREPARING:
            sibling.share_until = 0.0
    connector.share_until = 0.0
    connector.raised_at = -1e9
    connector.reports.clear()
    site.shuffled_at = now
    site.revision += 1


def stopped(site: Site, fact: facts.TransactionStopped, now: float) -> None:
    connector = site.connectors.get(fact.connector)
    if connector is None:
        return
    if lingers(connector, fact.transaction):
        connector.lingering = None
        site.shuffled_at = now
    if connector.session is None or connector.session.transaction != fact.transaction:
        return
    _end(site, connector, now)
    if connector.status in BUSY:
        connector.status = Status.FINISHING


def _end(site: Site, connector: Connector, now: float) -> None:
    _close(site, connector, now)
    site.shuffled_at = now


def _close(site: Site, connector: Connector, now: float) -> None:
    """The transaction is over, and its profile with it. What was entitled for it is not any more."""
    connector.session = None
    vacate(connector, now)
    session_over(site, connector)
    connector.reports.clear()
    connector.limit.clear()
    # What it refused was this session's; whether it takes the next one's is seen then.
    connector.unmanaged = connector.unmanaged and bool(connector.default.failures)
    connector.windows.clear()
    connector.follows.clear()
    connector.target_ma = 0
    site.revision += 1


def measured(site: Site, fact: facts.Measured, now: float) -> None:
    connector = site.connectors.get(fact.connector)
    if connector is None:
        return
    if connector.session is not None and fact.energy_wh is not None:
        connector.session.energy_wh = max(connector.session.energy_wh, fact.energy_wh)
    fact = of_the_lines(connector, fact)
    drawn = fact.currents_ma is not None or fact.current_ma is not None or fact.power_w is not None
    latest = report(connector, fact, site.config.grid, now) if drawn else None
    if connector.session is not None and (drawn or fact.offered_ma is not None):
        judge(site, connector, latest, fact.offered_ma, now)
    if latest is None:
        return
    if max(ma or 0 for ma in latest.lines_ma) >= DRAWS_MA and goes_on(connector):
        site.revision += 1
    connector.reports.append(latest)
    if connector.session is not None:
        remember(site, connector, latest, now)
        drawn_ma = optimising.drawn_ma(connector, fact, latest)
        optimising.watch(site, connector, drawn_ma, now)
        starving.watch(site, connector, drawn_ma, fact.offered_ma, now)
    else:
        stray.watch(site, connector, latest, now)
    connector.span = None
    if learn(connector, latest, site.config.grid, now):
        connector.stir()
        site.revision += 1
        site.note(
            "phases_learned", connector=connector.config.id, lines=" ".join(f"L{line + 1}" for line in connector.lines)
        )


def trusted(site: Site, fact: facts.Trusted, now: float) -> None:
    connector = site.connectors.get(fact.connector)
    if connector is not None:
        trust(site, connector)
        starving.clear(site, connector)
