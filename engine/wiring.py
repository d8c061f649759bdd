"""How a connector hangs on the lines of its grid (ENE-7)."""

from enum import StrEnum
from functools import cache

LINES = (0, 1, 2)
LINE_NAMES = ("L1", "L2", "L3")

_UNKNOWN = "wiring {text!r} does not exist on a {grid} grid; use one of {known}"


class Grid(StrEnum):
    STAR = "3x400N"
    DELTA = "3x230"
    SINGLE = "1x230"


Wiring = tuple[tuple[int, ...], ...]
"""For each terminal of the station (1, 2, 3 in order) the lines that its current loads."""


def _star(text: str) -> Wiring:
    return tuple((LINE_NAMES.index(text[i : i + 2]),) for i in range(0, len(text), 2))


_THREE_PHASE = ("L1L2L3", "L2L3L1", "L3L1L2", "L1L3L2", "L2L1L3", "L3L2L1")
_SINGLE_PHASE = ("L1", "L2", "L3")

KNOWN: dict[Grid, dict[str, Wiring]] = {
    Grid.STAR: {text: _star(text) for text in (*_THREE_PHASE, *_SINGLE_PHASE)},
    Grid.DELTA: {text: _star(text) for text in _THREE_PHASE}
    | {"L1L2": ((0, 1),), "L2L3": ((1, 2),), "L3L1": ((2, 0),)},
    Grid.SINGLE: {"L1": ((0,),)},
}


def parse_wiring(text: str, grid: Grid) -> Wiring:
    """`"L2L3L1"` on a grid with neutral -> `((1,), (2,), (0,))`; a delta load `"L1-L2"` -> `((0, 1),)`.

    A load between two lines counts its full current on both (conservative until phasors prove less).
    Raises ValueError, naming what is allowed, for a wiring that the grid does not have.
    """
    known = KNOWN[grid]
    wiring = known.get(text.replace("-", "").upper())
    if wiring is None:
        raise ValueError(_UNKNOWN.format(text=text, grid=grid, known=", ".join(known)))
    return wiring


@cache
def lines_of(wiring: Wiring) -> tuple[int, ...]:
    """Every line that the wiring can load, ascending."""
    return tuple(sorted({line for terminal in wiring for line in terminal}))
