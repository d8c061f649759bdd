"""What every test runs under: a data directory of its own and quick password hashes."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.test import override_settings


@pytest.fixture(scope="session", autouse=True)
def _test_surroundings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    data_dir = tmp_path_factory.mktemp("data")
    with override_settings(
        DATA_DIR=data_dir,
        PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],
        ALLOWED_HOSTS=["testserver", "localhost", "127.0.0.1"],
    ):
        yield data_dir


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """What killed each safety mutant; reports bring it here from every worker."""
    reports = terminalreporter.getreports("passed")
    killed = sorted(str(value) for report in reports for name, value in report.user_properties if name == "killed")
    if killed:
        terminalreporter.section(f"{len(killed)} safety mutants killed")
        terminalreporter.write_line("\n".join(killed))


def pytest_unconfigure() -> None:
    """SQLite leaves its write-ahead log behind when a thread's connection outlives the test database."""
    database = settings.DATABASES["default"]
    if database["ENGINE"] == "common.sqlite":
        test_file = Path(database["TEST"]["NAME"])
        for left in test_file.parent.glob(f"{test_file.name}*"):
            left.unlink(missing_ok=True)
