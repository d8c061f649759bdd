"""Readers of the environment: right values pass, wrong ones are said in plain words."""

import stat
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from evce_project import environment


@pytest.mark.parametrize("value", ["0", "65536", "abc", "-1", "80.5"])
def test_a_bad_port_is_refused_by_name(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("EVCE_HTTP_PORT", value)
    with pytest.raises(ImproperlyConfigured, match="EVCE_HTTP_PORT must be a port"):
        environment.port("EVCE_HTTP_PORT", 8000)


def test_an_empty_variable_means_the_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EVCE_HTTP_PORT", "")
    assert environment.port("EVCE_HTTP_PORT", 8000) == 8000


def test_a_host_name_is_no_address_to_listen_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EVCE_BIND", "example.org")
    with pytest.raises(ImproperlyConfigured, match="must be an IP address"):
        environment.address("EVCE_BIND", "127.0.0.1")


@pytest.mark.parametrize("value", ["mysql://x/y", "postgresql://host", "postgres://host:no/evce", "sqlite:", "evce"])
def test_a_bad_database_url_is_refused(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("DATABASE_URL", value)
    with pytest.raises(ImproperlyConfigured, match="DATABASE_URL must look like"):
        environment.database("DATABASE_URL", Path("/x/evce.sqlite3"))


def test_a_bad_database_url_never_shows_its_password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "mysql://evce:s3cret@host/evce")
    with pytest.raises(ImproperlyConfigured) as caught:
        environment.database("DATABASE_URL", Path("/x/evce.sqlite3"))
    assert "s3cret" not in str(caught.value)


def test_a_postgresql_url_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://ev:p%40ss@db:5433/evce?sslmode=require")
    found = environment.database("DATABASE_URL", Path("/x/evce.sqlite3"))
    assert [found[k] for k in ("NAME", "USER", "PASSWORD", "HOST", "PORT")] == ["evce", "ev", "p@ss", "db", "5433"]
    assert found["OPTIONS"] == {"sslmode": "require", "options": "-c synchronous_commit=on"}


@pytest.mark.parametrize(
    ("url", "path"),
    [("", "/data/evce.sqlite3"), ("sqlite:////var/x.sqlite3", "/var/x.sqlite3"), ("sqlite:///x.sqlite3", "x.sqlite3")],
)
def test_a_sqlite_url_names_a_file(monkeypatch: pytest.MonkeyPatch, url: str, path: str) -> None:
    monkeypatch.setenv("DATABASE_URL", url)
    assert environment.database("DATABASE_URL", Path("/data/evce.sqlite3"))["NAME"] == Path(path)


def test_sqlite_commits_are_durable() -> None:
    options = environment.database("NO_SUCH_VARIABLE", Path("/data/evce.sqlite3"))["OPTIONS"]
    assert options["transaction_mode"] == "IMMEDIATE"
    assert "synchronous=FULL" in options["init_command"]


def test_the_secret_key_is_made_once_and_for_its_owner_only(tmp_path: Path) -> None:
    key = environment.secret_key("NO_SUCH_VARIABLE", tmp_path)
    assert environment.secret_key("NO_SUCH_VARIABLE", tmp_path) == key
    assert stat.S_IMODE((tmp_path / "secret_key").stat().st_mode) == 0o600


def test_two_data_directories_have_different_keys(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    assert environment.secret_key("NO", tmp_path / "a") != environment.secret_key("NO", tmp_path / "b")


def test_a_damaged_secret_key_is_refused(tmp_path: Path) -> None:
    (tmp_path / "secret_key").write_text("short")
    with pytest.raises(ImproperlyConfigured, match="damaged"):
        environment.secret_key("NO", tmp_path)


def test_a_data_directory_that_cannot_be_made_is_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("EVCE_DATA_DIR", str(tmp_path / "file" / "data"))
    with pytest.raises(ImproperlyConfigured, match="can't be made"):
        environment.directory("EVCE_DATA_DIR", tmp_path)


def test_a_new_data_directory_is_for_its_owner_only(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("EVCE_DATA_DIR", str(tmp_path / "data"))
    assert stat.S_IMODE(environment.directory("EVCE_DATA_DIR", tmp_path).stat().st_mode) == 0o700


def test_one_port_for_two_purposes_is_refused() -> None:
    with pytest.raises(ImproperlyConfigured, match="different ports"):
        environment.require_different(EVCE_HTTP_PORT=9000, EVCE_OCPP_PORT=9000)


def test_pages_answer_to_this_machine_and_not_to_any_name() -> None:
    hosts = environment.own_hosts("0.0.0.0")
    assert {"localhost", "127.0.0.1"} <= set(hosts)
    assert "*" not in hosts
