"""How many station-hours the deterministic simulation plays in a second of one core.

`python bench/simulation.py [--seeds 12] [--minutes 15]`: random sites with people and faults, as `make simulation` has
them, and one of 250 connectors. Baseline of the same run, by turns: the same stations, cars, meters and cables with
nobody to control them (EVCE never starts; stations charge offline).
"""

import argparse
import statistics
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from time import process_time

ROOT = Path(__file__).resolve().parent.parent
# This folder has a file with the name of the `ocpp` library.
sys.path[:] = [str(ROOT), *(entry for entry in sys.path if Path(entry).resolve() != ROOT / "bench")]

from tests.simulation.runner import prepare, simulate  # noqa: E402  # needs the path

FIRST = 500_000


@dataclass(frozen=True)
class Played:
    """`hours`: station-hours."""

    hours: float
    seconds: float

    @property
    def speed(self) -> float:
        return self.hours / self.seconds


def _timed(play: Callable[[], float]) -> Played:
    began = process_time()
    hours = play()
    return Played(hours, process_time() - began)


def with_evce(seed: int, minutes: float, large: bool) -> Played:
    return _timed(lambda: simulate(seed, minutes, large=large).station_s / 3600)


def alone(seed: int, minutes: float, large: bool) -> Played:
    def play() -> float:
        world = prepare(seed, minutes, large=large)
        world.process.pause(minutes * 60)
        world.run(minutes * 60)
        return minutes / 60 * len(world.wires)

    return _timed(play)


def compare(name: str, seeds: int, minutes: float, *, large: bool = False) -> None:
    with_evce(FIRST - 1, 1.0, large)
    pairs = [(with_evce(s, minutes, large), alone(s, minutes, large)) for s in range(FIRST, FIRST + seeds)]
    whole = Played(sum(a.hours for a, _ in pairs), sum(a.seconds for a, _ in pairs))
    bare = Played(sum(b.hours for _, b in pairs), sum(b.seconds for _, b in pairs))
    each = statistics.median(a.seconds for a, _ in pairs)
    figures = f"{whole.speed:>22.1f} {bare.speed:>18.1f} {bare.speed / whole.speed:>6.1f} {each:>16.2f}"
    print(f"{name:<22} {figures}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=12)
    parser.add_argument("--minutes", type=float, default=15.0)
    options = parser.parse_args()
    print("station-hours in a second of processor time")
    print(f"{'':<22} {'EVCE and site':>22} {'the site alone':>18} {'ratio':>6} {'median seed, s':>16}")
    compare(f"{options.seeds} random sites", options.seeds, options.minutes)
    compare("a site of 250", 1, 1.0, large=True)


if __name__ == "__main__":
    main()
