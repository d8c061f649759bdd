"""ENE-20: what is new is told to the stations at once, not at the next period; and what was not said changes nothing."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from tests.stability.stage import Stage, board, site, stations

AT_ONCE_S = 0.25
"""Coalesced within a fraction of a second: a row is saved meanwhile."""
METER_S = 1.2
"""The meter is read each second, and the reading takes its time."""
CARS = (1, 2, 3)


def hall() -> Stage:
    """Three cars of 16 A beside a building of 12 A. Metered in the main board, charged below it."""
    main = board("Main", 60, meter=True, degraded_a=30, zones=[board("Hall", 48, stations(4))])
    stage = Stage(site(main))
    stage.world.load("Main", [12_000] * 3)
    stage.run(15).plug(*CARS).run(90)
    assert stage.offered_a(*CARS) == [16.0] * 3
    return stage.run(0.3)


def builds(stage: Stage) -> None:
    stage.world.load("Main", [24_000] * 3)


def resizes(stage: Stage) -> None:
    stage.world.resize(stage.world.document["zones"][0], 50)


def leaves(stage: Stage) -> None:
    stage.unplug(3)


def comes(stage: Stage) -> None:
    stage.plug(4)


@pytest.mark.parametrize(
    ("what", "within_s"), [(builds, METER_S), (resizes, 0.0), (leaves, 0.0), (comes, 0.0)], ids=lambda what: str(what)
)
def test_what_is_new_is_told_at_once(what: Callable[[Stage], None], within_s: float) -> None:
    stage = hall()
    began = stage.now
    what(stage)
    stage.run(within_s + AT_ONCE_S)
    told = {change.station for change in stage.since(began)}
    assert told >= {1, 2}
