"""The only place that reads the machine's clocks."""

import time
from datetime import UTC, datetime

_STEADY = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)
"""Linux stops CLOCK_MONOTONIC while it is suspended; what stations were told runs out all the same."""


def monotonic() -> float:
    """Seconds on a clock that never steps, and goes on while the machine is suspended; for everything that controls
    (S14, F23)."""
    return time.clock_gettime(_STEADY)


def now() -> datetime:
    """The wall clock, aware, in UTC; for records and pages only."""
    return datetime.now(UTC)
