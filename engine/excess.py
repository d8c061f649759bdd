"""A plan in which some draw, or say that they offer, more than they were told: that is counted, whatever they get."""

from collections.abc import Sequence

from engine.allocation import Demand, Grant, allocate
from engine.ledger import cells
from engine.state import Connector, Lines, Site

ROUNDS = 12
"""What such a connector is told less must be kept for it more: that settles to 0.1 A within so many rounds."""


def share(
    site: Site, asking: Sequence[Connector], free: list[Lines], demands: list[Demand]
) -> tuple[list[Lines], list[Grant]]:
    """(the current that was free in the end, the grants). `asking` and `demands` go together."""
    grants = allocate(site.config.tree, free, demands)
    if not any(connector.excess_ma for connector in asking):
        return free, grants
    for _ in range(ROUNDS):
        left = _without(site, asking, free, [grant.limit_ma for grant in grants])
        before, grants = grants, allocate(site.config.tree, left, demands)
        if [grant.limit_ma for grant in grants] == [grant.limit_ma for grant in before]:
            return left, grants
    left = _without(site, asking, free, [0] * len(asking))
    return left, allocate(site.config.tree, left, demands)


def _without(site: Site, asking: Sequence[Connector], free: list[Lines], told: list[int]) -> list[Lines]:
    """What is free besides all that these may draw, if they are told so much."""
    left = [list(lines) for lines in free]
    for connector, limit_ma in zip(asking, told, strict=True):
        weight = connector.weight
        if not connector.excess_ma or weight is None:
            continue
        more_ma = max(0, connector.excess_ma - limit_ma) - weight.set_aside_ma
        for zone, line in cells(site, connector):
            left[zone][line] -= more_ma
    return left
