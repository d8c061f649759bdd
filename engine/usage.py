"""What a session draws next to what it is offered: the memory of `engine.optimising`."""

import math
from dataclasses import dataclass


@dataclass(slots=True)
class Usage:
    """Instants as in `engine.state`. Free, capped (`cap_ma`), or suspended (`wakes_at`); never the last two at once."""

    offered_at: float
    """Since when it is offered current without a break: its first minute is not judged."""
    reported_at: float = -math.inf
    drawn_ma: int = 0
    """The largest line of its last report."""
    low_since: float | None = None
    """Every report since then was below the setpoint by more than the trigger ..."""
    low_ma: int = 0
    """... and the largest of them."""
    idle_since: float | None = None
    """Every report since then was below 1 A while current was offered."""
    slack_since: float | None = None
    """Every report since then left more than the gap unused ..."""
    slack_ma: int = 0
    """... and the largest of them."""
    was_near: bool = False
    """It drew (nearly) all that it was offered ..."""
    down_since: float | None = None
    """... until then, and not since."""
    pauses: bool = False
    """It stopped drawing, and came back by itself."""
    releases: int = 0
    """How many caps in a row did not last."""
    cap_ma: int | None = None
    consumption_ma: int = 0
    """From which the cap was made."""
    capped_at: float = 0.0
    held: bool = False
    """The cap is its minimum, because it draws nothing (ENE-14, reuse)."""
    wakes_at: float | None = None
    """It is suspended, and is offered the minimum then."""
    waking: bool = False
    """That time has come."""
    woken_at: float | None = None
    """Since when its station offers the minimum."""

    def begin(self, now: float) -> None:
        """Nothing that was seen of it so far counts; what it is held to is lifted."""
        self.offered_at = now
        self.low_since = self.idle_since = self.down_since = self.slack_since = None
        self.was_near = False
        self.cap_ma, self.held = None, False
        self.wakes_at, self.waking, self.woken_at = None, False, None

    @property
    def asleep(self) -> bool:
        """Suspended, and not even its minimum is to be offered now."""
        return self.wakes_at is not None and not self.waking
