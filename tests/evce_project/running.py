"""Processes of the product under test: real commands, free ports, their own data directory."""

import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def surroundings(data_dir: Path, **more: str) -> dict[str, str]:
    kept = {k: v for k, v in os.environ.items() if k not in ("DATABASE_URL", "REDIS_URL", "EVCE_DATA_DIR")}
    ports = {"EVCE_HTTP_PORT": str(free_port()), "EVCE_OCPP_PORT": str(free_port()), "EVCE_BIND": "127.0.0.1"}
    return {**kept, **ports, "EVCE_DATA_DIR": str(data_dir), "PYTHONUNBUFFERED": "1", **more}


def start(environment: dict[str, str], *arguments: str) -> "subprocess.Popen[bytes]":
    with (Path(environment["EVCE_DATA_DIR"]) / f"{'-'.join(arguments)}.log").open("ab") as log:
        return subprocess.Popen(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
        )


def manage(environment: dict[str, str], *arguments: str) -> "subprocess.CompletedProcess[str]":
    """A command that ends by itself."""
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def ask(environment: dict[str, str], path: str, port: str = "EVCE_HTTP_PORT") -> tuple[int, str]:
    """Status and body; status 0 while nothing listens."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{environment[port]}{path}", timeout=5) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()
    except OSError:
        return 0, ""


def health(environment: dict[str, str]) -> dict[str, Any]:
    status, body = ask(environment, "/healthz")
    found: dict[str, Any] = json.loads(body) if status else {"status": "no answer"}
    return found


def wait_healthy(environment: dict[str, str], within_s: float = 60, *, polled: bool = True) -> dict[str, Any]:
    """`polled`: wait for the worker's first tick too; elsewhere than in its process that shows with a meter only."""
    end = time.monotonic() + within_s
    while (found := health(environment))["status"] != "ok" or (polled and found["worker"]["poll_age_s"] is None):
        if time.monotonic() > end:
            logs = "\n".join(path.read_text() for path in Path(environment["EVCE_DATA_DIR"]).glob("*.log"))
            raise AssertionError(f"not healthy: {found}\n{logs}")
        time.sleep(0.2)
    return found


def end(*processes: "subprocess.Popen[bytes]") -> list[int]:
    for process in processes:
        process.terminate()
    return [process.wait(30) for process in processes]
