"""`python -m tests.simulation`: many seeds on all cores, or one of them with its time line."""

import argparse
import os
import secrets
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field

from tests.simulation.runner import LARGE, Verdict, simulate

FRESH = 1_000_000_000
TICKS = 20
MOST_EXCUSED = 0.02
MEANINGFUL = 200
"""Of fewer seeds a single one may excuse more."""


@dataclass
class Total:
    """Sums over seeds. A verdict without violations is not kept."""

    seeds: int = 0
    seconds: float = 0.0
    station_s: float = 0.0
    excused_s: float = 0.0
    failed: list[Verdict] = field(default_factory=list)

    def add(self, verdict: Verdict) -> None:
        self.seeds += 1
        self.seconds += verdict.minutes * 60
        self.station_s += verdict.station_s
        self.excused_s += verdict.excused_s
        if verdict.violations:
            self.failed.append(verdict)

    @property
    def violations(self) -> int:
        return sum(len(verdict.violations) for verdict in self.failed)

    @property
    def excused(self) -> float:
        return self.excused_s / self.seconds if self.seconds else 0.0

    @property
    def excuses_too_much(self) -> bool:
        return self.seeds >= MEANINGFUL and self.excused > MOST_EXCUSED

    def __str__(self) -> str:
        hours = self.station_s / 3600
        figures = f"{self.seeds} seeds, {hours:.0f} station-hours, {self.violations} violations"
        return f"{figures}, {self.excused:.2%}".replace("%", " % excused")


def _one(task: tuple[int, float, bool]) -> Verdict:
    seed, minutes, large = task
    verdict = simulate(seed, minutes, large=large)
    if verdict.violations:
        return simulate(seed, minutes, large=large, trace=True)
    verdict.log = []
    return verdict


def run(first: int, seeds: int, minutes: float, jobs: int, *, large: bool = False) -> Total:
    """Simulate the seeds; says how far it is, and prints what fails as soon as it is known."""
    total = Total()
    began = time.monotonic()
    print(f"{seeds} seeds from {first} of {minutes:g} minutes on {jobs} cores", flush=True)
    tasks = [(seed, minutes, large) for seed in range(first, first + seeds)]
    with ProcessPoolExecutor(jobs) as pool:
        for verdict in pool.map(_one, tasks, chunksize=max(1, min(8, seeds // (jobs * 4)))):
            total.add(verdict)
            if verdict.violations:
                print(verdict, flush=True)
            if total.seeds % max(1, seeds // TICKS) == 0:
                print(f"  {total.seeds} of {seeds} after {time.monotonic() - began:.0f} s", flush=True)
    return total


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.simulation", description=__doc__)
    parser.add_argument("--seeds", type=int, default=500)
    parser.add_argument("--minutes", type=float, default=15.0)
    parser.add_argument("--from", dest="first", type=int, help="the first seed; a random one by default")
    parser.add_argument("--seed", type=int, help="only this one, with its whole time line")
    parser.add_argument("--large", action="store_true", help="the four sites with 250 connectors, 5 minutes each")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    options = parser.parse_args()
    if options.seed is not None:
        verdict = simulate(options.seed, options.minutes, large=options.large, trace=True)
        print("\n".join(f"{at:10.2f}  {text}" for at, text in verdict.log))
        print("\n".join(str(verdict).splitlines()[: 2 + len(verdict.violations)]))
        return 1 if verdict.violations else 0
    if options.large:
        total = run(LARGE.start, len(LARGE), 5.0, options.jobs, large=True)
    else:
        first = secrets.randbelow(FRESH) if options.first is None else options.first
        total = run(first, options.seeds, options.minutes, options.jobs)
    if total.excuses_too_much:
        print(f"more than {MOST_EXCUSED:.0%} of the time is excused: the judge sees too little")
    print(total)
    return 1 if total.failed or total.excuses_too_much else 0


if __name__ == "__main__":
    sys.exit(main())
