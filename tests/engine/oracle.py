"""An independent reference for the allocation: lexicographic max-min by a sequence of LPs (HiGHS).

Shares no code with `engine`: it walks parents itself, admits with plain loops and lets the solver fill.
Currents in ampere, floats.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import highspy

TOLERANCE_A = 1e-5


@dataclass(frozen=True)
class Case:
    """A random site: `parents` by zone, `free_ma[zone][line]`, sessions best rank first."""

    parents: tuple[int | None, ...]
    free_ma: tuple[tuple[int, ...], ...]
    sessions: tuple["Session", ...]


@dataclass(frozen=True)
class Session:
    zone: int
    lines: tuple[int, ...]
    minimum_ma: int
    maximum_ma: int
    vip: bool


def loads(case: Case, session: Session) -> list[tuple[int, int]]:
    """Each (zone, line) that the session's current counts on."""
    found = []
    zone: int | None = session.zone
    while zone is not None:
        found += [(zone, line) for line in session.lines]
        zone = case.parents[zone]
    return found


def reference(case: Case) -> list[float | None]:
    """The exact current of each session in ampere; None where it is suspended."""
    left = {(z, p): max(0, ma) / 1000 for z, row in enumerate(case.free_ma) for p, ma in enumerate(row)}
    result: list[float | None] = [None] * len(case.sessions)
    for tier in (True, False):
        members = admitted(case, left, tier)
        currents = fair_shares(case, left, members)
        for i, current_a in zip(members, currents, strict=True):
            result[i] = current_a
            for capacity in loads(case, case.sessions[i]):
                left[capacity] -= current_a
    return result


def admitted(case: Case, left: dict[tuple[int, int], float], vip: bool) -> list[int]:
    """The sessions of the tier whose minimums fit, in rank order."""
    rest = dict(left)
    members = []
    for i, session in enumerate(case.sessions):
        minimum_a = session.minimum_ma / 1000
        capacities = loads(case, session)
        if session.vip is not vip or session.maximum_ma < session.minimum_ma:
            continue
        if all(rest[capacity] >= minimum_a - TOLERANCE_A for capacity in capacities):
            members.append(i)
            for capacity in capacities:
                rest[capacity] -= minimum_a
    return members


def fair_shares(case: Case, left: dict[tuple[int, int], float], members: Sequence[int]) -> list[float]:
    """Raise the lowest current as far as it goes, hold those that cannot rise, and again."""
    lows = [case.sessions[i].minimum_ma / 1000 for i in members]
    highs = [case.sessions[i].maximum_ma / 1000 for i in members]
    rows: dict[tuple[int, int], list[int]] = {}
    for column, i in enumerate(members):
        for capacity in loads(case, case.sessions[i]):
            rows.setdefault(capacity, []).append(column)
    constraints = [(columns, left[capacity]) for capacity, columns in rows.items()]
    open_columns = set(range(len(members)))
    while open_columns:
        level = _highest_level(lows, highs, constraints, open_columns)
        for column in _stuck(lows, highs, constraints, open_columns, level):
            lows[column] = highs[column] = max(level, lows[column])
            open_columns.discard(column)
    return lows


def _highest_level(
    lows: Sequence[float], highs: Sequence[float], constraints: list[tuple[list[int], float]], open_columns: set[int]
) -> float:
    """The largest t such that every open session can have at least t (or its minimum, if that is more)."""
    level = len(lows)
    rows = [([*columns], [1.0] * len(columns), -highspy.kHighsInf, room) for columns, room in constraints]
    rows += [([column, level], [1.0, -1.0], 0.0, highspy.kHighsInf) for column in open_columns]
    bounds = [*zip(lows, highs, strict=True), (0.0, highspy.kHighsInf)]
    return _solve(bounds, rows, {level: 1.0})[level]


def _stuck(
    lows: Sequence[float],
    highs: Sequence[float],
    constraints: list[tuple[list[int], float]],
    open_columns: set[int],
    level: float,
) -> set[int]:
    """The open sessions that have no more than the level and cannot have more while all others keep it."""
    floors = [max(low, level - 1e-7) if i in open_columns else low for i, low in enumerate(lows)]
    rows = [([*columns], [1.0] * len(columns), -highspy.kHighsInf, room + 1e-7) for columns, room in constraints]
    bounds = [(min(low, high), high) for low, high in zip(floors, highs, strict=True)]
    stuck = set(open_columns)
    while stuck:
        values = _solve(bounds, rows, dict.fromkeys(stuck, 1.0))
        risen = {i for i in stuck if values[i] > max(level, lows[i]) + TOLERANCE_A or lows[i] > level + TOLERANCE_A}
        if not risen:
            break
        stuck -= risen
    return stuck


def _solve(
    bounds: Sequence[tuple[float, float]],
    rows: Sequence[tuple[list[int], list[float], float, float]],
    gain: dict[int, float],
) -> list[float]:
    solver = highspy.Highs()  # type: ignore[no-untyped-call]  # highspy does not annotate it
    solver.setOptionValue("output_flag", False)
    solver.setOptionValue("primal_feasibility_tolerance", 1e-9)
    for column, (low, high) in enumerate(bounds):
        solver.addVar(low, high)
        solver.changeColCost(column, gain.get(column, 0.0))
    for columns, factors, low, high in rows:
        solver.addRow(low, high, len(columns), columns, factors)
    solver.changeObjectiveSense(highspy.ObjSense.kMaximize)
    solver.run()
    if solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        raise ArithmeticError(f"no optimum: {solver.getModelStatus()}")
    return list(solver.getSolution().col_value)
