"""What consumption optimisation leaves a car for a while: L2 is no stricter than ENE-13 and ENE-14."""

from engine.usage import Usage
from simulator.car import Car

OFFERED_S = 90.0
"""A wake-up offers the minimum for a minute, once there is room; then a report says whether the car took it."""
CAPPED_S = 45.0
"""A car that begins to want more than its cap shows it in a report, and is raised 15 s after its last raise."""
UNLIMITED_MA = 1_000_000


def left_ma(usage: Usage, car: Car, now: float) -> int:
    """Until the next wake-up, or until a report and a raise after it began to want more."""
    if usage.wakes_at is not None:
        since = usage.wakes_at if usage.woken_at is None else usage.woken_at
        return 0 if now < since + OFFERED_S else UNLIMITED_MA
    if usage.cap_ma is None or now >= car.wants_since + CAPPED_S:
        return UNLIMITED_MA
    return usage.cap_ma
