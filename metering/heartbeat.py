"""When the poller of this process was last told to poll."""

from common import clock

_ticks: list[float] = []


def ticked() -> None:
    _ticks[:] = [clock.monotonic()]


def age_s() -> float | None:
    """None where this process does not poll, or not yet."""
    return clock.monotonic() - _ticks[0] if _ticks else None
