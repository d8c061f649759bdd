"""A car that gets (nearly) nothing though its station was told its minimum or more: somebody is to look at it.

A station that takes ampere for watt keeps every limit and charges nobody, so obedience does not find it. It is told
of, no more: its limits stand, and nothing is set aside for it. A car that is full, waits or is slow is not meant. So it
says nothing while the station says that the car suspended the charge, nor where it draws little of what is offered.
"""

from engine.building import window_s
from engine.commands import Alarm
from engine.connector import Connector, Session
from engine.facts import Status
from engine.offers import bearable_ma
from engine.optimising import IDLE_MA
from engine.planning import phases
from engine.state import Site

TAKES_LESS = "station_takes_less"
STARVED_S = 120.0
"""For so long in all, counted between reports that both show it: wake-up offers last a minute only."""
FED_WH = 100
"""A session that has had so much has shown that its station understands its limits."""


def watch(site: Site, connector: Connector, drawn_ma: int | None, offered_ma: int | None, now: float) -> None:
    """Fold a report of a session. `drawn_ma` None: it did not tell every line. `offered_ma`: what it says it offers."""
    session = connector.session
    if session is None or drawn_ma is None:
        return
    allowed_ma = _allowed_ma(site, connector)
    if allowed_ma is None:
        session.hungry_at = None
        return
    offers_less = _offers_less(site, connector, drawn_ma, offered_ma, allowed_ma)
    if not offers_less and not _withholds(site, connector, drawn_ma, offered_ma):
        session.hungry_at, session.hungry_s = None, 0.0
        if drawn_ma >= IDLE_MA:
            _fed(site, connector, session)
        return
    if session.hungry_at is not None:
        session.hungry_s += min(now - session.hungry_at, window_s(site))
    session.hungry_at, session.drawn_ma = now, drawn_ma
    if session.hungry_s >= STARVED_S and not session.starved:
        session.starved = True
        taken_a, allowed_a = drawn_ma / 1000, allowed_ma / 1000
        site.note("takes_less", connector=connector.config.id, taken_a=taken_a, allowed_a=allowed_a)
        site.alarm(TAKES_LESS, connector.config.label, raised=True, taken_a=taken_a, allowed_a=allowed_a)


def _allowed_ma(site: Site, connector: Connector) -> int | None:
    """The one limit that can be in force; None where it is below the minimum, or another may be."""
    carrier = connector.carrier
    if carrier.acked_ma is None or carrier.doubts or connector.windows or connector.lease_void:
        return None
    return carrier.acked_ma if carrier.acked_ma >= _least_ma(site, connector) else None


def _least_ma(site: Site, connector: Connector) -> int:
    return site.config.minimum_of(connector.config, phases(site, connector))


def _offers_less(site: Site, connector: Connector, drawn_ma: int, offered_ma: int | None, allowed_ma: int) -> bool:
    """It says so itself, and its car bears it out. 0 says nothing, as ever (`engine.offers`)."""
    if not offered_ma or connector.config.supply.dc or site.station_of(connector).offers_nonsense:
        return False
    if connector.told_status is Status.SUSPENDED_EV or drawn_ma > bearable_ma(offered_ma):
        return False
    return offered_ma < _least_ma(site, connector) and offered_ma * 2 < allowed_ma


def _withholds(site: Site, connector: Connector, drawn_ma: int, offered_ma: int | None) -> bool:
    """Its car draws nothing, and nothing that it says makes that the car's own wish.

    Some say *Charging* as long as the session lasts. So that counts only where the car has never drawn anything and the
    station does not say that it offers enough.
    """
    session = connector.session
    if session is None or drawn_ma >= IDLE_MA:
        return False
    if connector.told_status is Status.SUSPENDED_EVSE:
        return True
    fed = session.fed or session.energy_wh >= FED_WH
    return connector.told_status is Status.CHARGING and not fed and (offered_ma or 0) < _least_ma(site, connector)


def _fed(site: Site, connector: Connector, session: Session) -> None:
    if session.starved or not session.fed:
        session.fed = True
        clear(site, connector)


def clear(site: Site, connector: Connector) -> None:
    """Not by `site.alarm`: it may stand since before the last start, or the last car."""
    if connector.session is not None:
        connector.session.starved, connector.session.hungry_at, connector.session.hungry_s = False, None, 0.0
    site.alarms.discard((TAKES_LESS, connector.config.label))
    site.entries.append(Alarm(TAKES_LESS, connector.config.label, raised=False))
