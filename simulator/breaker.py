"""The circuit breaker above a zone: the fastest curve that an installer may have set."""

from math import exp

PICK_UP = 1.05
"""IEC 60947-2: 1.05 Ir holds for ever; an electronic release may start to count just above."""


class Breaker:
    """I2t with thermal memory: `trip_s` seconds at 1.5 Ir (tr), so 23 s at 110 %, 17 s at 130 %.

    Below the pick-up the heat decays; after `memory_s` an overload is as good as forgotten.
    """

    __slots__ = ("_at", "_heat", "_rate", "_rated_ma", "_tau_s", "_trip_heat", "tripped_at")

    def __init__(self, rated_ma: int, *, now: float = 0.0, trip_s: float = 12.5, memory_s: float = 1200.0) -> None:
        self._rated_ma = rated_ma
        self._trip_heat = 1.5 * 1.5 * trip_s
        self._tau_s = memory_s / 5
        self._at = now
        self._rate = 0.0
        self._heat = 0.0
        self.tripped_at: float | None = None

    @property
    def tripped(self) -> bool:
        return self.tripped_at is not None

    @property
    def heat(self) -> float:
        """0 cold, 1 trips."""
        return self._heat / self._trip_heat

    def advance(self, now: float, current_ma: float) -> None:
        """The current went from the one of the last call to `current_ma` in a straight line.

        At a step call twice for the same instant, before and after it.
        """
        load = max(current_ma, 0.0) / self._rated_ma
        rate = load * load if load > PICK_UP else 0.0
        step_s = now - self._at
        if step_s > 0:
            if self._rate or rate:
                self._heat += (self._rate + rate) / 2 * step_s
            elif self._heat:
                self._heat *= exp(-step_s / self._tau_s)
        self._at, self._rate = now, rate
        if self._heat >= self._trip_heat and self.tripped_at is None:
            self.tripped_at = now
