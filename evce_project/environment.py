"""Readers of the environment: each returns a checked value or says in plain words what is wrong."""

import ipaddress
import itertools
import os
import secrets
import socket
import zoneinfo
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured


def text(name: str, default: str = "") -> str:
    return os.environ.get(name, "").strip() or default


def flag(name: str, default: bool = False) -> bool:
    value = text(name, "1" if default else "0").lower()
    if value not in ("0", "1", "false", "true", "no", "yes"):
        raise ImproperlyConfigured(f"{name} must be 0 or 1, not {value!r}.")
    return value in ("1", "true", "yes")


def words(name: str, default: str = "") -> list[str]:
    return [word.strip() for word in text(name, default).split(",") if word.strip()]


def port(name: str, default: int) -> int:
    value = text(name, str(default))
    if not value.isdecimal() or not 1 <= int(value) <= 65_535:
        raise ImproperlyConfigured(f"{name} must be a port from 1 to 65535, not {value!r}.")
    return int(value)


def address(name: str, default: str) -> str:
    value = text(name, default)
    try:
        return str(ipaddress.ip_address(value))
    except ValueError:
        raise ImproperlyConfigured(
            f"{name} must be an IP address to listen on, such as 0.0.0.0 or 127.0.0.1, not {value!r}."
        ) from None


def directory(name: str, default: Path) -> Path:
    """A directory that exists afterwards and can be written, readable by its owner only when it is new."""
    path = Path(text(name, str(default))).expanduser().resolve()
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise ImproperlyConfigured(f"{name}: the directory {path} can't be made: {error.strerror}.") from None
    if not os.access(path, os.W_OK | os.X_OK):
        raise ImproperlyConfigured(f"{name}: the directory {path} can't be written by this user.")
    return path


def secret_key(name: str, data_dir: Path) -> str:
    """The key from the environment, or one kept in the data directory (made on first use, owner only)."""
    if value := text(name):
        return value
    path = data_dir / "secret_key"
    if not path.exists():
        _make_key(path)
    try:
        value = path.read_text().strip()
    except OSError as error:
        raise ImproperlyConfigured(f"The secret key {path} can't be read: {error.strerror}.") from None
    if len(value) < 50:
        raise ImproperlyConfigured(f"The secret key {path} is damaged; remove it to have a new one made.")
    return value


def _make_key(path: Path) -> None:
    """Whole or not at all: of processes that start together one wins, and all read its key."""
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(secrets.token_urlsafe(50))
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()


def redis_url(name: str) -> str:
    value = text(name)
    if value and not value.startswith(("redis://", "rediss://", "unix://")):
        raise ImproperlyConfigured(f"{name} must look like redis://host:6379/0, not {value!r}.")
    return value


def database(name: str, default: Path) -> dict[str, Any]:
    """Django's description of the database at an address of the form sqlite:///path or postgresql://..."""
    value = text(name, f"sqlite:///{default}")
    try:
        parts = urlsplit(value)
        host_port = parts.port
    except ValueError:
        raise _bad_database(name) from None
    if parts.scheme == "sqlite" and len(parts.path) > 1:
        # sqlite:///relative.db and sqlite:////absolute.db, as elsewhere.
        return _sqlite(Path(unquote(parts.path[1:])))
    if parts.scheme in ("postgres", "postgresql") and len(parts.path) > 1:
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": unquote(parts.path[1:]),
            "USER": unquote(parts.username or ""),
            "PASSWORD": unquote(parts.password or ""),
            "HOST": unquote(parts.hostname or ""),
            "PORT": str(host_port or ""),
            # Under ASGI each request has a thread of its own: a connection that outlived it would be lost with it.
            "CONN_MAX_AGE": 0,
            "CONN_HEALTH_CHECKS": True,
            # A record that was answered must be stored, whatever the server's own default is.
            "OPTIONS": {**dict(parse_qsl(parts.query)), "options": "-c synchronous_commit=on"},
        }
    raise _bad_database(name)


def _bad_database(name: str) -> ImproperlyConfigured:
    # The value may hold a password: it is not repeated.
    return ImproperlyConfigured(
        f"{name} must look like sqlite:////var/lib/evce/evce.sqlite3 or postgresql://user:password@host:5432/evce."
    )


def _sqlite(path: Path) -> dict[str, Any]:
    return {
        "ENGINE": "common.sqlite",
        "NAME": path,
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 10,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-16000",
        },
    }


def choice(name: str, default: str, allowed: list[str]) -> str:
    value = text(name, default)
    if value not in allowed:
        raise ImproperlyConfigured(f"{name} must be one of {', '.join(allowed)}, not {value!r}.")
    return value


def time_zone(name: str, default: str) -> str:
    value = text(name, default)
    try:
        zoneinfo.ZoneInfo(value)
    except (ValueError, OSError, zoneinfo.ZoneInfoNotFoundError):
        raise ImproperlyConfigured(f"{name} must be a time zone such as Europe/Paris, not {value!r}.") from None
    return value


def require_different(**ports: int) -> None:
    if len(set(ports.values())) < len(ports):
        raise ImproperlyConfigured(f"{' and '.join(ports)} must be different ports.")


def own_hosts(bind: str) -> list[str]:
    """The names and addresses under which this machine may be asked for, when none are configured."""
    host = socket.gethostname().lower()
    return sorted({"localhost", "127.0.0.1", "[::1]", "evce.local", host, f"{host}.local", bind, *_own_addresses()})


def _own_addresses() -> list[str]:
    try:
        lines = Path("/proc/net/fib_trie").read_text().splitlines()
    except OSError:
        return []
    pairs = itertools.pairwise(lines)
    return [line.split()[-1] for line, about in pairs if "/32 host LOCAL" in about]
