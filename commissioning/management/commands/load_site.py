"""`manage.py load_site FILE`: a site file becomes the site."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import translation
from django.utils.translation import gettext as _

from commissioning.checks.findings import report
from commissioning.loading import load_site
from commissioning.site_structure import SiteFileError


class Command(BaseCommand):
    help = "Load an installation from a JSON file (docs/site-file.md): all of it, or nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="the site file, or - for standard input")
        languages = [code for code, _name in settings.LANGUAGES]
        parser.add_argument("--language", choices=languages, default=settings.LANGUAGE_CODE)

    def handle(self, *args: Any, file: Path, language: str, **options: Any) -> None:
        with translation.override(language):
            self._load(file)

    def _load(self, file: Path) -> None:
        text = read_site_file(file)
        try:
            loaded = load_site(text)
        except SiteFileError as error:
            lines = [f"  {problem}" for problem in error.problems]
            raise CommandError("\n".join([_("Nothing was loaded:"), *lines])) from None
        for line in report(loaded.findings):
            self.stderr.write(self.style.WARNING(line))
        if loaded.unassigned:
            names = ", ".join(loaded.unassigned)
            self.stderr.write(self.style.WARNING(_("In no zone any more (0 A): %(stations)s") % {"stations": names}))
        self.stdout.write(_("The site was loaded.") if loaded.changed else _("The site was like this already."))


def read_site_file(file: Path) -> str:
    try:
        return Path("/dev/stdin" if str(file) == "-" else file).read_text(encoding="utf-8-sig")
    except OSError as error:
        raise CommandError(_("%(file)s can't be read: %(why)s") % {"file": file, "why": error.strerror}) from None
    except UnicodeDecodeError:
        raise CommandError(_("%(file)s is not UTF-8 text.") % {"file": file}) from None
