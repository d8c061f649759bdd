"""A static installation shares its maximum: equally, VIPs first, in turn where it is too little, phase by phase."""

from typing import Any

import pytest
import pytest_asyncio

from simulator.car import Car
from tests.scenarios.scene import QUICK, Scene, one_phase, until
from tests.scenarios.sites import VIP_CARD, site, stations, three_phase, zone

pytestmark = [
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.xdist_group("scenario-sharing"),
    pytest.mark.timeout(240),
]

SIXTY = ("SIXTY1", "SIXTY2", "SIXTY3")
FIFTEEN = ("FIFTEEN1", "FIFTEEN2", "FIFTEEN3")
SINGLE = ("SINGLE1", "SINGLE2", "SINGLE3")
LEARN = ("LEARN1", "LEARN2")


def scenery() -> dict[str, Any]:
    zones = [
        zone("Sixty", 60, three_phase("SIXTY", 3)),
        zone("Fifteen", 15, three_phase("FIFTEEN", 3)),
        zone("Single", 32, stations("SINGLE", "L1", "L1", "L2")),
        zone("Learning", 32, stations("LEARN", "L1L2L3", "L2")),
    ]
    return {"document": site(zones, review_s=60)}


@pytest_asyncio.fixture(scope="module", loop_scope="module", autouse=True)
async def early_cars(scene: Scene) -> dict[str, Car]:
    """What takes a minute begins at once."""
    return {
        "LEARN1": scene.plug("LEARN1", car=one_phase(QUICK)),
        "LEARN2": scene.plug("LEARN2"),
        "FIFTEEN1": scene.plug("FIFTEEN1"),
    }


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def fifteen(scene: Scene, early_cars: dict[str, Car]) -> dict[str, Car]:
    """Three cars on 15 A. The first has had it alone: more than what reports, every 10 s, may be behind."""
    first = early_cars["FIFTEEN1"]
    await until(lambda: first.energy_wh > 50, 60, lambda: first.energy_wh)
    assert scene.drawn_a("FIFTEEN1") == [15]
    return {"FIFTEEN1": first, "FIFTEEN2": scene.plug("FIFTEEN2"), "FIFTEEN3": scene.plug("FIFTEEN3")}


async def test_three_cars_share_sixty_amperes_two_share_them_and_a_vip_comes_first(scene: Scene) -> None:
    for identity in SIXTY:
        scene.plug(identity)
    await until(lambda: scene.drawn_a(*SIXTY) == [20, 20, 20], 20, lambda: scene.offered_a(*SIXTY))
    scene.unplug("SIXTY3")
    await until(lambda: scene.drawn_a(*SIXTY) == [30, 30, 0], 20, lambda: scene.offered_a(*SIXTY))
    scene.plug("SIXTY3", card=VIP_CARD)
    await until(lambda: scene.drawn_a(*SIXTY) == [14, 14, 32], 20, lambda: scene.offered_a(*SIXTY))


async def test_cars_on_one_phase_share_that_phase_only(scene: Scene) -> None:
    for identity in SINGLE:
        scene.plug(identity)
    await until(lambda: scene.drawn_a(*SINGLE) == [16, 16, 32], 20, lambda: scene.offered_a(*SINGLE))


async def test_of_three_cars_on_fifteen_amperes_one_waits_and_is_told_so(scene: Scene, fifteen: dict[str, Car]) -> None:
    await until(lambda: sorted(scene.drawn_a(*fifteen)) == [0, 7.5, 7.5], 20, lambda: scene.offered_a(*fifteen))
    waiting = FIFTEEN[scene.drawn_a(*fifteen).index(0)]
    await until(lambda: scene.connector(waiting)["status"] == "suspended_evse", 5, lambda: scene.connector(waiting))
    assert scene.connector(waiting)["reason"]["code"] == "suspended"


async def test_at_the_review_the_car_that_got_most_makes_room(scene: Scene, fifteen: dict[str, Car]) -> None:
    await until(lambda: scene.drawn_a("FIFTEEN3") == [7.5], 140, lambda: scene.offered_a(*fifteen))
    waiting = FIFTEEN[scene.drawn_a(*fifteen).index(0)]
    assert waiting == max(fifteen, key=lambda identity: fifteen[identity].energy_wh)


async def test_a_car_that_uses_one_phase_frees_the_others(scene: Scene) -> None:
    await until(lambda: scene.drawn_a(*LEARN) == [32, 32], 100, lambda: scene.offered_a(*LEARN))
    await until(lambda: scene.connector("LEARN1")["session"]["lines"] == ["L1"], 5, lambda: scene.connector("LEARN1"))


async def test_no_line_ever_carried_more_than_its_limit(scene: Scene) -> None:
    """Last: it judges all that the others did."""
    assert [line for line in scene.world.report() if line.exceeded] == []
