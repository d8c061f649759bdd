"""Stories in a real browser against the whole product: `manage.py runevce` as a user starts it, and Chromium."""

import os
import re
import secrets
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).resolve().parents[2]
START_S = 60.0
STOP_S = 20.0
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
# A story may well stop the product under the page.
NETWORK_ERRORS = ("Failed to load resource", "WebSocket connection to", "htmx:sendError", "htmx:afterRequest")


@dataclass(frozen=True)
class Credentials:
    name: str
    password: str = field(default_factory=lambda: f"Aa1!{secrets.token_urlsafe(12)}")


@dataclass
class Product:
    """A running EVCE with a data directory of its own, on ports that were free."""

    data_dir: Path
    http_port: int
    ocpp_port: int
    settings: dict[str, str]
    admin: Credentials = field(default_factory=lambda: Credentials("ada"))
    operator: Credentials = field(default_factory=lambda: Credentials("otto"))
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.http_port}"

    @property
    def ocpp_url(self) -> str:
        """To be completed by a box identity."""
        return f"ws://127.0.0.1:{self.ocpp_port}"

    @property
    def log(self) -> str:
        path = self.data_dir / "runevce.log"
        return path.read_text(errors="replace") if path.exists() else ""

    @property
    def environment(self) -> dict[str, str]:
        inherited = {key: value for key, value in os.environ.items() if key not in ("DATABASE_URL", "REDIS_URL")}
        return {
            **inherited,
            "EVCE_DATA_DIR": str(self.data_dir),
            "EVCE_BIND": "127.0.0.1",
            "EVCE_HTTP_PORT": str(self.http_port),
            "EVCE_OCPP_PORT": str(self.ocpp_port),
            "PYTHONUNBUFFERED": "1",
            **self.settings,
        }

    def manage(self, *arguments: str, timeout_s: float = 60.0) -> str:
        """Runs a management command beside the product and returns what it printed; fails the test if it fails."""
        done = subprocess.run(
            [sys.executable, str(ROOT / "manage.py"), *arguments],
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=timeout_s,
            check=False,
        )
        assert done.returncode == 0, f"manage.py {' '.join(arguments)}:\n{done.stdout}\n{done.stderr}"
        return done.stdout

    def start(self) -> None:
        with (self.data_dir / "runevce.log").open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, str(ROOT / "manage.py"), "runevce"],
                cwd=ROOT,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        wait_until(self._answers, START_S, lambda: f"runevce did not come up:\n{self.log}")

    def stop(self) -> int:
        """SIGTERM, as systemd does. Returns the exit code."""
        assert self.process is not None
        self.process.terminate()
        try:
            return self.process.wait(STOP_S)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise AssertionError(f"runevce did not end on SIGTERM:\n{self.log}") from None

    def kill(self) -> None:
        """Like a power cut."""
        assert self.process is not None
        self.process.kill()
        self.process.wait()

    @property
    def running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    @property
    def first_start_code(self) -> str:
        return (self.data_dir / "first-start-code").read_text().strip()

    def create_users(self) -> None:
        """Goes through the first-start page as a browser would."""
        opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))
        page = f"{self.url}/first-start/"
        html = opener.open(page, timeout=20).read().decode()
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', html)
        assert token is not None, html
        fields = {
            "csrfmiddlewaretoken": token[1],
            "code": self.first_start_code,
            "language": "en",
            "understood": "on",
            **self._person("admin", self.admin),
            **self._person("operator", self.operator),
        }
        request = urllib.request.Request(page, urlencode(fields).encode(), {"Referer": page})
        answer = opener.open(request, timeout=30)
        assert not answer.url.endswith("/first-start/"), answer.read().decode()

    @staticmethod
    def _person(role: str, who: Credentials) -> dict[str, str]:
        return {f"{role}_name": who.name, f"{role}_password": who.password, f"{role}_password_again": who.password}

    def _answers(self) -> bool:
        if not self.running:
            raise AssertionError(f"runevce ended at its start:\n{self.log}")
        try:
            urllib.request.urlopen(f"{self.url}/healthz", timeout=5)
        except urllib.error.HTTPError as error:
            return error.code == 503
        except OSError:
            return False
        return True


def free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until(claim: Callable[[], bool], seconds: float, otherwise: Callable[[], str] = lambda: "too late") -> None:
    deadline = time.monotonic() + seconds  # a test waits on the real clock
    while not claim():
        assert time.monotonic() < deadline, otherwise()
        time.sleep(0.1)


def _product(data_dir: Path, settings: dict[str, str]) -> Iterator[Product]:
    made = Product(data_dir, free_port(), free_port(), settings)
    made.start()
    yield made
    if made.running:
        assert made.stop() in (0, -15), made.log


@pytest.fixture
def product_settings() -> dict[str, str]:
    """Override in a module for more environment (DATABASE_URL, REDIS_URL, ...)."""
    return {}


@pytest.fixture
def fresh_product(tmp_path: Path, product_settings: dict[str, str]) -> Iterator[Product]:
    """The product before its first start: nobody can log in yet."""
    yield from _product(tmp_path, product_settings)


@pytest.fixture
def product(fresh_product: Product) -> Product:
    """The product with its administrator and operator."""
    fresh_product.create_users()
    return fresh_product


@pytest.fixture
def browser() -> Iterator[Browser]:
    # Per test: playwright's loop must not be open while asynchronous tests run in this process.
    if CHROMIUM is None:
        pytest.skip("Chromium is not installed (apt-get install chromium): browser stories are not told")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_FLAGS)
        yield started
        started.close()


@pytest.fixture
def stranger(browser: Browser) -> Iterator[Page]:
    """A browser that nobody has logged in with. Script errors and refusals of the CSP fail the test."""
    faults: list[str] = []

    def note(kind: str, text: str) -> None:
        if kind == "error" and not text.startswith(NETWORK_ERRORS):
            faults.append(text)

    context = browser.new_context(viewport={"width": 1280, "height": 900}, locale="en-GB")
    page = context.new_page()
    page.on("console", lambda line: note(line.type, line.text))
    page.on("pageerror", lambda error: faults.append(str(error)))
    yield page
    context.close()
    assert not faults, faults


@pytest.fixture
def page(product: Product, stranger: Page) -> Page:
    """A browser logged in as the administrator, on the live page."""
    log_in(stranger, product, product.admin)
    return stranger


def log_in(page: Page, product: Product, who: Credentials) -> None:
    page.goto(f"{product.url}/login/")
    page.get_by_label("User name").or_(page.locator("[name=username]")).first.fill(who.name)
    page.locator("[name=password]").fill(who.password)
    page.locator("main button[type=submit]").click()
    page.wait_for_url(lambda url: "/login/" not in url)
