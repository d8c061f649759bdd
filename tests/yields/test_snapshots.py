"""Snapshots of simulated sites, taken while people and faults are at work: each plan is the optimum of an LP."""

from random import Random

import pytest

from engine.state import Plan
from tests.engine.oracle import Case, Session, reference
from tests.simulation.runner import prepare

pytestmark = pytest.mark.timeout(300)

EPSILON_A = 2e-4
SEEDS = range(40)
FEW_S, MANY_S = 60.0, 240.0


def snapshot(seed: int) -> tuple[Case, Plan]:
    """The last plan at a random instant, and what it was given as the solver wants it."""
    world = prepare(seed, 5.0)
    world.run(Random(seed).uniform(FEW_S, MANY_S))
    site = world.process.site
    plan = site.last_plan
    assert plan is not None
    sessions = tuple(Session(d.zone, d.lines, d.minimum_ma, d.maximum_ma, d.vip) for d in plan.demands)
    return Case(site.config.tree.parents, tuple(tuple(row) for row in plan.free_ma), sessions), plan


@pytest.fixture(scope="module")
def snapshots() -> list[tuple[Case, Plan]]:
    return [snapshot(seed) for seed in SEEDS]


def test_a_plan_is_the_lexicographic_max_min_optimum(snapshots: list[tuple[Case, Plan]]) -> None:
    for seed, (case, plan) in zip(SEEDS, snapshots, strict=True):
        for grant, exact_a in zip(plan.grants, reference(case), strict=True):
            limit_a = grant.limit_ma / 1_000
            assert limit_a - EPSILON_A <= (exact_a or 0) < limit_a + 0.1 + EPSILON_A, f"seed {seed}: {grant}"


def test_the_snapshots_are_worth_it(snapshots: list[tuple[Case, Plan]]) -> None:
    """Nested zones, VIPs, cars on one and on three lines, ratings that bind, sessions that wait."""
    cases = [case for case, _ in snapshots]
    sessions = [session for case in cases for session in case.sessions]
    limits = [(d, g.limit_ma) for _, plan in snapshots for d, g in zip(plan.demands, plan.grants, strict=True)]
    assert any(parent is not None for case in cases for parent in case.parents)
    assert {session.vip for session in sessions} == {True, False}
    assert {len(session.lines) for session in sessions} >= {1, 3}
    assert len({session.minimum_ma for session in sessions}) > 1
    assert sum(limit == 0 for _, limit in limits) > 3
    assert sum(limit == demand.maximum_ma for demand, limit in limits) > 10
    assert sum(0 < limit < demand.maximum_ma for demand, limit in limits) > 10
