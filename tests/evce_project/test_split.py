"""The split form: core, web, worker and beat as processes of their own, on PostgreSQL and Redis."""

import asyncio
import json
import os
import secrets
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg
import pytest
import redis

from simulator.car import CarSpec
from simulator.spec import StationSpec
from simulator.world import World
from tests.evce_project.running import end, free_port, health, manage, start, surroundings, wait_healthy

POSTGRES = os.environ.get("EVCE_TEST_POSTGRES", "postgresql://postgres@127.0.0.1:5432/postgres")
REDIS = os.environ.get("EVCE_TEST_REDIS", f"redis://127.0.0.1:6379/{1 + os.getpid() % 15}")
pytestmark = [pytest.mark.timeout(240), pytest.mark.xdist_group("product")]


def require_services() -> None:
    try:
        psycopg.connect(POSTGRES, connect_timeout=2).close()
        with closing(redis.Redis.from_url(REDIS, socket_connect_timeout=2)) as server:
            server.ping()
    except (psycopg.OperationalError, redis.ConnectionError) as error:
        pytest.skip(f"needs PostgreSQL and Redis (EVCE_TEST_POSTGRES, EVCE_TEST_REDIS): {error}")


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    require_services()
    name = f"evce_test_{secrets.token_hex(4)}"
    with psycopg.connect(POSTGRES, autocommit=True) as server:
        server.execute(f'CREATE DATABASE "{name}"')
        try:
            url = POSTGRES.rsplit("/", 1)[0] + f"/{name}"
            yield surroundings(tmp_path_factory.mktemp("split"), DATABASE_URL=url, REDIS_URL=REDIS)
        finally:
            server.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture(scope="module")
def running(environment: dict[str, str]) -> Iterator[dict[str, str]]:
    assert manage(environment, "migrate").returncode == 0
    processes = [start(environment, "runevce", "--role", role) for role in ("core", "web", "worker", "beat")]
    try:
        wait_healthy(environment, within_s=90, polled=False)
        yield environment
    finally:
        end(*processes)


def test_pages_know_of_a_control_loop_in_another_process(running: dict[str, str]) -> None:
    assert health(running)["control"]["cycle_age_s"] < 10


def test_the_database_is_postgresql(running: dict[str, str]) -> None:
    assert health(running)["database"]["vendor"] == "postgresql"


def test_a_second_core_is_refused(running: dict[str, str], tmp_path: Path) -> None:
    services = {name: running[name] for name in ("DATABASE_URL", "REDIS_URL")}
    second = manage(surroundings(tmp_path, **services), "runevce", "--role", "core")
    assert second.returncode != 0
    assert "Another EVCE core controls this site" in second.stderr


def small_site(meter_port: int) -> dict[str, object]:
    stations = [
        {"box_identity": f"SPLIT-{n}", "name": f"Split {n}", "vip": False,
         "connectors": [{"id": 1, "phases": "L1L2L3", "max_current_a": 32}]}
        for n in (1, 2, 3)
    ]  # fmt: skip
    return {
        "site": {"name": "Split", "grid": "3x400N", "minimum": "iec", "shedding": "energy", "production": "grid",
                 "review_s": 900, "settle_s": 2},
        "meters": [
            {"name": "Main", "model": "PM5320, IEM3x5x", "host": "127.0.0.1", "port": meter_port, "unit": 1}
        ],
        "zones": [{"name": "Board", "max_current_a": 80, "meter": "Main", "degraded_a": 30, "margin_a": 0,
                   "production_meter": None, "reductions": [], "zones": [], "stations": stations}],
        "groups": [{"name": "Everybody", "online": "off", "offline": "all", "stations": "all"}],
        "cards": [],
    }  # fmt: skip


async def charge(environment: dict[str, str], document: dict[str, object]) -> dict[str, Any]:
    """Three cars behind a building of 20 A until each is offered 20 A; what `site_status` says then."""
    world = World(document, base=StationSpec("", sample_s=10, boot_s=1))
    world.building("Board", 20)
    await world.start(f"ws://127.0.0.1:{environment['EVCE_OCPP_PORT']}", spread_s=0.5)
    try:
        await asyncio.sleep(8)
        for n in (1, 2, 3):
            world.plug(f"SPLIT-{n}", car=CarSpec(lag_s=0.2, ramp_s=0.5, start_delay_s=0.2, soc=0.1))
        offers: list[float] = []
        async with asyncio.timeout(60):
            while offers != [20, 20, 20]:
                await asyncio.sleep(0.2)
                world.observe()
                offers = [s.charging.outlets[1].offered_ma / 1000 for s in world.site.stations.values()]
        assert not world.tripped
        shown = await asyncio.to_thread(manage, environment, "site_status", "--json")
        found: dict[str, Any] = json.loads(shown.stdout)
        return found
    finally:
        await world.stop()


def test_cars_share_a_metered_zone_across_four_processes(running: dict[str, str], tmp_path: Path) -> None:
    """Polled by the worker, ticked by beat, decided in the core, seen from outside in PostgreSQL."""
    document = small_site(free_port())
    file = tmp_path / "split.json"
    file.write_text(json.dumps(document))
    loaded = manage(running, "load_site", str(file))
    assert loaded.returncode == 0, loaded.stderr
    shown = asyncio.run(charge(running, document))
    assert [zone["mode"] for zone in shown["zones"]] == ["dynamic"]
    assert shown["counts"]["online"] == 3
