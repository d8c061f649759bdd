"""Current at a connector where no session is: it counts, and is held against its station (S15; E: observed above).

Reports may trail the end of a session, and some stations repeat the last figure of one. So the first one decides
nothing, and soon after a session none does.
"""

from engine.connector import Connector, Report
from engine.ledger import told_ma
from engine.lingering import BUSY, DRAWS_MA
from engine.obedience import CONFIRM_S, FRESH_S, GOOD_REPORTS, MOST_STRIKES, accuse, changed, drawn_ma, forgive
from engine.offers import bearable_ma
from engine.state import Site

TRAIL_S = 40.0
"""So long after a session reports may tell of it: what was sampled 30 s ago is still taken for the present ..."""
CAUGHT_TRAIL_S = 10.0
"""... but of one that was caught in it no trust is left."""
REPEATS_S = 180.0
"""So long a station may repeat the last figure of its session while it says that no car charges."""
COUNTS, ACCUSES = 2, 3
"""So many reports in a row."""


def vacate(connector: Connector, now: float) -> None:
    """Its session ends, and what was found out in it was not forgiven yet."""
    caught = connector.disobeying_since is not None
    connector.vacant_since, connector.stray_reports = now, 0
    connector.judged_alone_from = now + (CAUGHT_TRAIL_S if caught else TRAIL_S)
    connector.parting_ma = connector.reports[-1].lines_ma if connector.reports and not caught else None


def repeats(connector: Connector, latest: Report) -> bool:
    """The last figure of its session once more, and nothing else says that a car charges."""
    return latest.lines_ma == connector.parting_ma and connector.status not in BUSY


def watch(site: Site, connector: Connector, latest: Report, now: float) -> None:
    """Fold a report of a connector without a session: two in a row above its hold or share count, the third accuses."""
    drawn = drawn_ma(connector, latest)
    bounds = (*connector.windows, *(seen for seen in connector.follows if now < seen[1]))
    allowed = max([told_ma(site, connector, now), *(bound_ma for bound_ma, _ in bounds)])
    connector.unanswered = 0
    if latest.lines_ma != connector.parting_ma:
        connector.parting_ma = None
    if drawn <= max(bearable_ma(allowed), DRAWS_MA):
        _calm(site, connector)
        return
    if now < max(connector.judged_from, connector.judged_alone_from):
        return
    if repeats(connector, latest) and now - connector.vacant_since < REPEATS_S:
        return
    if connector.stray_reports and now - connector.stray_at < CONFIRM_S:
        # Several at once tell of one moment.
        return
    connector.stray_reports, connector.stray_at, connector.good_reports = connector.stray_reports + 1, now, 0
    connector.check_at = now + (CONFIRM_S if connector.stray_reports < ACCUSES else FRESH_S)
    if connector.stray_reports >= COUNTS and drawn > connector.excess_ma:
        connector.excess_ma = drawn
        changed(site, connector)
    if connector.stray_reports >= ACCUSES and connector.disobeying_since is None:
        accuse(site, connector, drawn, allowed, now)


def _calm(site: Site, connector: Connector) -> None:
    connector.stray_reports = 0
    if connector.disobeying_since is None:
        if connector.excess_ma:
            connector.excess_ma = 0
            changed(site, connector)
        return
    connector.good_reports += 1
    if connector.good_reports >= GOOD_REPORTS and connector.strikes < MOST_STRIKES:
        forgive(site, connector)
        connector.forgiven = False
