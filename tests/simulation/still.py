"""Random sites on which nothing happens: the cars are there, the buildings tremble by an ampere, nothing fails."""

from functools import partial
from random import Random

from simulator.car import CarSpec
from tests.simulation.scenario import Faults, room_ma, station_specs
from tests.simulation.sites import paths_of, random_site, zones_of
from tests.simulation.world import World

PARKED_S = 120.0
"""The last car is there ..."""
STILL_S = 300.0
"""... has begun, and its phases are known."""
NEVER_S = 1_000_000
"""No review of ranks: those change who is served (ENE-11)."""
JITTER_MA = 1_000


def still_world(seed: int) -> World:
    rng = Random(f"still {seed}")
    document = random_site(rng, rng.randint(3, 12), calm=rng.random() < 0.5)
    document["site"]["review_s"] = NEVER_S
    specs = station_specs(rng, document, Faults.none(), Random(f"odd {seed}"))
    world = World(document, rng, specs=specs)
    for meter in world.plant.meters().values():
        meter.lag_s = rng.choice([0, 0.5, 1.0])
    for wire in world.wires.values():
        for number in wire.station.charging.outlets:
            if rng.random() < 0.8:
                world.at(rng.uniform(5, PARKED_S), partial(world.plug, wire, number, _car(rng)))
    _tremble(world, rng)
    world.calm.still_from = STILL_S
    return world


def _car(rng: Random) -> CarSpec:
    """Takes what it is offered, for ever; some only a little."""
    lag_s = rng.uniform(0.5, 2)
    return CarSpec(
        battery_wh=10_000_000.0,
        soc=0.1,
        phases=rng.choice([1, 1, 2, 3, 3, 3]),
        max_ma=rng.choice([10_000, 16_000, 32_000]),
        lag_s=lag_s,
        ramp_s=rng.uniform(0, 4.9 - lag_s),
        start_delay_s=rng.uniform(0, 10),
    )


def _tremble(world: World, rng: Random) -> None:
    """Each second; no zone sees more than JITTER_MA, those of its sub-zones included."""
    zones = {zone["name"]: zone for zone in zones_of(world.document)}
    paths = paths_of(world.document)
    metered = [name for name, zone in zones.items() if "meter" in zone]
    rooms = {name: room_ma(zones, paths[name], len(metered)) for name in metered}
    loads = {name: [rng.randint(0, rooms[name]) for _ in range(3)] for name in metered}

    def tremble() -> None:
        for name in metered:
            reach = JITTER_MA // len(metered)
            world.plant.boards[name].building_ma = [max(0, ma + rng.randint(-reach, reach)) for ma in loads[name]]

    tremble()
    world.every(1.0, tremble)
