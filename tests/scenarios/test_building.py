"""Dynamic zones: what the building and the sun leave is shared; a lost meter and a sudden load are safe in time."""

from typing import Any

import pytest
import pytest_asyncio

from simulator.world import World
from tests.evce_project.running import free_port
from tests.scenarios.scene import LAGGING, Scene, always, until
from tests.scenarios.sites import meter, site, three_phase, zone

pytestmark = [
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.xdist_group("scenario-building"),
    pytest.mark.timeout(240),
]

SEVENTY = ("SEVENTY1", "SEVENTY2", "SEVENTY3")
HUNDRED = ("HUNDRED1", "HUNDRED2", "HUNDRED3")
SILENCED = ("SILENCED1", "SILENCED2", "SILENCED3")
FULL = tuple(f"FULL{n}" for n in range(1, 10))
TIMEOUT_S, REACTION_S = 5.0, 7.0


def scenery() -> dict[str, Any]:
    """Each zone with a meter of its own gateway, so that one that is silent keeps nobody else waiting."""
    ports = [free_port() for _ in range(4)]
    meters = [meter(f"Meter {n}", port) for n, port in enumerate(ports)]
    meters += [meter("Roof 0", ports[0], unit=2), meter("Roof 1", ports[1], unit=2)]
    reduced = [{"source": "contract", "quotient_pct": 70}]
    zones = [
        zone("Seventy", 70, three_phase("SEVENTY", 3), meter="Meter 0", degraded_a=30, production_meter="Roof 0"),
        zone(
            "Hundred",
            100,
            three_phase("HUNDRED", 3),
            meter="Meter 1",
            degraded_a=50,
            production_meter="Roof 1",
            reductions=reduced,
        ),
        zone("Silenced", 60, three_phase("SILENCED", 3), meter="Meter 2", degraded_a=30),
        zone("Full", 250, three_phase("FULL", len(FULL)), meter="Meter 3", degraded_a=100),
    ]
    return {"document": site(zones, meters, production="local+grid", settle_s=6), "prepare": prepare}


def prepare(world: World) -> None:
    world.building("Seventy", 19)
    world.solar("Seventy", 30)
    world.solar("Hundred", 20)
    world.building("Silenced", 12)


@pytest_asyncio.fixture(scope="module", loop_scope="module", autouse=True)
async def cars(scene: Scene) -> None:
    for identity in (*SEVENTY, *HUNDRED, *SILENCED):
        scene.plug(identity)
    for identity in FULL:
        scene.plug(identity, car=LAGGING)


async def test_what_building_and_sun_leave_of_seventy_amperes_is_shared(scene: Scene) -> None:
    await until(lambda: scene.drawn_a(*SEVENTY) == [27, 27, 27], 60, lambda: scene.offered_a(*SEVENTY))


async def test_a_reduction_takes_from_the_maximum_not_from_the_sun(scene: Scene) -> None:
    await until(lambda: scene.drawn_a(*HUNDRED) == [30, 30, 30], 60, lambda: scene.offered_a(*HUNDRED))
    assert scene.zone("Hundred")["capacity_a"] == [90, 90, 90]


async def test_a_silent_meter_takes_its_zone_to_the_degraded_setpoint_and_back(scene: Scene) -> None:
    def offered() -> float:
        return sum(scene.offered_a(*SILENCED))

    await until(lambda: scene.drawn_a(*SILENCED) == [16, 16, 16], 60, lambda: scene.offered_a(*SILENCED))
    # So long what a car drew before can still be behind a reading, and so far apart are two raises of one.
    await always(lambda: scene.drawn_a(*SILENCED) == [16, 16, 16], 25, lambda: scene.offered_a(*SILENCED))
    scene.world.silence_meter("Meter 2")
    took_s = await until(lambda: offered() <= 30, TIMEOUT_S + 1, offered)
    await until(lambda: sum(scene.drawn_a(*SILENCED)) <= 30, TIMEOUT_S + 1 - took_s + REACTION_S, offered)
    scene.world.restore_meter("Meter 2")
    await until(lambda: scene.drawn_a(*SILENCED) == [16, 16, 16], 10, lambda: scene.offered_a(*SILENCED))


async def test_a_sudden_load_in_a_full_zone_is_made_room_for_in_time(scene: Scene) -> None:
    """Cars as late as they may be, margin 0."""
    await until(lambda: scene.flows_a("Full") > 249, 60, lambda: scene.offered_a(*FULL))
    scene.world.building("Full", 100)
    await until(lambda: scene.flows_a("Full") <= 250, 8, lambda: scene.flows_a("Full"))


async def test_nothing_else_went_above_its_limit_and_no_breaker_tripped(scene: Scene) -> None:
    """Last: it judges all that the others did."""
    assert not scene.world.tripped
    assert [line for line in scene.world.report() if line.exceeded and line.zone != "Full"] == []
