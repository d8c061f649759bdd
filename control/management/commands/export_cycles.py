"""`manage.py export_cycles [--last N]`: the cycles that are kept, as JSON."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from control.replaying import FORMAT
from control.selectors import last_cycles


class Command(BaseCommand):
    help = "Prints the last cycles that changed something as JSON: inputs, order and result (see replay_cycles)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--last", type=int, metavar="N", help="only the newest N; all that are kept if left out")

    def handle(self, *args: Any, last: int | None, **options: Any) -> None:
        if last is not None and last < 1:
            raise CommandError(_("--last must be 1 or more."))
        cycles = last_cycles(last)
        self.stdout.write(f'{{"format": "{FORMAT}", "cycles": [')
        for number, cycle in enumerate(cycles):
            self.stdout.write(("," if number else "") + json.dumps(cycle, ensure_ascii=False, separators=(",", ":")))
        self.stdout.write("]}")
