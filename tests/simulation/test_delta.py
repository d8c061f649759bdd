"""ENE-7: without neutral a single-phase car loads two lines, though its station may count the current of one only."""

from dataclasses import replace

import pytest

from engine.wiring import Grid
from tests.stability.stage import THIRSTY, Stage, board, site, stations

SINGLE = replace(THIRSTY, phases=1)


@pytest.mark.parametrize("counts_one", [False, True])
def test_two_cars_that_meet_on_a_line_share_it(counts_one: bool) -> None:
    """The first sits on L1 and L2, the second on L2 and L3; they draw all that 40 A leave on L2, and no more."""
    stage = Stage(site(board("Main", 40, [*stations(1), *stations(1, 2, "L2L3")]), grid=Grid.DELTA.value))
    for number in (1, 2):
        station = stage.wire(number).station
        station.behave(replace(station.spec, counts_one=counts_one), stage.now)
    stage.run(30).plug(1, 2, car=SINGLE).run(600)
    drawn = stage.world.plant.true_ma(stage.now)["Main"]
    assert max(drawn) == drawn[1] == pytest.approx(40_000, abs=500)
    assert stage.world.judge.violations == []
