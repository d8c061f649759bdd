"""What one of our charging profiles on a connector may hold: what was accepted, and what is in doubt."""

import math
from dataclasses import dataclass, field

SKEW_S = 10.0
"""How far a station's clock may be off before its leases mean nothing."""


LATE_S = 60.0
"""How much later than it was given up a station may still carry out a write."""


@dataclass(slots=True)
class Doubt:
    """A write that left, or may have left, and was not accepted (yet)."""

    generation: int
    limit_ma: int
    in_flight: bool = True
    lease_s: int | None = None
    sent_at: float = 0.0
    gone_at: float = math.inf
    """When its lease is over even if it was carried out; known once it is no longer in flight."""
    refused_at: float = math.inf
    """When the station said no: it may have carried it out all the same, but not later."""

    grounded_at: float = math.inf
    """When it was given up: it may still be carried out, but not much later."""

    def ground(self, now: float) -> None:
        """It will not be answered any more, or not as wished."""
        self.in_flight, self.grounded_at = False, now
        if self.lease_s is not None:
            self.gone_at = now + self.lease_s + SKEW_S


@dataclass(slots=True)
class Profile:
    """What one of our charging profiles on a connector may hold."""

    acked_ma: int | None = None
    acked_generation: int = 0
    accepted_at: float = -math.inf
    doubts: list[Doubt] = field(default_factory=list)
    failures: int = 0
    resisted: bool = False
    """The newest write was refused in one form at least, and has not ended."""
    retry_at: float = 0.0
    holds_until: float = math.inf
    """The acknowledged value stands at least until then, counted from before it was sent ..."""
    gone_at: float = math.inf
    """... and no longer than this, counted from its acknowledgement."""
    lease_s: int | None = None
    """The lease it was acknowledged with; None where it has none, or nobody knows."""

    def clear(self) -> None:
        self.forget()
        self.failures, self.resisted, self.retry_at = 0, False, 0.0
        self.doubts.clear()

    def forget(self) -> None:
        """The acknowledged value is no longer in force."""
        self.acked_ma, self.acked_generation, self.holds_until, self.gone_at = None, 0, math.inf, math.inf
        self.lease_s = None

    def lapse(self, now: float) -> bool:
        """Drop what has certainly run out; True where something did."""
        lapsed = self.acked_ma is not None and now >= self.gone_at
        if lapsed:
            self.forget()
        if any(now >= d.gone_at for d in self.doubts):
            self.doubts = [d for d in self.doubts if now < d.gone_at]
            lapsed = True
        return lapsed

    def accept(self, doubt: "Doubt", now: float) -> None:
        """The station took it: what was written before it is overruled."""
        self.acked_ma, self.acked_generation = doubt.limit_ma, doubt.generation
        self.failures, self.resisted = 0, False
        self.accepted_at, self.lease_s = now, doubt.lease_s
        self.holds_until = math.inf if doubt.lease_s is None else doubt.sent_at + doubt.lease_s
        self.gone_at = math.inf if doubt.lease_s is None else now + doubt.lease_s + SKEW_S
        self.doubts = [d for d in self.doubts if d.generation > doubt.generation]

    def newly_ma(self, since: float) -> int | None:
        """The smallest value that may have come into force after `since`; None where none has."""
        possible = [
            doubt.limit_ma for doubt in self.doubts if min(doubt.refused_at, doubt.grounded_at + LATE_S) > since
        ]
        if self.acked_ma is not None and self.accepted_at > since:
            possible.append(self.acked_ma)
        return min(possible, default=None)

    @property
    def refused(self) -> bool:
        """It did not take the newest limit, or does not seem to."""
        return self.resisted or self.failures > 0

    @property
    def empty(self) -> bool:
        return self.acked_ma is None and not self.doubts

    @property
    def highest_ma(self) -> int:
        """The largest value that may stand in the station; 0 where nothing was ever written."""
        highest = self.acked_ma or 0
        for doubt in self.doubts:
            if doubt.limit_ma > highest:
                highest = doubt.limit_ma
        return highest

    @property
    def lowest_ma(self) -> int:
        """The smallest value that may stand there; a write above it can be a raise (S23)."""
        if self.acked_ma is None:
            return 0
        lowest = self.acked_ma
        for doubt in self.doubts:
            if doubt.limit_ma < lowest:
                lowest = doubt.limit_ma
        return lowest

    @property
    def in_flight(self) -> Doubt | None:
        for doubt in reversed(self.doubts):
            if doubt.in_flight:
                return doubt
        return None

    @property
    def commanded_ma(self) -> int | None:
        """The newest value that was sent, accepted or not."""
        return self.doubts[-1].limit_ma if self.doubts else self.acked_ma
