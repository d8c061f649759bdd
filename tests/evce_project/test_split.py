"""The split form: core, web, worker and beat as processes of their own, on PostgreSQL and Redis."""

import os
import secrets
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psycopg
import pytest
import redis

from tests.evce_project.running import end, health, manage, start, surroundings, wait_healthy

POSTGRES = os.environ.get("EVCE_TEST_POSTGRES", "postgresql://postgres@127.0.0.1:5432/postgres")
REDIS = os.environ.get("EVCE_TEST_REDIS", "redis://127.0.0.1:6379/11")
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
        wait_healthy(environment, within_s=90)
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
