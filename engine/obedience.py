"""Does a connector draw what it was told (S15, F6, F7)? One that does not is counted at what it can draw."""

from engine.commands import Action, Order
from engine.ledger import on_lines, told_ma
from engine.state import Connector, Report, Site
from engine.supply import as_counted

TOLERANCE_PM, TOLERANCE_MA = 1_100, 500
PATIENCE_S = 30.0
"""Between the steps against a station that goes on: 0 A, remote stop, out of service."""
GOOD_REPORTS = 2


def judge(site: Site, connector: Connector, latest: Report, now: float) -> None:
    """Fold a fresh report: 7 s after its last decrease nobody may draw more than told, with 10 % and 0.5 A."""
    if now < connector.judged_from:
        return
    drawn = _drawn_ma(connector, latest)
    allowed = max([told_ma(site, connector, now), *(window_ma for window_ma, _ in connector.windows)])
    if _too_much(drawn, allowed):
        _caught(site, connector, drawn, allowed, now)
        return
    if connector.excess_ma and connector.disobeying_since is None:
        connector.excess_ma = 0
        _changed(site, connector)
    if connector.disobeying_since is not None:
        connector.good_reports += 1
        if connector.good_reports >= GOOD_REPORTS and connector.session is not None:
            forgive(site, connector)


def _drawn_ma(connector: Connector, latest: Report) -> int:
    return as_counted(connector.config.supply, max((ma or 0 for ma in latest.lines_ma), default=0))


def _too_much(drawn_ma: int, allowed_ma: int) -> bool:
    return drawn_ma > allowed_ma * TOLERANCE_PM // 1000 + TOLERANCE_MA


def remember(site: Site, connector: Connector, latest: Report, now: float) -> None:
    """F3: one that comes back drawing more than any profile of ours allowed has lost them; it may again."""
    unheard = not connector.proven or now < connector.judged_from
    if connector.volatile or connector.default.acked_ma is None or not unheard:
        return
    drawn, allowed = _drawn_ma(connector, latest), connector.entitled_ma
    if _too_much(drawn, allowed):
        connector.forgetful = True
        _changed(site, connector)
        site.note("profiles_lost", connector=connector.config.id, drawn_a=drawn / 1000, allowed_a=allowed / 1000)


def _caught(site: Site, connector: Connector, drawn_ma: int, allowed_ma: int, now: float) -> None:
    """The first report counts at once, the second one settles it."""
    connector.good_reports = 0
    first = not connector.excess_ma
    connector.excess_ma = max(connector.excess_ma, drawn_ma)
    _changed(site, connector)
    if first or connector.disobeying_since is not None:
        return
    connector.disobeying_since = connector.sanctioned_at = now
    connector.sanction = None
    drawn_a, allowed_a = drawn_ma / 1000, allowed_ma / 1000
    site.note("disobeys", connector=connector.config.id, drawn_a=drawn_a, allowed_a=allowed_a)
    site.alarm("station_disobeys", connector.config.label, raised=True, drawn_a=drawn_a, allowed_a=allowed_a)


def forgive(site: Site, connector: Connector) -> None:
    """It keeps to its limits again, or starts anew after a boot."""
    connector.excess_ma = connector.good_reports = 0
    if connector.disobeying_since is not None:
        connector.disobeying_since = None
        connector.sanction = None
        _changed(site, connector)
        site.alarm("station_disobeys", connector.config.label, raised=False)


def _changed(site: Site, connector: Connector) -> None:
    site.revision += 1
    connector.stir()


def orders(site: Site, now: float) -> list[Order]:
    """What to ask of stations besides limits: a fresh meter value after a decrease; sanctions, one after the other."""
    out: list[Order] = []
    for connector in site.connectors.values():
        if not site.station_of(connector).ready or connector.session is None:
            continue
        if now >= connector.check_at:
            connector.check_at = float("inf")
            out.append(_order(connector, Action.MEASURE))
        if connector.disobeying_since is not None and now - connector.sanctioned_at >= PATIENCE_S:
            following = {None: Action.STOP, Action.STOP: Action.DISABLE}.get(connector.sanction)
            if following is not None and on_lines(connector):
                connector.sanction, connector.sanctioned_at = following, now
                site.note("sanctioned", connector=connector.config.id, action=following.value)
                out.append(_order(connector, following))
    return out


def _order(connector: Connector, action: Action) -> Order:
    session = connector.session
    return Order(
        connector.config.station,
        connector.config.id,
        connector.config.number,
        action,
        session.transaction if session is not None else None,
    )
