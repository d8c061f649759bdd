"""`python -m tests.yields`: every day against the oracle, as a table; fails where EVCE delivers less than 97 %."""

import argparse
import sys
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace

from tests.yields.compare import Comparison
from tests.yields.days import DAYS, Day
from tests.yields.ideal import RULES

ENOUGH = 0.97
HEADS = (
    "day", "cars", "scarce h", "bare kWh", "filter", "margin", "demand", "all three", "oracle kWh", "EVCE kWh", "EVCE",
    "x equal", "x first",
)  # fmt: skip
LEGEND = """
Energy in the hours in which demand exceeds supply.
bare: the limit itself, true building and demand known each second, obeyed at once. filter, margin, demand: what each
costs of it alone (raises filtered, cuts with a dead band; the guard margin; a session counted at more than it takes).
oracle: the same with all of EVCE's rules. EVCE: the product in virtual time, as a share of the oracle.
x equal: its energy, times that of an equal split. x first: what the quarter of the cars that gets least gets, times
what first come, first served leaves them. Both rivals know building and cars each second and are obeyed at once.
+: cars that are never full, so that nothing can be made up for later."""


@dataclass(frozen=True)
class Line:
    """`energy_wh`: of EVCE, of an equal split; `least_wh`: of EVCE, of first come, first served."""

    cells: tuple[str, ...]
    enough: bool
    violations: int
    energy_wh: tuple[float, float]
    least_wh: tuple[float, float]


def line(day: Day) -> Line:
    found = Comparison(day)
    costs = [found.cost_of(filtered=True), found.cost_of(margin=True), found.cost_of(demands=RULES.demands)]
    together = 1 - found.energy_wh(found.oracle) / found.energy_wh(found.bare)
    energies = [found.energy_wh(outcome) / 1000 for outcome in (found.bare, found.oracle, found.product)]
    cells = (
        day.name + ("+" if day.hungry else ""),
        str(len(found.product.cars)),
        f"{found.scarce_h:.1f}",
        f"{energies[0]:.1f}",
        *(f"{100 * cost:.1f} %" for cost in (*costs, together)),
        *(f"{energy:.1f}" for energy in energies[1:]),
        f"{100 * found.reached:.1f} %",
        f"{found.over_equal:.2f}",
        f"{found.over_first:.2f}",
    )
    return Line(
        cells,
        found.reached >= ENOUGH,
        len(found.product.violations),
        (found.energy_wh(found.product), found.energy_wh(found.equal)),
        (found.product.least_wh, found.first.least_wh),
    )


def factor(pairs: Sequence[tuple[float, float]]) -> float:
    return sum(ours for ours, _ in pairs) / sum(theirs for _, theirs in pairs)


def show(rows: Sequence[Sequence[str]]) -> str:
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return "\n".join("  ".join(cell.rjust(width) for cell, width in zip(row, widths, strict=True)) for row in rows)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.yields", description=__doc__)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    days = [replace(day, seed=options.seed, hungry=hungry) for day in DAYS for hungry in (False, True)]
    with ProcessPoolExecutor(options.jobs) as pool:
        lines = list(pool.map(line, days))
    print(show([HEADS, *(each.cells for each in lines)]))
    print(LEGEND)
    more, fairer = factor([each.energy_wh for each in lines]), factor([each.least_wh for each in lines])
    print(f"all days: {more:.2f} times the energy of an equal split; the cars that get least get {fairer:.2f} times")
    print("what first come, first served leaves them")
    short = [each.cells[0] for each in lines if not each.enough]
    overloads = sum(each.violations for each in lines)
    print(
        f"{len(lines) - len(short)} of {len(lines)} days at {ENOUGH:.0%} or more, {overloads} violations {short or ''}"
    )
    return 1 if short or overloads or more <= 1 or fairer <= 1 else 0


if __name__ == "__main__":
    sys.exit(main())
