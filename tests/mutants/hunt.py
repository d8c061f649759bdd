"""`make mutants`: hunt every mutant afresh with whatever may notice it, and say what did.

First the properties with a fresh seed, then the simulation with fresh seeds, then the examples: a mutant that only an
example kills is one that the simulation would have let through. Exit code 1 where one survives.
"""

import argparse
import sys
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from random import SystemRandom
from time import monotonic

from tests.mutants.catalogue import MUTANTS, NOT_YET
from tests.mutants.mutant import DoesNotApply, Mutant
from tests.mutants.workshop import ROOT, BrokenMutant, Kill, break_copy, copy_product, mend_copy, run_seeds, run_tests

PROPERTIES = ("tests/engine/test_safety_properties.py", "tests/engine/test_dead_man.py")
PLAN_PROPERTIES = ("tests/engine/test_allocation_properties.py", "tests/engine/test_degraded.py")
STILL = "tests/simulation/test_still.py"
PURE = ("tests/engine", "tests/control")
SLOW = ("tests/stability", STILL)
RECORDS = ("tests/gateway", "tests/transactions", "tests/common", "tests/control", "tests/metering")
SIMULATED = ("engine/", "control/", "gateway/")
SIMULATION_S = 60
HUNT_TEST_S = 60
Hunter = Callable[[Path, int], Kill | None]


def tests(*paths: str) -> Hunter:
    return lambda copy, seed: run_tests(copy, paths, seed=seed, test_s=HUNT_TEST_S)


def simulation(copy: Path, seed: int) -> Kill | None:
    return run_seeds(copy, seed, SIMULATION_S)


def suites(mutant: Mutant) -> tuple[tuple[str, ...], ...]:
    """The tests that may notice a fault there, quickest to tell first. The kept killer is among them."""
    path = mutant.patches[0].path
    if path.startswith("engine/"):
        return PLAN_PROPERTIES if "allocation" in path or "model" in path else PROPERTIES, PURE, SLOW, RECORDS
    if path.startswith(SIMULATED):
        return (f"tests/{path.split('/')[0]}",), RECORDS
    return (RECORDS,)


def hunters(mutant: Mutant) -> Iterator[Hunter]:
    """What the simulation plays meets it after the first tests."""
    first, *others = suites(mutant)
    yield tests(*first)
    if mutant.patches[0].path.startswith(SIMULATED):
        yield simulation
    for paths in others:
        yield tests(*paths)


def hunt(mutant: Mutant, seed: int) -> Kill | None:
    """Raises DoesNotApply or BrokenMutant."""
    with tempfile.TemporaryDirectory() as folder:
        copy = copy_product(Path(folder) / "evce")
        break_copy(copy, mutant)
        kill = next((kill for hunter in hunters(mutant) if (kill := hunter(copy, seed))), None)
        if kill is not None:
            mend_copy(copy, mutant)
            confirm(copy, kill, seed)
        return kill


def confirm(copy: Path, kill: Kill, seed: int) -> None:
    """Whatever noticed the mutant must find nothing in the product itself; raises BrokenMutant where it does."""
    if kill.seed is not None:
        again = run_seeds(copy, kill.seed, 1)
    else:
        again = run_tests(copy, [kill.by], seed=seed, test_s=2 * HUNT_TEST_S)
    if again is not None:
        raise BrokenMutant(f"{again.by} fails on the product itself: {again.how}")


def told(mutant: Mutant, seed: int) -> tuple[bool, str]:
    """(killed, one line)."""
    started = monotonic()
    try:
        kill = hunt(mutant, seed)
    except (DoesNotApply, BrokenMutant) as error:
        return False, f"BROKEN    {mutant.name}: {error}"
    took = f"{monotonic() - started:.0f} s"
    if kill is None:
        return False, f"SURVIVED  {mutant.name} ({took}): {mutant.breaks}"
    return True, f"killed    {mutant.name} ({took}): {kill.by} - {kill.how[:90]}"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", default="", help="mutants whose name holds this")
    parser.add_argument("--seed", type=int, default=SystemRandom().randrange(2**31), help="to repeat a hunt")
    parser.add_argument("--workers", type=int, default=2)
    chosen = parser.parse_args()
    mutants = [mutant for mutant in MUTANTS if chosen.only in mutant.name]
    print(f"Hunting {len(mutants)} mutants in copies of {ROOT}, seed {chosen.seed}", flush=True)
    killed = 0
    with ThreadPoolExecutor(chosen.workers) as pool:
        for dead, line in pool.map(lambda mutant: told(mutant, chosen.seed), mutants):
            print(line, flush=True)
            killed += dead
    here_now = [missing for missing in NOT_YET if any((ROOT / path).exists() for path in missing.appears)]
    for missing in NOT_YET:
        print(f"{'MISSING   ' if missing in here_now else 'not yet   '}{missing.name}: {missing.why}")
    print(f"{killed} of {len(mutants)} killed")
    return 0 if mutants and killed == len(mutants) and not here_now else 1


if __name__ == "__main__":
    sys.exit(main())
