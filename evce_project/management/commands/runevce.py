"""`manage.py runevce`: the product, until it is told to end."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from evce_project.product import Role, run


class Command(BaseCommand):
    help = "Runs EVCE: pages, stations, control, worker and beat in one process, or one role of the split form."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--role", choices=[role.value for role in Role], default=Role.ALL.value)
        parser.add_argument(
            "--queues",
            default="evce,polling",
            help="What a worker consumes. Exactly one worker may consume “polling”; others get “evce”.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        run(Role(options["role"]), queues=options["queues"])
