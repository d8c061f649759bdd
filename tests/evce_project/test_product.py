"""The product as one process: what a person who starts it, or ends it, sees."""

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from tests.evce_project.running import ask, end, health, manage, start, surroundings, wait_healthy

pytestmark = [pytest.mark.timeout(180), pytest.mark.xdist_group("product")]


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    environment = surroundings(tmp_path_factory.mktemp("product"))
    process = start(environment, "runevce")
    try:
        wait_healthy(environment)
        yield environment
    finally:
        end(process)


def refusal(url: str, **options: str) -> int:
    with pytest.raises(InvalidStatus) as caught, connect(url, open_timeout=5, **options):
        pass
    return caught.value.response.status_code


def test_one_process_polls_controls_and_serves(running: dict[str, str]) -> None:
    found = health(running)
    assert found["control"]["cycle_age_s"] < 5
    assert found["worker"]["poll_age_s"] < 5


def test_the_first_start_prints_a_code_and_opens_its_page(running: dict[str, str]) -> None:
    data_dir = Path(running["EVCE_DATA_DIR"])
    assert (data_dir / "first-start-code").read_text().strip() in (data_dir / "runevce.log").read_text()
    assert ask(running, "/")[0] == 200


def test_a_second_evce_on_the_same_data_directory_is_refused(running: dict[str, str]) -> None:
    second = manage(surroundings(Path(running["EVCE_DATA_DIR"])), "runevce")
    assert second.returncode != 0
    assert "already works with the data directory" in second.stderr
    assert "Traceback" not in second.stderr


def test_a_busy_port_is_said_in_plain_words(running: dict[str, str], tmp_path: Path) -> None:
    busy = {**surroundings(tmp_path), "EVCE_HTTP_PORT": running["EVCE_HTTP_PORT"]}
    second = manage(busy, "runevce")
    assert f"Port {running['EVCE_HTTP_PORT']} is in use" in second.stderr
    assert "Traceback" not in second.stderr


def test_the_station_port_serves_no_pages(running: dict[str, str]) -> None:
    assert ask(running, "/login/", port="EVCE_OCPP_PORT")[0] == 426


def test_the_page_port_takes_no_stations(running: dict[str, str]) -> None:
    assert refusal(f"ws://127.0.0.1:{running['EVCE_HTTP_PORT']}/B1-BOX-01", subprotocols=["ocpp1.6"]) == 403


def test_a_station_is_taken_on_its_port(running: dict[str, str]) -> None:
    url = f"ws://127.0.0.1:{running['EVCE_OCPP_PORT']}/B1-BOX-01"
    with connect(url, subprotocols=["ocpp1.6"], open_timeout=5) as station:
        assert station.subprotocol == "ocpp1.6"


def test_a_page_of_another_site_gets_no_live_socket(running: dict[str, str]) -> None:
    url = f"ws://127.0.0.1:{running['EVCE_HTTP_PORT']}/ws/site/"
    assert refusal(url, origin="http://elsewhere.example") == 403


def test_a_request_for_another_host_name_is_refused(running: dict[str, str]) -> None:
    with socket.create_connection(("127.0.0.1", int(running["EVCE_HTTP_PORT"])), timeout=5) as client:
        client.sendall(b"GET /healthz HTTP/1.1\r\nHost: elsewhere.example\r\nConnection: close\r\n\r\n")
        assert b" 400 " in client.recv(200)


def test_it_ends_cleanly_when_told_to(tmp_path: Path) -> None:
    environment = surroundings(tmp_path)
    process = start(environment, "runevce")
    wait_healthy(environment)
    assert end(process) == [0]
    assert "Traceback" not in (tmp_path / "runevce.log").read_text()


def test_it_comes_back_at_once_after_a_power_cut(tmp_path: Path) -> None:
    environment = surroundings(tmp_path)
    first = start(environment, "runevce")
    wait_healthy(environment)
    first.kill()
    first.wait()
    second = start(environment, "runevce")
    try:
        assert wait_healthy(environment, within_s=15)["control"]["ok"]
    finally:
        end(second)


@pytest.mark.parametrize("role", ["core", "web", "worker", "beat"])
def test_a_split_role_without_its_services_says_what_is_missing(tmp_path: Path, role: str) -> None:
    result = manage(surroundings(tmp_path), "runevce", "--role", role)
    assert "REDIS_URL and DATABASE_URL" in result.stderr
    assert "Traceback" not in result.stderr


def test_a_wrong_setting_is_said_without_a_traceback(tmp_path: Path) -> None:
    result = manage({**surroundings(tmp_path), "EVCE_OCPP_PORT": "ninety"}, "runevce")
    assert result.stderr.strip() == "EVCE can't start. EVCE_OCPP_PORT must be a port from 1 to 65535, not 'ninety'."
