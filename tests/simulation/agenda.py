"""Virtual time: what will happen, in order, and what has happened, in words."""

import heapq
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import count

Act = Callable[[], None]
EPOCH = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


class Agenda:
    """`log`: the time line. `trace`: keep also what is only of interest around a violation."""

    def __init__(self, *, trace: bool = False) -> None:
        self.now = 0.0
        self.trace = trace
        self.log: list[tuple[float, str]] = []
        self._steps: list[tuple[float, float]] = []
        self._heap: list[tuple[float, int, Act]] = []
        self._order = count()

    def wall(self, now: float) -> datetime:
        """What EVCE's wall clock says then; it may step (F33)."""
        return EPOCH + timedelta(seconds=now + sum(by_s for at, by_s in self._steps if at <= now))

    def step_wall(self, by_s: float) -> None:
        self._steps.append((self.now, by_s))

    def at(self, when: float, act: Act) -> None:
        heapq.heappush(self._heap, (max(when, self.now), next(self._order), act))

    def every(self, period_s: float, act: Act) -> None:
        def again() -> None:
            act()
            self.at(self.now + period_s, again)

        self.at(self.now + period_s, again)

    def run(self, until: float) -> None:
        heap, pop = self._heap, heapq.heappop
        while heap and heap[0][0] <= until:
            self.now, _, act = pop(heap)
            act()
        self.now = until

    def say(self, text: str) -> None:
        self.log.append((self.now, text))
