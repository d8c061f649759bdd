"""How often a standing default may be written (field experience: stations keep it in flash, which wears out).

Each connector has an allowance that fills up through the day. A raise waits until there is some; what lowers or proves
a default never waits, and is counted too.
"""

from dataclasses import dataclass

WRITES_PER_DAY = 24
"""Under 100 000 in ten years, what ordinary flash bears."""
REFILL_S = 86_400 / WRITES_PER_DAY


@dataclass(slots=True)
class Wear:
    """`writes`: standing defaults ever sent and not refused. `left`: the allowance at `at`, never above a day's."""

    writes: int = 0
    left: float = float(WRITES_PER_DAY)
    at: float | None = None

    def available(self, now: float) -> float:
        gained = 0.0 if self.at is None else max(0.0, now - self.at) / REFILL_S
        return min(self.left + gained, float(WRITES_PER_DAY))

    def spend(self, now: float) -> None:
        """One more write left; it can use up what is not there yet, but no more than a day of it."""
        self.left, self.at = max(self.available(now) - 1.0, -float(WRITES_PER_DAY)), now
        self.writes += 1

    def refund(self) -> None:
        """The last one was refused or never left: nothing was kept."""
        self.left = min(self.left + 1.0, float(WRITES_PER_DAY))
        self.writes -= 1

    def next_s(self, now: float) -> int:
        """How long until a raise may leave."""
        return max(0, round((1.0 - self.available(now)) * REFILL_S))
