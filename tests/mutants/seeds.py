"""`python -m tests.mutants.seeds FIRST SECONDS`: the first seed whose cables are overloaded, and how; or nothing."""

import sys
from itertools import count
from time import monotonic

from tests.simulation.runner import simulate


def main(first: int, seconds: float) -> None:
    until = monotonic() + seconds
    for seed in count(first):
        if monotonic() >= until:
            return
        try:
            violations = simulate(seed).violations
        except AssertionError as error:
            # The simulated shell checks what it is handed; a mutant that breaks that is seen as well.
            print(f"{seed}: stopped by {error!r}")
            return
        if violations:
            at, zone, line, what = violations[0]
            print(f"{seed}: {zone} {line} {what}, at {at:.0f} s")
            return


if __name__ == "__main__":
    main(int(sys.argv[1]), float(sys.argv[2]))
