"""`manage.py replay_cycles FILE`: plan exported cycles again and compare."""

import json
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from common.text import printable
from control.replaying import NoCycle, NoExport, cycles_of, replay


class Command(BaseCommand):
    help = "Plans the cycles of a file made by export_cycles again; fails where a plan differs."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="the file, or - for standard input")
        languages = [code for code, _name in settings.LANGUAGES]
        parser.add_argument("--language", choices=languages, default=settings.LANGUAGE_CODE)

    def handle(self, *args: Any, file: Path, language: str, **options: Any) -> None:
        with translation.override(language):
            self._replay(file)

    def _replay(self, file: Path) -> None:
        different = planned = 0
        try:
            for number, cycle in enumerate(cycles_of(_read(file)), 1):
                found = replay(cycle)
                planned += 1
                different += bool(found)
                which = printable(f"{cycle.get('id', number)} {cycle.get('at', '')}", 60)
                for difference in found:
                    self.stdout.write(f"{which}: {difference}")
        except NoExport as error:
            message = _("%(file)s is no file of export_cycles: %(why)s")
            raise CommandError(message % {"file": file, "why": error}) from None
        except NoCycle as error:
            message = _("%(file)s holds a cycle (number %(number)s) that can't be replayed: %(why)s")
            raise CommandError(message % {"file": file, "number": planned + 1, "why": error}) from None
        if different:
            message = ngettext(
                "%(different)d of %(planned)d cycle is planned differently.",
                "%(different)d of %(planned)d cycles are planned differently.",
                planned,
            )
            raise CommandError(message % {"different": different, "planned": planned})
        message = ngettext("%(planned)d cycle: same plan.", "%(planned)d cycles: same plan.", planned)
        self.stdout.write(message % {"planned": planned})


def _read(file: Path) -> Any:
    try:
        return json.loads(Path("/dev/stdin" if str(file) == "-" else file).read_text(encoding="utf-8"))
    except OSError as error:
        raise CommandError(_("%(file)s can't be read: %(why)s") % {"file": file, "why": error.strerror}) from None
    except (ValueError, RecursionError) as error:
        why = _("nested too deeply") if isinstance(error, RecursionError) else error
        message = _("%(file)s is no file of export_cycles: %(why)s")
        raise CommandError(message % {"file": file, "why": why}) from None
