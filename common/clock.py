"""The only place that reads the machine's clocks."""

import time
from datetime import UTC, datetime


def monotonic() -> float:
    """Seconds on a clock that never steps; for everything that controls (S14)."""
    return time.monotonic()


def now() -> datetime:
    """The wall clock, aware, in UTC; for records and pages only."""
    return datetime.now(UTC)
