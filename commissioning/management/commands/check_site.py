"""`manage.py check_site [FILE]`: what is to be said about a configuration, before cars find out."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from commissioning import site_file
from commissioning.checking import check_file, check_rows
from commissioning.checks.findings import Finding, Severity, report
from commissioning.management.commands.load_site import read_site_file
from commissioning.site_structure import SiteFileError


class Command(BaseCommand):
    help = "Lists what is wrong or surprising in the configuration, or in a site file that is not loaded yet."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, nargs="?", help="a site file, or - for standard input")
        levels = [severity.value for severity in Severity]
        parser.add_argument("--fail-level", choices=levels, default="error", help="exit with 1 from this level on")
        languages = [code for code, _name in settings.LANGUAGES]
        parser.add_argument("--language", choices=languages, default=settings.LANGUAGE_CODE)

    def handle(self, *args: Any, file: Path | None, fail_level: str, language: str, **options: Any) -> None:
        with translation.override(language):
            found = check_rows() if file is None else _of_file(file)
            for line in report(found):
                self.stdout.write(line)
            levels = list(Severity)
            grave = [f for f in found if levels.index(f.severity) <= levels.index(Severity(fail_level))]
            if grave:
                message = ngettext("%(count)d finding fails.", "%(count)d findings fail.", len(grave))
                raise CommandError(message % {"count": len(grave)})
            if not found:
                self.stdout.write(_("Nothing to remark."))


def _of_file(file: Path) -> list[Finding]:
    text = read_site_file(file)
    try:
        return check_file(site_file.read(text))
    except SiteFileError as error:
        lines = [f"  {problem}" for problem in error.problems]
        raise CommandError("\n".join([_("This file can't be loaded:"), *lines])) from None
