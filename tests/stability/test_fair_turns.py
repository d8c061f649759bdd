"""L3 on random sites in virtual time: a fixed set of n equal cars with room for k of them is served in turn."""

from dataclasses import dataclass
from math import ceil
from random import Random

import pytest

from engine.model import Shedding
from simulator.car import CarSpec
from tests.stability.stage import THIRSTY, Document, Stage, board, site, stations

MINIMUM_A = 6.0
LOOK_S = 3.0
ROUNDS = 2
"""How often each has its turn while it is watched."""
SINGLE = CarSpec(battery_wh=THIRSTY.battery_wh, soc=THIRSTY.soc, phases=1, lag_s=1.0, ramp_s=2.0)


@dataclass(frozen=True, slots=True)
class Queue:
    """`most`: the reviews within which each car is served."""

    stage: Stage
    cars: int
    room: int
    review_s: float

    @property
    def most(self) -> int:
        return ceil(self.cars / self.room) + 1


def random_queue(seed: int) -> Queue:
    """Room for k in the main board, mostly behind a meter; its halls would bear as many. Where energy counts they give
    to each car the same, or turns would not be equal."""
    rng = Random(f"turns {seed}")
    cars = rng.randint(3, 9)
    room = rng.randint(1, cars - 1)
    limit_a = MINIMUM_A * room + rng.randint(0, 59) / 10
    phases = rng.choice(["L1", "L3", "L1L2L3", "L2L3L1"])
    building_a = rng.choice([0, 7.3, 20])
    metered = {"meter": True, "degraded_a": limit_a / 2} if building_a else {}
    shedding = rng.choice(list(Shedding))
    halls = _halls(rng, cars, room if shedding is Shedding.DURATION else cars, limit_a, phases)
    main = board("Main", limit_a + building_a, zones=halls, **metered)
    review_s = rng.choice([120, 180, 240])
    stage = Stage(site(main, review_s=review_s, shedding=shedding.value), seed=seed)
    if building_a:
        stage.building("Main", lambda now: building_a)
    stage.run(15)
    for number in rng.sample(range(1, cars + 1), cars):
        stage.plug(number, car=THIRSTY if len(phases) > 2 else SINGLE).run(rng.uniform(0, 10))
    return Queue(stage, cars, room, review_s)


def _halls(rng: Random, cars: int, room: int, limit_a: float, phases: str) -> list[Document]:
    halls: list[Document] = []
    first = 1
    while first <= cars:
        count = rng.randint(1, cars - first + 1)
        max_a = limit_a if room == cars else min(limit_a, MINIMUM_A * min(count, room) + rng.choice([0, 5]))
        halls.append(board(f"Hall {first}", max_a, stations(count, first, phases)))
        first += count
    return halls


def served_until_review(queue: Queue) -> set[int]:
    """Who is offered the minimum at any time until the next review."""
    stage, seen = queue.stage, set[int]()
    until = (stage.now // queue.review_s + 1) * queue.review_s
    while stage.now < until:
        stage.run(min(LOOK_S, until - stage.now))
        seen |= {n for n in stage.world.wires if stage.offered_a(n)[0] >= MINIMUM_A}
    return seen


@pytest.mark.parametrize("seed", range(20))
def test_equal_cars_are_served_in_turn(seed: int) -> None:
    queue = random_queue(seed)
    waits = dict.fromkeys(queue.stage.world.wires, 0)
    for _ in range(ROUNDS * queue.most):
        seen = served_until_review(queue)
        waits = {n: 0 if n in seen else reviews + 1 for n, reviews in waits.items()}
        assert max(waits.values()) < queue.most, waits
        assert len(seen) >= queue.room
