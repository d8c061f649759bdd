"""From what a station says of its terminals to the lines of the site, and which lines a car uses (ENE-7)."""

from dataclasses import replace

from engine.connector import Connector, Report, Session
from engine.facts import Measured, Status
from engine.supply import from_watts
from engine.wiring import LINES, Grid

USED_MA = 3_000
UNUSED_MA = 500
WIDEN_MA = 1_000
SAMPLES = 3
SECONDS = 60.0


def of_the_lines(connector: Connector, fact: Measured) -> Measured:
    """What a DC station calls a current flows to the car, not in the lines: only its power tells of those."""
    if not connector.config.supply.dc:
        return fact
    return replace(fact, currents_ma=None, current_ma=None, offered_ma=None)


def report(connector: Connector, fact: Measured, grid: Grid, now: float) -> Report:
    """Map terminals by the wiring; a current without a phase counts per wired line; power alone as P / (U x phases)."""
    lines: list[int | None] = [None] * len(LINES)
    wiring = connector.config.wiring
    if fact.currents_ma is not None:
        for terminal, loaded in enumerate(wiring):
            current = fact.currents_ma[terminal]
            if current is not None:
                for line in loaded:
                    lines[line] = (lines[line] or 0) + max(0, current)
        for line in LINES:
            if line not in connector.config.lines:
                lines[line] = 0
        return Report(now, tuple(lines))
    current = fact.current_ma if fact.current_ma is not None else _from_power(connector, fact.power_w, grid)
    if current is not None:
        lines = [max(0, current) if line in connector.lines else 0 for line in LINES]
    return Report(now, tuple(lines))


def _from_power(connector: Connector, power_w: int | None, grid: Grid) -> int | None:
    if power_w is None:
        return None
    config = connector.config
    supply = replace(config.supply, delta=grid is Grid.DELTA)
    used = len(config.wiring) if connector.session is None else len(connector.lines)
    return from_watts(power_w, supply, config.wiring, used)


def learn(connector: Connector, latest: Report, grid: Grid, now: float) -> bool:
    """Narrow or widen the lines in use; True where they changed.

    Narrowed after three samples over 60 s with at least 3 A on the used lines and less than 0.5 A on the
    others; widened at once by 1 A there. Without neutral no car is on one line alone, whatever its station counts.
    """
    session = connector.session
    if session is None or connector.config.supply.dc:
        return False
    wired = connector.config.lines
    if session.lines is not None and any(
        (latest.lines_ma[line] or 0) >= WIDEN_MA for line in wired if line not in session.lines
    ):
        session.lines = session.pattern = None
        return True
    return _narrow(connector, session, latest, grid, now)


def _narrow(connector: Connector, session: Session, latest: Report, grid: Grid, now: float) -> bool:
    wired = connector.config.lines
    used = tuple(line for line in wired if (latest.lines_ma[line] or 0) >= USED_MA)
    known = all(latest.lines_ma[line] is not None for line in wired)
    quiet = all((latest.lines_ma[line] or 0) < UNUSED_MA for line in wired if line not in used)
    possible = len(used) > 1 if grid is Grid.DELTA else bool(used)
    if connector.status is not Status.CHARGING or not possible or not known or not quiet or used == wired:
        session.pattern = None
        return False
    if used != session.pattern:
        session.pattern, session.pattern_since, session.pattern_samples = used, now, 1
        return False
    session.pattern_samples += 1
    if session.lines == used or session.pattern_samples < SAMPLES or now - session.pattern_since < SECONDS:
        return False
    session.lines = used
    return True
