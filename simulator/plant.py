"""A site in cables: switchboards, loads, solar, and what truly flows. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from engine.wiring import Wiring
from simulator.meter import Meter
from simulator.station import Station

Lines = list[int]
"""mA on L1, L2, L3."""


@dataclass(slots=True, eq=False)
class Board:
    """A zone's switchboard. `building_ma` and `solar_ma` are what hangs directly on it, not below.

    `limit_ma` is the maximum after reductions; the breaker is set to `max_ma`.
    """

    name: str
    parent: str | None
    max_ma: int
    limit_ma: int
    building_ma: Lines = field(default_factory=lambda: [0, 0, 0])
    solar_ma: Lines = field(default_factory=lambda: [0, 0, 0])
    meter: Meter | None = None
    production_meter: Meter | None = None


@dataclass(frozen=True, slots=True)
class Cable:
    """One connector on the lines of its board."""

    station: Station
    number: int
    board: str
    wiring: Wiring


class Plant:
    """Boards come parents first; ValueError otherwise, or for a name used twice."""

    def __init__(self, boards: Iterable[Board], cables: Iterable[Cable] = ()) -> None:
        self.boards: dict[str, Board] = {}
        for board in boards:
            if board.name in self.boards:
                raise ValueError(f"two zones are called {board.name!r}")
            if board.parent is not None and board.parent not in self.boards:
                raise ValueError(f"zone {board.name!r} stands before its parent")
            self.boards[board.name] = board
        self.cables = list(cables)
        self._upwards = list(reversed(self.boards.values()))

    def ev_ma(self, now: float) -> dict[str, Lines]:
        """What the cars draw at and below each board, by line."""
        totals = {name: [0, 0, 0] for name in self.boards}
        self._add_cars(totals, now)
        return self._sum_up(totals)

    def true_ma(self, now: float, ev_ma: dict[str, Lines] | None = None) -> dict[str, Lines]:
        """What flows into each board from above: buildings + cars - solar, by line; negative is export."""
        totals: dict[str, Lines] = {}
        for name, board in self.boards.items():
            (a, b, c), (x, y, z) = board.building_ma, board.solar_ma
            totals[name] = [a - x, b - y, c - z]
        if ev_ma is None:
            self._add_cars(totals, now)
            return self._sum_up(totals)
        self._sum_up(totals)
        return {name: [a + b for a, b in zip(ev_ma[name], totals[name], strict=True)] for name in self.boards}

    def feed_meters(self, now: float, true_ma: dict[str, Lines] | None = None) -> None:
        """Show the meters what flows now. Call it as often as they should notice."""
        true_ma = self.true_ma(now) if true_ma is None else true_ma
        for name, board in self.boards.items():
            if board.meter is not None:
                board.meter.feed(_triple(true_ma[name]), now)
            if board.production_meter is not None:
                board.production_meter.feed(_triple(board.solar_ma), now)

    def meters(self) -> dict[str, Meter]:
        found = [m for board in self.boards.values() for m in (board.meter, board.production_meter) if m is not None]
        return {meter.name: meter for meter in found}

    def _add_cars(self, totals: dict[str, Lines], now: float) -> None:
        """To the board of each cable what flows in it."""
        for cable in self.cables:
            outlet = cable.station.charging.outlets[cable.number]
            if outlet.car is not None and (current := outlet.line_ma(now)):
                total = totals[cable.board]
                for lines in cable.wiring[: outlet.car.phases]:
                    for line in lines:
                        total[line] += current

    def _sum_up(self, totals: dict[str, Lines]) -> dict[str, Lines]:
        for board in self._upwards:
            if board.parent is not None:
                above, (a, b, c) = totals[board.parent], totals[board.name]
                above[0] += a
                above[1] += b
                above[2] += c
        return totals


def _triple(lines: Sequence[int]) -> tuple[int, int, int]:
    return (lines[0], lines[1], lines[2])
