#!/usr/bin/env python
"""Django's command line for EVCE."""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "evce_project.settings")
    if sys.argv[1:2] == ["demo"]:
        # The demo never touches the data of the product, and is not for other machines.
        os.environ.setdefault("EVCE_DATA_DIR", "var/demo")
        os.environ.setdefault("EVCE_BIND", "127.0.0.1")
    from django.conf import settings
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line
    from django.db import DatabaseError

    try:
        _ = settings.DATA_DIR
    except ImproperlyConfigured as error:
        sys.exit(f"EVCE can't start. {error}")
    try:
        execute_from_command_line(sys.argv)
    except DatabaseError:
        from common.unmigrated import advice

        said = advice(sys.argv)
        if said is None:
            raise
        sys.exit(said)
    except BrokenPipeError:
        # `manage.py check_site | head`: who read it has gone. The stream would complain again when it is closed.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)


if __name__ == "__main__":
    main()
