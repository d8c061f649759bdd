"""The real step and protocol against simulated stations in virtual time (see `docs/simulation.md`).

A hundred seeds that always run; SIMULATION_SEEDS and SIMULATION_FROM ask for others. `make simulation` hunts on fresh
ones, `python -m tests.simulation --large` runs the sites with 250 connectors.
"""

import os

import pytest

from tests.simulation.__main__ import MEANINGFUL, MOST_EXCUSED, Total
from tests.simulation.kept import KEPT
from tests.simulation.runner import Verdict, simulate

BLOCK = 20
SEEDS = int(os.environ.get("SIMULATION_SEEDS") or 100)
FROM = int(os.environ.get("SIMULATION_FROM") or 0)
FEW = 20


@pytest.mark.parametrize(("seed", "minutes", "found"), KEPT)
def test_a_seed_that_failed_once_holds(seed: int, minutes: float, found: str) -> None:
    verdict = simulate(seed, minutes)
    assert not verdict.violations, f"{found}\n{verdict}"


@pytest.mark.timeout(300)
@pytest.mark.parametrize("first", range(FROM, FROM + SEEDS, BLOCK))
def test_no_cable_is_overloaded_on_random_sites(first: int) -> None:
    failed = [seed for seed in range(first, min(first + BLOCK, FROM + SEEDS)) if simulate(seed).violations]
    assert not failed, "\n\n".join(str(simulate(seed, trace=True)) for seed in failed)


def test_little_is_excused() -> None:
    verdicts = [simulate(seed) for seed in range(FEW)]
    assert sum(v.excused_s for v in verdicts) < MOST_EXCUSED * sum(v.minutes * 60 for v in verdicts)


def test_cars_are_charged_while_they_are_protected() -> None:
    assert sum(simulate(seed).charged_wh for seed in range(10)) > 50_000


def test_a_seed_replays_to_the_same_end() -> None:
    assert simulate(7).log == simulate(7).log


def test_a_hunt_that_excuses_too_much_fails() -> None:
    total = Total()
    for seed in range(MEANINGFUL):
        total.add(Verdict(seed, 15.0, excused_s=2 * MOST_EXCUSED * 900))
    assert total.excuses_too_much
    assert str(total).endswith("0 violations, 4.00 % excused")
