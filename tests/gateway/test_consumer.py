"""The real thing: sockets to Daphne in a process of its own, rows in SQLite."""

import asyncio
import json
import os
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.typing import Subprotocol

STATIONS = 260
BOOT = {"chargePointVendor": "V", "chargePointModel": "M"}
OCPP = [Subprotocol("ocpp1.6")]
ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Served:
    url: str
    data: Path

    def rows(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        with sqlite3.connect(self.data / "evce.sqlite3", timeout=10) as database:
            return database.execute(query, values).fetchall()

    async def eventually(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        for _ in range(100):
            if found := self.rows(query, *values):
                return found
            await asyncio.sleep(0.1)
        return []


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    data = tmp_path_factory.mktemp("gateway")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {**os.environ, "EVCE_DATA_DIR": str(data), "DJANGO_SETTINGS_MODULE": "evce_project.settings"}
    environment.pop("DATABASE_URL", None)
    command = [sys.executable, "-m", "tests.gateway.serving", str(port), str(STATIONS)]
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert "ready" in process.stdout.readline()
    yield Served(f"ws://127.0.0.1:{port}", data)
    process.terminate()
    process.wait(20)


def dial(served: Served, identity: str, subprotocols: list[Subprotocol] | None = OCPP) -> connect:
    return connect(f"{served.url}/{identity}", subprotocols=subprotocols, open_timeout=30)


async def call(station: ClientConnection, action: str, **payload: Any) -> Any:
    await station.send(json.dumps([2, f"{action}-1", action, payload]))
    async with asyncio.timeout(30):
        while True:
            frame = json.loads(await station.recv())
            if frame[0] in (3, 4) and frame[1] == f"{action}-1":
                return frame[2]


async def flood(station: ClientConnection) -> None:
    """Ends with the socket only."""
    for i in range(2_000):
        await station.send(json.dumps([2, str(i), "Heartbeat", {}]))
    while True:
        await station.recv()


async def test_a_charge_is_stored_before_it_is_answered(served: Served) -> None:
    async with dial(served, "CP0001") as station:
        assert (await call(station, "BootNotification", **BOOT))["status"] == "Accepted"
        start = {"connectorId": 1, "idTag": "A", "meterStart": 7, "timestamp": "2026-06-01T12:00:00Z"}
        number = (await call(station, "StartTransaction", **start))["transactionId"]
        assert served.rows("SELECT meter_start_wh FROM transactions_transaction WHERE number = ?", number) == [(7,)]
        assert (await call(station, "StartTransaction", **start))["transactionId"] == number
        await call(station, "StopTransaction", transactionId=number, meterStop=9, timestamp="2026-06-01T13:00:00Z")
        assert served.rows("SELECT state FROM transactions_transaction WHERE number = ?", number) == [("ended",)]


async def test_an_unknown_station_waits_and_is_listed(served: Served) -> None:
    async with dial(served, "prefix/STRANGER%2A1") as station:
        assert (await call(station, "BootNotification", **BOOT))["status"] == "Pending"
    assert served.rows("SELECT state FROM chargers_station WHERE box_identity = 'STRANGER*1'") == [("detected",)]


@pytest.mark.parametrize("path", ["", "bad%20id", "x" * 31, "a%2Fb", "%F0%9F%98%80"])
async def test_an_illegal_identity_is_refused_and_journalled(served: Served, path: str) -> None:
    with pytest.raises(InvalidStatus):
        async with dial(served, path):
            pass
    assert await served.eventually("SELECT 1 FROM journal_entry WHERE kind = 'security' AND subtype = 'refused'")


async def test_a_station_that_speaks_another_version_is_refused(served: Served) -> None:
    with pytest.raises(InvalidStatus):
        async with dial(served, "CP0002", [Subprotocol("ocpp2.0.1")]):
            pass


async def test_a_station_that_offers_no_sub_protocol_is_served_and_noted(served: Served) -> None:
    async with dial(served, "CP0003", None) as station:
        assert "currentTime" in await call(station, "Heartbeat")
    noted = "SELECT 1 FROM chargers_station WHERE box_identity = 'CP0003' AND quirks LIKE '%subprotocol%'"
    assert await served.eventually(noted)


async def test_hostile_frames_end_nothing(served: Served) -> None:
    async with dial(served, "CP0004") as station, dial(served, "CP0005") as other:
        for frame in ("[" * 50_000, "{}", '[2,"a",{}]', '[2,"b","Heartbeat",NaN]', "x" * 60_000, '[3,"c",{}]', ""):
            await station.send(frame)
        await station.send(b"\xff\x00")
        assert "currentTime" in await call(other, "Heartbeat")
        assert "currentTime" in await call(station, "Heartbeat")


async def test_a_huge_frame_ends_only_its_own_socket(served: Served) -> None:
    async with dial(served, "CP0006") as station, dial(served, "CP0007") as other:
        await station.send("x" * (1024 * 1024 + 1))
        with pytest.raises(ConnectionClosed):
            await asyncio.wait_for(station.recv(), 10)
        assert "currentTime" in await call(other, "Heartbeat")


async def test_a_flood_is_slowed_down_and_then_ended(served: Served) -> None:
    async with dial(served, "CP0008") as station:
        with pytest.raises(ConnectionClosed):
            await asyncio.wait_for(flood(station), 20)
    assert await served.eventually("SELECT 1 FROM journal_entry WHERE device = 'CP0008' AND subtype = 'closed'")


async def test_the_newest_socket_wins_and_stays(served: Served) -> None:
    async with dial(served, "CP0009") as old:
        await call(old, "Heartbeat")
        async with dial(served, "CP0009") as new:
            await call(new, "Heartbeat")
            with pytest.raises(ConnectionClosed):
                await asyncio.wait_for(old.recv(), 10)
            await asyncio.sleep(0.5)
            assert "currentTime" in await call(new, "Heartbeat")
            assert served.rows("SELECT online FROM chargers_station WHERE box_identity = 'CP0009'") == [(1,)]
    assert await served.eventually("SELECT 1 FROM chargers_station WHERE box_identity = 'CP0009' AND online = 0")


async def test_raw_frames_of_both_directions_are_kept(served: Served) -> None:
    async with dial(served, "CP0010") as station:
        await call(station, "Heartbeat")
    kept = "SELECT outgoing FROM journal_frame WHERE box_identity = 'CP0010' AND text LIKE '%Heartbeat-1%' ORDER BY id"
    for _ in range(50):
        if len(served.rows(kept)) == 2:
            break
        await asyncio.sleep(0.1)
    assert served.rows(kept) == [(0,), (1,)]


async def test_250_stations_connect_and_boot_at_once(served: Served) -> None:
    """F16."""

    async def arrive(number: int) -> str:
        async with dial(served, f"CP{number:04d}") as station:
            status: str = (await call(station, "BootNotification", **BOOT))["status"]
            await call(station, "StatusNotification", connectorId=1, status="Available", errorCode="NoError")
            await asyncio.sleep(1)
            return status

    async with asyncio.timeout(60):
        assert await asyncio.gather(*(arrive(n) for n in range(11, 261))) == ["Accepted"] * 250
