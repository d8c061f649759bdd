"""Things to do at an instant, in order. Pure: somebody else says what time it is."""

import heapq
from collections.abc import Callable
from itertools import count
from math import inf

Action = Callable[[float], None]


class Agenda:
    __slots__ = ("_heap", "_order")

    def __init__(self) -> None:
        self._heap: list[tuple[float, int, Action]] = []
        self._order = count()

    def at(self, when: float, action: Action) -> None:
        heapq.heappush(self._heap, (when, next(self._order), action))

    def next_at(self) -> float:
        return self._heap[0][0] if self._heap else inf

    def run(self, now: float) -> None:
        """What is due, each with the `now` given."""
        while self._heap and self._heap[0][0] <= now:
            heapq.heappop(self._heap)[2](now)

    def clear(self) -> None:
        self._heap.clear()
