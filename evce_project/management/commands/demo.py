"""`manage.py demo`: the whole product with a simulated site, in a data directory of its own."""

import ctypes
import json
import os
import secrets
import signal
import socket
import string
import subprocess
import sys
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts import first_start
from accounts.services import create_first_users
from evce_project import console
from evce_project.listening import PortUnavailable, listen
from evce_project.product import Role, run

SITE_FILE = settings.BASE_DIR / "simulator" / "sites" / "demo.json"
ADMIN, OPERATOR = "demo-admin", "demo-operator"
SYMBOLS = "!?#%"
PR_SET_PDEATHSIG = 1


class Command(BaseCommand):
    help = "Runs EVCE with a simulated site: stations, cars, a building and its meters."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--site", type=Path, default=SITE_FILE, help="another site file to simulate")
        parser.add_argument("--battery-speed", type=float, default=1.0, help="speeds up charge levels only")

    def handle(self, *args: Any, **options: Any) -> None:
        _require_free_ports()
        call_command("migrate", interactive=False, verbosity=0)
        credentials = _ensure_users(settings.DATA_DIR / "demo-users.json")
        site_file = _with_free_meter_ports(options["site"], settings.DATA_DIR / "demo-site.json")
        call_command("load_site", str(site_file), verbosity=0)
        with (settings.DATA_DIR / "simulator.log").open("w") as log:
            simulator = _start_simulator(site_file, options["battery_speed"], log.fileno())
        try:
            run(Role.ALL, queues="", when_ready=lambda: self._greet(credentials))
        finally:
            _end(simulator)

    def _greet(self, credentials: dict[str, str]) -> None:
        self.stdout.write("")
        self.stdout.write(f"  The demo is running: {console.pages_url()}")
        for name, password in credentials.items():
            self.stdout.write(f"  {name:<14} {password}")
        self.stdout.write(f"  Its cars, building and worst currents: {settings.DATA_DIR / 'simulator.log'}")
        self.stdout.write("  Ctrl+C ends it.\n")
        self.stdout.flush()


def _require_free_ports() -> None:
    """Before anything is written or started."""
    try:
        listen(settings.BIND, settings.HTTP_PORT, "EVCE_HTTP_PORT").close()
        listen(settings.BIND, settings.OCPP_PORT, "EVCE_OCPP_PORT").close()
    except PortUnavailable as error:
        raise CommandError(str(error)) from None


def _ensure_users(path: Path) -> dict[str, str]:
    """Names and passwords of the demo's users, made on its first start and kept readable by the owner only."""
    if first_start.is_open():
        credentials = {ADMIN: _password(), OPERATOR: _password()}
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            json.dump(credentials, file)
        create_first_users(
            admin_name=ADMIN,
            admin_password=credentials[ADMIN],
            operator_name=OPERATOR,
            operator_password=credentials[OPERATOR],
        )
    try:
        known: dict[str, str] = json.loads(path.read_text())
    except FileNotFoundError:
        return {}
    return known


def _password() -> str:
    """One of each class that ROL-4 asks for, in an order that can't be guessed."""
    letters = [secrets.choice(string.ascii_lowercase) for _ in range(6)]
    letters += [secrets.choice(string.ascii_uppercase) for _ in range(4)]
    letters += [secrets.choice(string.digits) for _ in range(4)]
    letters += [secrets.choice(SYMBOLS) for _ in range(2)]
    secrets.SystemRandom().shuffle(letters)
    return "".join(letters)


def _with_free_meter_ports(source: Path, target: Path) -> Path:
    """A copy of the site file whose simulated meters listen where nobody else does."""
    try:
        site = json.loads(source.read_text())
    except (OSError, ValueError) as error:
        raise CommandError(f"{source} can't be read: {error}") from None
    moved: dict[int, int] = {}
    for meter in site.get("meters", []):
        port = meter["port"]
        moved.setdefault(port, port if _is_free(port) else _any_free_port())
        meter["port"] = moved[port]
    target.write_text(json.dumps(site, indent=1))
    return target


def _is_free(port: int) -> bool:
    try:
        listen("127.0.0.1", port, "the site file").close()
    except PortUnavailable:
        return False
    return True


def _any_free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _start_simulator(site_file: Path, battery_speed: float, output: int) -> "subprocess.Popen[bytes]":
    ocpp = f"ws://127.0.0.1:{settings.OCPP_PORT}"
    command = [sys.executable, "manage.py", "simulate", str(site_file), "--ocpp", ocpp]
    return subprocess.Popen(  # noqa: S603  # our own interpreter and command
        [*command, "--battery-speed", str(battery_speed)],
        cwd=settings.BASE_DIR,
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=output,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
        # Ctrl+C reaches the whole terminal group: the simulator is ended by us, after the product.
        start_new_session=True,
        preexec_fn=_end_with_parent,  # noqa: PLW1509  # no other thread runs yet
    )


def _end_with_parent() -> None:
    """Have the kernel end the simulator even if the demo is killed."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def _end(simulator: "subprocess.Popen[bytes]") -> None:
    simulator.terminate()
    try:
        simulator.wait(5)
    except subprocess.TimeoutExpired:
        simulator.kill()
        simulator.wait()
