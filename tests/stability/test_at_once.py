"""ENE-20: what is new is told to the stations at once, not at the next period; what is not said changes nothing."""

from collections.abc import Callable

import pytest

from simulator.spec import MEASURANDS
from tests.stability.stage import Stage, board, site, stations

AT_ONCE_S = 0.25
"""Coalesced within a fraction of a second: a row is saved meanwhile."""
METER_S = 1.2
"""The meter is read each second, and the reading takes its time."""
PAUSE_S = 150.0
TICK_S = 1e-3
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
    ("happens", "within_s"),
    [(builds, METER_S), (resizes, 0.0), (leaves, 0.0), (comes, 0.0)],
    ids=["reading", "configuration", "unplug", "plug"],
)
def test_what_is_new_is_told_at_once(happens: Callable[[Stage], None], within_s: float) -> None:
    stage = hall()
    before = stage.now - TICK_S
    happens(stage)
    stage.run(within_s + AT_ONCE_S)
    assert {change.station for change in stage.since(before)} >= {1, 2}


def keep_reports(stage: Stage, measurands: str) -> None:
    for wire in stage.world.wires.values():
        assert wire.station.configuration.change("MeterValuesSampledData", measurands) == "Accepted"


def test_reports_that_pause_change_nothing_and_hide_no_building() -> None:
    """ENE-3: who says nothing may draw what it was told. What the building takes meanwhile is seen at once."""
    stage = hall()
    before = stage.now
    keep_reports(stage, "")
    stage.run(PAUSE_S)
    assert stage.since(before) == []
    builds(stage)
    stage.run(METER_S + AT_ONCE_S)
    assert sum(stage.offered_a()) <= 60 - 24
    stage.world.load("Main", [12_000] * 3)
    keep_reports(stage, ",".join(MEASURANDS))
    stage.run(60)
    assert stage.offered_a(*CARS) == [16.0] * 3
    assert stage.world.judge.violations == []
