"""The simulated site over real sockets: stations against a small central system on loopback."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from websockets.asyncio.server import ServerConnection, serve
from websockets.typing import Subprotocol

from simulator import timestamps
from simulator.car import CarSpec
from simulator.console import obey, table
from simulator.world import World

QUICK = CarSpec(phases=3, lag_s=0, ramp_s=0, start_delay_s=0, knee_soc=1.0)
SITE: dict[str, Any] = {
    "zones": [
        {
            "name": "Top",
            "max_current_a": 40,
            "stations": [
                {"box_identity": name, "connectors": [{"id": 1, "phases": "L1L2L3", "max_current_a": 32}]}
                for name in ("A", "B")
            ],
        }
    ],
    "groups": [{"name": "All", "online": "off", "stations": "all"}],
}


class Centre:
    """Accepts everything; keeps who is connected and what was said."""

    def __init__(self) -> None:
        self.sockets: dict[str, ServerConnection] = {}
        self.heard: list[tuple[str, str]] = []
        self.subprotocols: set[str | None] = set()
        self._ids = 0

    async def serve(self, socket: ServerConnection) -> None:
        assert socket.request is not None
        identity = socket.request.path.rsplit("/", 1)[-1]
        self.sockets[identity] = socket
        self.subprotocols.add(socket.subprotocol)
        async for text in socket:
            frame = json.loads(text)
            if frame[0] == 2:
                self.heard.append((identity, frame[2]))
                await socket.send(json.dumps([3, frame[1], self._answer(frame[2])]))

    async def limit(self, identity: str, amperes: float) -> None:
        schedule = {"chargingRateUnit": "A", "chargingSchedulePeriod": [{"startPeriod": 0, "limit": amperes}]}
        profile = {
            "chargingProfileId": 1,
            "stackLevel": 0,
            "chargingProfilePurpose": "TxDefaultProfile",
            "chargingProfileKind": "Relative",
            "chargingSchedule": schedule,
        }
        self._ids += 1
        call = [2, f"c{self._ids}", "SetChargingProfile", {"connectorId": 1, "csChargingProfiles": profile}]
        await self.sockets[identity].send(json.dumps(call))

    def _answer(self, action: str) -> dict[str, Any]:
        return {
            "BootNotification": {"status": "Accepted", "interval": 300, "currentTime": timestamps.iso(1.8e9)},
            "StartTransaction": {"transactionId": 1, "idTagInfo": {"status": "Accepted"}},
        }.get(action, {})


@asynccontextmanager
async def living() -> AsyncIterator[tuple[World, Centre]]:
    centre = Centre()
    async with serve(centre.serve, "127.0.0.1", 0, subprotocols=[Subprotocol("ocpp1.6")]) as server:
        port = next(iter(server.sockets)).getsockname()[1]
        world = World(SITE)
        await world.start(f"ws://127.0.0.1:{port}", spread_s=0.05)
        try:
            yield world, centre
        finally:
            await world.stop()


async def until(true: Callable[[], bool], seconds: float = 10.0) -> None:
    async with asyncio.timeout(seconds):
        while not true():
            await asyncio.sleep(0.02)


def drawn(world: World, identity: str) -> int:
    return world.station(identity).currents_ma(1, world.now())[0]


async def test_a_plugged_car_charges_and_obeys() -> None:
    async with living() as (world, centre):
        await until(lambda: world.station("A").registered)
        world.plug("A", car=QUICK)
        await until(lambda: drawn(world, "A") == 32_000)
        await centre.limit("A", 10)
        await until(lambda: drawn(world, "A") == 10_000)
        assert centre.subprotocols == {"ocpp1.6"}


async def test_the_worst_current_of_a_zone_is_reported() -> None:
    async with living() as (world, _centre):
        world.plug("A", car=QUICK)
        world.plug("B", car=QUICK)
        world.building("Top", (1, 2, 3))
        await until(lambda: world.report()[2].worst_ma == 67_000)
        assert [row.worst_ma for row in world.report()] == [65_000, 66_000, 67_000]
        assert "above" in table(world.report())


async def test_a_dropped_station_comes_back_when_it_is_restored() -> None:
    async with living() as (world, centre):
        await until(lambda: world.station("A").registered)
        world.drop("A")
        await until(lambda: not world.station("A").linked)
        await asyncio.sleep(1.2)
        assert not world.station("A").linked
        world.restore_station("A")
        await until(lambda: world.station("A").linked)
        assert [a for identity, a in centre.heard if identity == "A"].count("BootNotification") == 1


async def test_a_rebooted_station_boots_again() -> None:
    async with living() as (world, centre):
        await until(lambda: world.station("A").registered)
        world.reboot("A")
        await until(lambda: centre.heard.count(("A", "BootNotification")) == 2)


async def test_a_station_outlives_its_central_system() -> None:
    async with living() as (world, centre):
        await until(lambda: world.station("A").registered)
        centre.sockets["A"].transport.abort()
        await until(lambda: not world.station("A").linked)
        await until(lambda: world.station("A").linked)


async def test_line_commands() -> None:
    async with living() as (world, _centre):
        assert obey(world, "building Top 5") == "done"
        assert world.plant.boards["Top"].building_ma == [5_000] * 3
        assert obey(world, "plug A:1") == "done"
        assert "has a car" in obey(world, "plug A:1")
        assert "nothing here" in obey(world, "plug Z")
        assert "no such command" in obey(world, "fly")
        assert "not understood" in obey(world, "building Top x")
        assert "A:1" in obey(world, "status")
        assert obey(world, "  ") == ""


async def test_a_station_may_be_touched_again_before_it_has_looked() -> None:
    async with living() as (world, _centre):
        await until(lambda: world.station("A").registered)
        for _ in range(10):
            world.badge("A", 1, "CARD")
            await asyncio.sleep(0)
        world.plug("A", car=QUICK)
        await until(lambda: drawn(world, "A") == 32_000)


async def broken() -> None:
    async with living() as (world, _centre):
        world.plant.boards["Top"].building_ma.clear()
        await world.lasts()


async def test_an_error_in_the_world_is_not_swallowed() -> None:
    with pytest.raises(ExceptionGroup, match="simulated site broke"):
        await broken()
