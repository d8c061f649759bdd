"""A database that was never set up, or by an older version: what to do about it, in place of a traceback."""

from collections.abc import Sequence
from itertools import pairwise

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import translation
from django.utils.translation import gettext as _


def advice(argv: Sequence[str]) -> str | None:
    """What to tell who typed this command line, in its `--language`; None where all migrations are there."""
    if not _pending():
        return None
    with translation.override(_language(argv)):
        message = _(
            "The database %(name)s is not set up for this version of EVCE: run “manage.py migrate”, or start EVCE once "
            "(“make run”)."
        )
        return message % {"name": connection.settings_dict["NAME"]}


def _pending() -> bool:
    try:
        executor = MigrationExecutor(connection)
        return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    except DatabaseError:
        return False


def _language(argv: Sequence[str]) -> str:
    spelt = [word.partition("=")[2] for word in argv if word.startswith("--language=")]
    spelt += [value for word, value in pairwise(argv) if word == "--language"]
    return next((code for code, _name in settings.LANGUAGES if code in spelt), settings.LANGUAGE_CODE)
