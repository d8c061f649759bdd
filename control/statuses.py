"""What a connector is shown to do: the station's own word, unless EVCE knows better who suspended it (ENE-15)."""

from engine.building import window_s
from engine.connector import Connector
from engine.facts import Status
from engine.optimising import IDLE_MA
from engine.reasons import ReasonCode
from engine.state import Site

_OF_A_SESSION = frozenset(
    {
        Status.AVAILABLE,
        Status.PREPARING,
        Status.CHARGING,
        Status.SUSPENDED_EV,
        Status.SUSPENDED_EVSE,
        Status.UNKNOWN,
    }
)
"""Words that a station may say late, or for reasons of its own, while a session runs."""
_SUSPENDED = frozenset({Status.SUSPENDED_EV, Status.SUSPENDED_EVSE})
_PAUSED = frozenset({ReasonCode.SUSPENDED, ReasonCode.SYSTEM_SUSPENDED, ReasonCode.BLOCKED, ReasonCode.NO_ZONE})


def shown_status(site: Site, connector: Connector, now: float) -> Status:
    """Suspended by EVSE: EVCE holds it at 0 A. Suspended by EV: it is offered current and has taken none for long."""
    if not site.station_of(connector).online:
        return Status.UNKNOWN
    session, told = connector.session, connector.status
    if session is None or told not in _OF_A_SESSION or connector.unmanaged or connector.disobeying_since is not None:
        return told
    commanded_ma = connector.carrier.commanded_ma
    if commanded_ma == 0 or (commanded_ma is None and connector.reason.code in _PAUSED):
        return Status.SUSPENDED_EVSE
    usage = session.usage
    if now >= usage.reported_at + window_s(site):
        return told
    if usage.drawn_ma >= IDLE_MA:
        return Status.CHARGING if told in _SUSPENDED else told
    idle_s = 0.0 if usage.idle_since is None else now - usage.idle_since
    return Status.SUSPENDED_EV if idle_s >= site.config.optimisation.delay_s else told
