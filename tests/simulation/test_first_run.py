"""The real step and protocol against simulated stations in virtual time."""

import pytest

from tests.simulation.runner import simulate


@pytest.mark.parametrize("block", range(10))
def test_no_cable_is_overloaded_on_random_sites(block: int) -> None:
    """100 seeds of 15 minutes. A failing seed prints its time line; `simulate(seed)` replays it."""
    failed = [verdict for seed in range(block * 10, block * 10 + 10) if (verdict := simulate(seed)).violations]
    assert not failed, "\n\n".join(map(str, failed))


def test_cars_are_charged_while_they_are_protected() -> None:
    assert sum(simulate(seed).charged_wh for seed in range(10)) > 50_000


def test_a_seed_replays_to_the_same_end() -> None:
    assert simulate(7).log == simulate(7).log
