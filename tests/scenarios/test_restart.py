"""Killed at any moment, EVCE comes back to cars that never stopped charging, and lets nobody have too much."""

from pathlib import Path
from typing import Any

import pytest

from tests.evce_project.running import manage, surroundings
from tests.scenarios.scene import Scene, always, until
from tests.scenarios.sites import CARD, VIP_CARD, site, three_phase, zone

pytestmark = [
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.xdist_group("scenario-restart"),
    pytest.mark.timeout(180),
]

CARS = ("SIXTY1", "SIXTY2", "SIXTY3")
UNDER_WAY = "SELECT number, box_identity FROM transactions_transaction WHERE state = 'open' ORDER BY number"


def scenery() -> dict[str, Any]:
    return {"document": site([zone("Sixty", 60, three_phase("SIXTY", 3))])}


async def test_a_killed_evce_comes_back_to_charging_cars(scene: Scene) -> None:
    """The VIP, far above its degraded share, is unreachable over the kill: what it draws stays set aside (S11)."""
    for identity in CARS:
        scene.plug(identity, card=VIP_CARD if identity == "SIXTY3" else CARD)
    await until(lambda: scene.drawn_a(*CARS) == [14, 14, 32], 30, lambda: scene.offered_a(*CARS))
    charges = scene.rows(UNDER_WAY)
    scene.world.drop("SIXTY3")
    await until(lambda: scene.states()["SIXTY3"] == "offline", 5, scene.states)
    scene.kill()
    await until(lambda: not scene.linked("SIXTY1"), 5, lambda: "still linked")

    await scene.restart()
    await always(lambda: min(scene.drawn_a(*CARS)) >= 6, 12, lambda: scene.drawn_a(*CARS))
    await until(lambda: scene.drawn_a(*CARS) == [14, 14, 32], 30, lambda: scene.offered_a(*CARS))
    assert scene.states() == {"SIXTY1": "online", "SIXTY2": "online", "SIXTY3": "offline"}
    assert scene.rows(UNDER_WAY) == charges
    assert len(charges) == len(CARS)

    scene.world.restore_station("SIXTY3")
    await until(lambda: scene.states()["SIXTY3"] == "online", 20, scene.states)
    scene.unplug("SIXTY3")
    await until(lambda: scene.drawn_a(*CARS) == [30, 30, 0], 20, lambda: scene.offered_a(*CARS))
    assert scene.rows(UNDER_WAY) == [charge for charge in charges if charge[1] != "SIXTY3"]
    assert [line for line in scene.world.report() if line.exceeded] == []


async def test_a_second_evce_on_the_same_data_is_refused_and_disturbs_nobody(scene: Scene) -> None:
    second = manage(surroundings(Path(scene.environment["EVCE_DATA_DIR"])), "runevce")
    assert second.returncode != 0
    assert "already works with the data directory" in second.stderr
    assert "Traceback" not in second.stderr
    await always(lambda: scene.linked(*CARS), 2, lambda: "a station was cut off")
