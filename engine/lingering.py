"""Sessions whose Stop is missing (T5): the station shows the connector as free, so nothing is told to the transaction.

Often before the Stop itself, and after a boot, a station says that its connector is Available, or Preparing for more.
A limit of a transaction that is over can only be refused, and that says nothing of whether the station takes limits.
"""

from copy import deepcopy

from engine.connector import Connector, Lingering, Session
from engine.facts import Status

BUSY = frozenset({Status.CHARGING, Status.SUSPENDED_EV, Status.SUSPENDED_EVSE})
_FREE = frozenset({Status.AVAILABLE, Status.RESERVED})
DRAWS_MA = 1_000
"""A car that draws so much is charging, whatever the status says."""


def shows_the_end(session: Session, status: Status) -> bool:
    """Some stations say Preparing after their Start, or at 0 A: that is an end after a boot only."""
    return status in _FREE or (status is Status.PREPARING and session.rebooted)


def linger(connector: Connector, session: Session, now: float) -> None:
    """Keep what must count again if the charge goes on after all. To be called before the session is ended."""
    session.charging_s, session.charging_since = session.charging_time(now), None
    limit = deepcopy(connector.limit)
    for doubt in limit.doubts:
        doubt.ground(now)
    connector.lingering = Lingering(session, limit)


def lingers(connector: Connector, transaction: int) -> bool:
    return connector.lingering is not None and connector.lingering.session.transaction == transaction


def goes_on(connector: Connector) -> bool:
    """A status or a current shows that the charge was not over: what the station was told for it may be in force."""
    kept = connector.lingering
    if kept is None or connector.session is not None:
        return False
    connector.session, connector.limit, connector.lingering = kept.session, kept.limit, None
    return True
