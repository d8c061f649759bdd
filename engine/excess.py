"""A plan in which some draw, or say that they offer, more than they were told: that is counted, whatever they get."""

from collections.abc import Sequence
from dataclasses import replace

from engine.allocation import Demand, Grant, allocate
from engine.connector import Connector
from engine.ledger import cells, drawable_ma
from engine.state import Lines, Plan, Site

ROUNDS = 12
"""What such a connector is told less must be kept for it more: that settles to 0.1 A within so many rounds."""


def share(
    site: Site, asking: Sequence[Connector], free: list[Lines], demands: list[Demand]
) -> tuple[Plan, list[Grant]]:
    """The plan, and what each gets with the reason for it. `asking` and `demands` go together.

    `free`: less what is set aside for them besides their limits (`engine.ledger.drawable_ma`).
    """
    tree = site.config.tree
    if any(connector.excess_ma for connector in asking):
        plan = _without_excess(site, asking, free, demands)
        return plan, plan.grants
    plan = Plan(free, demands, allocate(tree, free, demands))
    if not any(connector.over_ma for connector in asking):
        return plan, plan.grants
    return _peers_first(site, asking, plan)


def _peers_first(site: Site, asking: Sequence[Connector], plain: Plan) -> tuple[Plan, list[Grant]]:
    """Those that draw a little more are told what they would be told if they did not, and the others leave them the
    rest (S15): who knows whether that car follows a lower limit. Where that would pause anybody, all give way."""
    free = [list(lines) for lines in plain.free_ma]
    for connector in asking:
        for zone, line in cells(site, connector) if connector.over_ma else ():
            free[zone][line] += connector.over_ma
    tree = site.config.tree
    best = allocate(tree, free, plain.demands)
    demands = [
        replace(demand, minimum_ma=grant.limit_ma, maximum_ma=grant.limit_ma) if connector.over_ma else demand
        for connector, demand, grant in zip(asking, plain.demands, best, strict=True)
    ]
    grants = allocate(tree, plain.free_ma, demands)
    if any(was.limit_ma and not grant.limit_ma for was, grant in zip(best, grants, strict=True)):
        return plain, plain.grants
    told = [was if connector.over_ma else grant for connector, was, grant in zip(asking, best, grants, strict=True)]
    return Plan(plain.free_ma, demands, grants), told


def _without_excess(site: Site, asking: Sequence[Connector], free: list[Lines], demands: list[Demand]) -> Plan:
    tree = site.config.tree
    grants = allocate(tree, free, demands)
    for _ in range(ROUNDS):
        left = _without(site, asking, free, [grant.limit_ma for grant in grants])
        before, grants = grants, allocate(tree, left, demands)
        if [grant.limit_ma for grant in grants] == [grant.limit_ma for grant in before]:
            return Plan(left, demands, grants)
    left = _without(site, asking, free, [0] * len(asking))
    return Plan(left, demands, allocate(tree, left, demands))


def _without(site: Site, asking: Sequence[Connector], free: list[Lines], told: list[int]) -> list[Lines]:
    """What is free besides all that these may draw, if they are told so much."""
    left = [list(lines) for lines in free]
    for connector, limit_ma in zip(asking, told, strict=True):
        weight = connector.weight
        if not connector.excess_ma or weight is None:
            continue
        more_ma = drawable_ma(connector, limit_ma) - limit_ma - weight.set_aside_ma
        for zone, line in cells(site, connector):
            left[zone][line] -= more_ma
    return left
