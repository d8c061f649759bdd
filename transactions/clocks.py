"""How far the instants that stations send can be believed (T6). Pure."""

from datetime import UTC, datetime, timedelta

RECENT = timedelta(minutes=5)
FUTURE_TOLERANCE = timedelta(minutes=5)
_EARLIEST = datetime(2015, 1, 1, tzinfo=UTC)


def is_absurd(at: datetime) -> bool:
    """A clock that was never set (1970, 2000): says nothing about when."""
    return at < _EARLIEST


def is_recent(at: datetime, received_at: datetime) -> bool:
    """A message about now, not one that was queued. A clock that cannot be believed does not make it old."""
    return is_absurd(at) or received_at - at <= RECENT


def clock_suspicion(at: datetime, received_at: datetime) -> str:
    """Empty, or what is wrong with the station's instant."""
    if is_absurd(at):
        return "clock never set"
    return "clock in the future" if at - received_at > FUTURE_TOLERANCE else ""
