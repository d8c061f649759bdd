"""L1 on random sites on which nothing happens: who is told something once in ten minutes is told no more."""

import pytest

from tests.simulation.still import still_world

RUN_S = 1_500.0
"""25, 30, 32, 55, 85 and 297 failed once, with buildings that tremble by less than 1 A."""


@pytest.mark.parametrize("seed", [*range(20), 25, 30, 32, 55, 85, 297])
def test_where_nothing_happens_nobody_is_told_twice_in_ten_minutes(seed: int) -> None:
    world = still_world(seed)
    world.run(RUN_S)
    assert world.judge.violations == []
