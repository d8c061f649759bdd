"""The processes of EVCE: everything in one, or one role of the split form."""

import logging
import os
import sys
from collections.abc import Callable
from enum import StrEnum

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection, connections
from django.db.migrations.executor import MigrationExecutor
from django.db.utils import Error as DatabaseError

from accounts import first_start
from evce_project import console
from evce_project.listening import PortUnavailable, hand_over, listen
from evce_project.locks import DirectoryInUse, lock_directory

log = logging.getLogger(__name__)


class Role(StrEnum):
    """`ALL` is the default: one process, no service to install."""

    ALL = "all"
    CORE = "core"
    WEB = "web"
    WORKER = "worker"
    BEAT = "beat"


def run(role: Role, *, queues: str, when_ready: Callable[[], None] = lambda: None) -> None:
    """Run a role until it is told to end. Raises CommandError, in plain words, when it can't start."""
    _require_services(role)
    os.umask(0o077)
    try:
        if role in (Role.ALL, Role.CORE):
            with lock_directory(settings.DATA_DIR, "evce"):
                _prepare_database()
                _serve(role, when_ready)
        elif role is Role.WEB:
            _require_migrations()
            _serve(role, when_ready)
        else:
            _require_migrations()
            _run_celery(role, queues)
    except (DirectoryInUse, PortUnavailable) as error:
        raise CommandError(str(error)) from None


def _require_services(role: Role) -> None:
    if role is Role.ALL:
        return
    missing = [name for name, found in (("REDIS_URL", settings.REDIS_URL), ("DATABASE_URL", _is_shared())) if not found]
    if missing:
        raise CommandError(
            f"--role {role} is a part of the split form, which needs Redis and PostgreSQL: "
            f"set {' and '.join(missing)}. Without --role, EVCE runs as one process and needs neither."
        )


def _is_shared() -> bool:
    return connection.vendor == "postgresql"


def _prepare_database() -> None:
    """Migrated; and free of the lease of a process that can't be alive, since we hold its data directory."""
    try:
        call_command("migrate", interactive=False, verbosity=0)
    except DatabaseError as error:
        raise CommandError(f"The database can't be used: {error}") from None
    if connection.vendor == "sqlite":
        from control import lease

        lease.forget()


def _require_migrations() -> None:
    try:
        executor = MigrationExecutor(connection)
        pending = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError as error:
        raise CommandError(f"The database can't be used: {error}") from None
    if pending:
        raise CommandError(
            "The database is not up to date. Start the core first (runevce --role core), or run migrate."
        )


def _serve(role: Role, when_ready: Callable[[], None]) -> None:
    pages, stations = role in (Role.ALL, Role.WEB), role in (Role.ALL, Role.CORE)
    sockets = []
    if pages:
        sockets.append(listen(settings.BIND, settings.HTTP_PORT, "EVCE_HTTP_PORT"))
    if stations:
        sockets.append(listen(settings.BIND, settings.OCPP_PORT, "EVCE_OCPP_PORT"))
    code = first_start.ensure_code() if pages else None
    connections.close_all()
    # Imported here: Daphne brings Twisted and its reactor, which workers don't need.
    from evce_project.background import Background
    from evce_project.server import Server

    background = Background() if role is Role.ALL and not settings.REDIS_URL else None

    def ready() -> None:
        if background is not None:
            background.start()
        for line in console.ready_lines(pages=pages, stations=stations, code=code):
            sys.stdout.write(line + "\n")
        sys.stdout.flush()
        if code:
            log.warning("first start: the one-time code is %s", code)
        when_ready()

    def ended() -> None:
        if background is not None:
            background.stop()

    server = Server([hand_over(opened) for opened in sockets], controls=stations)
    server.serve(ready, ended)
    if server.failure:
        raise CommandError(server.failure)


def _run_celery(role: Role, queues: str) -> None:
    from evce_project.celery import app

    if role is Role.WORKER:
        app.worker_main(["worker", "--pool=threads", f"--queues={queues}", "--loglevel=WARNING"])
    else:
        app.start(["beat", "--loglevel=WARNING"])
