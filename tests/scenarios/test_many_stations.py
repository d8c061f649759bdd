"""Everybody comes back at once, as after a power cut in a large building (F16)."""

from typing import Any

import pytest

from simulator.sites import large_site
from tests.evce_project.running import free_port
from tests.scenarios.scene import Scene, until

pytestmark = [
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.xdist_group("scenario-many-stations"),
    pytest.mark.timeout(180),
]

STATIONS, CONNECT_S, SERVED_S = 250, 5.0, 60.0
CARS = 100


def scenery() -> dict[str, Any]:
    return {"document": large_site(STATIONS, modbus_port=free_port()), "spread_s": CONNECT_S, "served_within_s": 0}


async def test_two_hundred_and_fifty_stations_are_served_within_a_minute_and_nothing_is_exceeded(scene: Scene) -> None:
    began = scene.world.now()
    identities = list(scene.world.site.stations)
    charging = identities[:: STATIONS // CARS]
    arriving = set(charging)

    def arrive_and_look() -> bool:
        """Drivers come as soon as a station works."""
        for identity in [i for i in arriving if scene.world.station(i).registered]:
            arriving.remove(identity)
            scene.plug(identity)
        return not scene.unserved()

    await until(arrive_and_look, SERVED_S, lambda: f"{len(scene.unserved())} are not served")
    served_s = scene.world.now() - began
    await until(
        lambda: set(scene.states().values()) == {"online"}, SERVED_S - served_s, lambda: scene.document()["counts"]
    )
    await until(lambda: min(scene.drawn_a(*charging)) >= 6, 30, lambda: min(scene.offered_a(*charging)))
    assert [line for line in scene.world.report() if line.exceeded] == []
    assert not scene.world.tripped
