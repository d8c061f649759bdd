"""One seed: a random site, random people, random faults; judged by the true current in the cables alone."""

from dataclasses import dataclass, field
from functools import partial
from random import Random

from simulator.car import CarSpec
from simulator.spec import StationSpec
from simulator.watch import Judged
from tests.simulation.sites import Document, random_site, zones_of
from tests.simulation.world import Node, World

OVER_105_S, OVER_120_S = 10.0, 8.0
"""S10. The clock starts at the first reading that could show it, so a poll is added."""
READING_S = 1.5


@dataclass
class Verdict:
    seed: int
    violations: list[str] = field(default_factory=list)
    worst: list[Judged] = field(default_factory=list)
    charged_wh: float = 0.0
    log: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        lines = "\n".join(self.log[-60:])
        return f"seed {self.seed}: {'; '.join(self.violations)}\n{lines}"


def simulate(seed: int, minutes: float = 15.0) -> Verdict:
    """Run a seed to its end and judge it (S1 on true currents with S10's times, no breaker trips)."""
    world = prepare(seed, minutes)
    world.run(minutes * 60)
    verdict = Verdict(seed, log=world.log)
    verdict.worst = world.watch.report()
    for judged in verdict.worst:
        where = (
            f"{judged.zone} {judged.line} (limit {judged.limit_ma / 1000:g} A, worst {judged.worst_ma / 1000:g} A "
            f"at {judged.worst_at:.1f} s)"
        )
        if judged.tripped_at is not None:
            verdict.violations.append(f"breaker of {where} tripped at {judged.tripped_at:.1f} s")
        if judged.over_105_s > OVER_105_S + READING_S:
            verdict.violations.append(f"{where} above 105 % for {judged.over_105_s:.1f} s")
        if judged.over_120_s > OVER_120_S + READING_S:
            verdict.violations.append(f"{where} above 120 % for {judged.over_120_s:.1f} s")
    verdict.charged_wh = sum(charge.energy_wh for charge in world.store.charges.values())
    return verdict


def prepare(seed: int, minutes: float) -> World:
    """The site of a seed with everything that will happen on its agenda."""
    rng = Random(seed)
    size = rng.choices([rng.randint(3, 8), rng.randint(9, 25)], [9, 1])[0]
    document = random_site(rng, size)
    spec = StationSpec(
        "", auto_start=True, sample_s=10, boot_s=rng.uniform(3, 20), answer_delay_s=rng.choice([0, 0, 0.2, 1.5])
    )
    world = World(document, rng, spec)
    _buildings(world, document, rng, minutes)
    for node in world.nodes.values():
        _people(world, node, rng, minutes)
        _faults(world, node, rng, minutes)
    if rng.random() < 0.3:
        world.at(rng.uniform(60, minutes * 60), lambda: world.kill_evce(rng.uniform(1, 8)))
    if rng.random() < 0.3:
        _lower_a_zone(world, document, rng, rng.uniform(120, minutes * 60))
    return world


def _buildings(world: World, document: Document, rng: Random, minutes: float) -> None:
    """A load behind each zone meter, in steps; never more than what the degraded setpoint leaves for it."""
    for zone in zones_of(document):
        if "meter" not in zone:
            continue
        share = len([z for z in zones_of(document) if "meter" in z])
        most = max(0, zone["max_current_a"] - zone["degraded_a"]) * 1000 // share
        board = world.plant.boards[zone["name"]]
        at = 0.0
        while at < minutes * 60:
            load = [rng.randint(0, most) for _ in range(3)]
            world.at(at, partial(setattr, board, "building_ma", load))
            if "production_meter" in zone:
                sun = [rng.randint(0, most)] * 3
                world.at(at + 3, partial(setattr, board, "solar_ma", sun))
            at += rng.uniform(60, 400)


def _people(world: World, node: Node, rng: Random, minutes: float) -> None:
    at = rng.uniform(5, 240)
    while at < minutes * 60:
        lag = rng.uniform(0.5, 2)
        spec = CarSpec(
            battery_wh=rng.choice([20_000, 60_000]),
            soc=rng.uniform(0.1, 0.9),
            phases=rng.choice([1, 1, 2, 3, 3, 3]),
            max_ma=rng.choice([10_000, 16_000, 32_000]),
            lag_s=lag,
            ramp_s=rng.uniform(0, 4.9 - lag),
            start_delay_s=rng.uniform(0, 10),
        )
        stay = rng.uniform(60, 900)
        world.at(at, partial(world.plug, node, spec))
        world.at(at + stay, lambda: world.unplug(node))
        at += stay + rng.uniform(20, 300)


def _faults(world: World, node: Node, rng: Random, minutes: float) -> None:
    if rng.random() < 0.3:
        for_s = rng.uniform(2, 200)
        world.at(rng.uniform(30, minutes * 60), lambda: world.link_down(node, for_s))
    if rng.random() < 0.1:
        hard = rng.random() < 0.5
        world.at(rng.uniform(30, minutes * 60), lambda: world.reboot(node, hard))


def _lower_a_zone(world: World, document: Document, rng: Random, at: float) -> None:
    zone = rng.choice(zones_of(document))

    def lower() -> None:
        percent = rng.choice([50, 70, 90])
        zone["reductions"] = [{"source": "test", "quotient_pct": percent}]
        world.say(f"zone {zone['name']} is reduced to {percent} %")
        world.reconfigure()

    world.at(at, lower)
