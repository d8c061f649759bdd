"""`manage.py export_cycles [--last N]`: the cycles that are kept, as JSON."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from control.selectors import last_cycles


class Command(BaseCommand):
    help = "Prints the last cycles that changed something as JSON: inputs, order and result (see replay_cycles)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--last", type=int, metavar="N", help="only the newest N; all that are kept if left out")

    def handle(self, *args: Any, last: int | None, **options: Any) -> None:
        self.stdout.write('{"format": "evce-cycles-1", "cycles": [')
        for number, cycle in enumerate(last_cycles(None if last is None else max(0, last))):
            self.stdout.write(("," if number else "") + json.dumps(cycle, ensure_ascii=False, separators=(",", ":")))
        self.stdout.write("]}")
