"""What is held against a connector, as rows keep it: no restart of EVCE makes anybody trust it again (S15, S16, S24).

The steps against it begin anew with a car that is still there; only what was found out stays.
"""

from engine import clocks
from engine.commands import Action
from engine.connector import Connector
from engine.facts import Conduct
from engine.obedience import MOST_STRIKES
from engine.state import Site


def conduct_of(connector: Connector) -> Conduct:
    return Conduct(
        strikes=connector.strikes,
        disobeys=connector.disobeying_since is not None,
        caught_ma=connector.caught_ma if connector.disobeying_since is not None else 0,
        allowed_ma=connector.allowed_ma if connector.disobeying_since is not None else 0,
        excess_ma=connector.excess_ma,
        doubted=connector.doubted,
        suspected=connector.suspected,
        forgiven=connector.forgiven,
        relapsed=connector.relapsed,
        disabled=connector.sanction is Action.DISABLE,
        unmanaged=connector.unmanaged,
        clock_wrong=connector.lease_void,
        alone=connector.disobeying_since is not None and connector.session is None,
        readmitted=connector.readmitted,
    )


def resume(site: Site, connector: Connector, conduct: Conduct, now: float) -> None:
    """After its session and its profiles. What was found out in a session that has ended since ends with it."""
    connector.strikes, connector.readmitted = conduct.strikes, conduct.readmitted
    if conduct.unmanaged:
        connector.unmanaged = True
        site.note("still_refuses", connector=connector.config.id, rating_a=connector.config.rating_ma / 1000)
        site.alarm("station_unmanaged", connector.config.label, raised=True, outcome=None)
    if conduct.clock_wrong and not connector.config.default_only:
        clocks.resume(site, connector, now)
    if connector.session is not None:
        connector.excess_ma, connector.doubted = conduct.excess_ma, conduct.doubted
        connector.suspected = conduct.suspected
        connector.forgiven, connector.relapsed = conduct.forgiven, conduct.relapsed
    if conduct.disobeys and (connector.session is not None or conduct.alone or conduct.strikes >= MOST_STRIKES):
        _resume_disobeying(site, connector, conduct, now)


def _resume_disobeying(site: Site, connector: Connector, conduct: Conduct, now: float) -> None:
    connector.disobeying_since, connector.sanctioned_at, connector.resumed = now, now, True
    connector.caught_ma, connector.allowed_ma = conduct.caught_ma, conduct.allowed_ma
    if conduct.disabled and connector.session is None:
        connector.sanction = Action.DISABLE
    drawn_a, allowed_a, rating_a = (
        ma / 1000 for ma in (conduct.caught_ma, conduct.allowed_ma, connector.config.rating_ma)
    )
    site.note("still_disobeys", connector=connector.config.id, drawn_a=drawn_a, allowed_a=allowed_a, rating_a=rating_a)
    site.alarm("station_disobeys", connector.config.label, raised=True, drawn_a=drawn_a, allowed_a=allowed_a)
