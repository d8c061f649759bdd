"""Connectors that nothing happened to are not weighed again; that must never show."""

import pytest

from tests.simulation.runner import prepare
from tests.simulation.world import World

MINUTES = 5.0
OFTEN_S = 0.07


def run(seed: int, *, weigh_all: bool) -> World:
    world = prepare(seed, MINUTES)
    if weigh_all:
        world.every(OFTEN_S, lambda: stir_all(world))
    world.run(MINUTES * 60)
    return world


def stir_all(world: World) -> None:
    for connector in world.conductor.site.connectors.values():
        connector.stir()


@pytest.mark.parametrize("seed", [3, 8, 14])
def test_weighing_every_connector_all_the_time_changes_no_setpoint(seed: int) -> None:
    assert run(seed, weigh_all=False).log == run(seed, weigh_all=True).log


@pytest.mark.parametrize("seed", [3, 14])
def test_every_connector_counts_for_what_it_would_if_it_were_weighed_now(seed: int) -> None:
    quiet, careful = run(seed, weigh_all=False), run(seed, weigh_all=True)
    assert [z.entitled_ma for z in quiet.conductor.site.zones] == [z.entitled_ma for z in careful.conductor.site.zones]
