"""One seed: a random site, random people, random faults; judged by the true current in the cables alone."""

import gc
from dataclasses import dataclass, field
from random import Random

from tests.simulation.scenario import SETTLED_S, Faults, Script, play, station_specs
from tests.simulation.sites import large_site, random_site
from tests.simulation.world import World
from tests.simulation.yielding import run_and_check_yield

BEFORE_S, AFTER_S = 45.0, 15.0
"""How much of the time line around the first violation is shown."""
LARGE = range(4)
"""The seeds of the sites with 250 connectors."""


@dataclass
class Verdict:
    """`violations`: (when, zone, line, what). `station_s`: simulated seconds times stations."""

    seed: int
    minutes: float
    violations: list[tuple[float, str, str, str]] = field(default_factory=list)
    excused_s: float = 0.0
    station_s: float = 0.0
    charged_wh: float = 0.0
    log: list[tuple[float, str]] = field(default_factory=list)
    large: bool = False

    def __str__(self) -> str:
        """What went wrong, how to replay it, and what happened around it."""
        lines = [f"seed {self.seed}: {len(self.violations)} violations"]
        lines += [f"  {at:8.1f} s  {zone} {line}: {what}" for at, zone, line, what in self.violations]
        large = " --large" if self.large else ""
        lines.append(f"  replay: python -m tests.simulation --seed {self.seed} --minutes {self.minutes:g}{large}")
        if self.violations:
            first = self.violations[0][0]
            near = [(at, text) for at, text in self.log if first - BEFORE_S <= at <= first + AFTER_S]
            lines += [f"{at:10.2f}  {text}" for at, text in near]
        return "\n".join(lines)


def simulate(
    seed: int, minutes: float = 15.0, *, large: bool = False, trace: bool = False, faults: Faults | None = None
) -> Verdict:
    """Run a seed to its end and judge it. `trace`: keep facts, journal lines and currents in the time line."""
    # The collector would look again and again at a world that is alive until the end.
    gc.disable()
    try:
        world = prepare(seed, minutes, large=large, trace=trace, faults=faults)
        run_and_check_yield(world, minutes * 60)
    finally:
        gc.enable()
    return Verdict(
        seed,
        minutes,
        violations=world.judge.violations,
        excused_s=world.judge.excused_s,
        station_s=minutes * 60 * len(world.wires),
        charged_wh=sum(charge.energy_wh for charge in world.store.charges.values()),
        log=world.agenda.log,
        large=large,
    )


def prepare(
    seed: int, minutes: float, *, large: bool = False, trace: bool = False, faults: Faults | None = None
) -> World:
    """The site of a seed with everything that will happen on its agenda."""
    rng = Random(seed)
    faults = faults or Faults()
    calm = large or rng.random() < 0.5
    lying = faults.meters and rng.random() < 0.15
    document = large_site(rng) if large else random_site(rng, _connectors(rng), calm=calm)
    odd = Random(f"odd {seed}")
    world = World(document, rng, specs=station_specs(rng, document, faults, odd), trace=trace)
    play(Script(world, rng, minutes * 60 - SETTLED_S, faults, calm, lying, odd))
    return world


def _connectors(rng: Random) -> int:
    sizes = [rng.randint(3, 8), rng.randint(9, 25), rng.randint(26, 40)]
    return rng.choices(sizes, [80, 18, 2])[0]
