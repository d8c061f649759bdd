"""When the poller of this process was last told to poll."""

from common import clock

_ticked_at: float | None = None


def ticked() -> None:
    global _ticked_at
    _ticked_at = clock.monotonic()


def age_s() -> float | None:
    """None where this process does not poll, or not yet."""
    return None if _ticked_at is None else clock.monotonic() - _ticked_at
