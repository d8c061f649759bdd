"""The judge: the worst true current per zone and line against its limit, and the breakers (S10)."""

from dataclasses import dataclass

from engine.wiring import LINE_NAMES
from simulator.breaker import Breaker
from simulator.plant import Lines, Plant

_ABOVE = (1.05, 1.20)


@dataclass(frozen=True, slots=True)
class Judged:
    """One line of a zone. `over_105_s`, `over_120_s`: the longest time in a row above so much of the limit."""

    zone: str
    line: str
    limit_ma: int
    now_ma: int
    worst_ma: int
    worst_at: float
    over_105_s: float
    over_120_s: float
    tripped_at: float | None

    @property
    def exceeded(self) -> bool:
        return self.worst_ma > self.limit_ma


class _Line:
    __slots__ = ("breaker", "longest", "now_ma", "since", "worst_at", "worst_ma")

    def __init__(self, max_ma: int, now: float) -> None:
        self.breaker = Breaker(max(max_ma, 1), now=now)
        self.now_ma = 0
        self.worst_ma = 0
        self.worst_at = now
        self.since: list[float | None] = [None, None]
        self.longest = [0.0, 0.0]

    def see(self, now: float, current_ma: int, limit_ma: int) -> None:
        self.now_ma = current_ma
        if current_ma > self.worst_ma:
            self.worst_ma, self.worst_at = current_ma, now
        if current_ma <= limit_ma:
            self.since = [None, None]
        else:
            self._count(now, current_ma, limit_ma)
        self.breaker.advance(now, current_ma)

    def _count(self, now: float, current_ma: int, limit_ma: int) -> None:
        for i, factor in enumerate(_ABOVE):
            if current_ma <= limit_ma * factor:
                self.since[i] = None
            elif (since := self.since[i]) is None:
                self.since[i] = now
            else:
                self.longest[i] = max(self.longest[i], now - since)


class Watch:
    """`observe` it at each change of a current: between two calls currents are taken as straight lines."""

    def __init__(self, plant: Plant, now: float = 0.0) -> None:
        self._plant = plant
        self._lines = {name: [_Line(b.max_ma, now) for _ in LINE_NAMES] for name, b in plant.boards.items()}

    def observe(self, now: float, true_ma: dict[str, Lines] | None = None) -> None:
        true_ma = self._plant.true_ma(now) if true_ma is None else true_ma
        for name, lines in self._lines.items():
            limit_ma = self._plant.boards[name].limit_ma
            for line, current_ma in zip(lines, true_ma[name], strict=True):
                line.see(now, current_ma, limit_ma)

    @property
    def tripped(self) -> bool:
        return any(line.breaker.tripped for lines in self._lines.values() for line in lines)

    def report(self) -> list[Judged]:
        """Zone by zone, line by line, in the site's order."""
        return [
            Judged(
                name,
                LINE_NAMES[i],
                self._plant.boards[name].limit_ma,
                line.now_ma,
                line.worst_ma,
                line.worst_at,
                line.longest[0],
                line.longest[1],
                line.breaker.tripped_at,
            )
            for name, lines in self._lines.items()
            for i, line in enumerate(lines)
        ]
