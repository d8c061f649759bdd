"""`manage.py site_status`: what the site does now, in a terminal or as JSON."""

import json
import threading
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError
from django.utils import translation
from django.utils.translation import gettext as _

from common import clock
from control.figures import duration
from control.sentences import sentence
from dashboard.documents import STALE_S, Document, age_s, newest
from dashboard.tables import status_text

CLEAR = "\x1b[2J\x1b[H"


class Command(BaseCommand):
    help = "Prints the zones and connectors of the site as the control loop sees them."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="the site document, with the sentence of each reason")
        parser.add_argument("--watch", action="store_true", help="again each second, until Ctrl+C")
        languages = [code for code, _name in settings.LANGUAGES]
        parser.add_argument("--language", choices=languages, default=settings.LANGUAGE_CODE)

    def handle(self, *args: Any, language: str, **options: Any) -> None:
        with translation.override(language):
            self._show(**options)

    def _show(self, **options: Any) -> None:
        show = self._as_json if options["json"] else self._as_text
        if not options["watch"]:
            show(_document())
            return
        pause = threading.Event()
        try:
            while not pause.wait(1.0):
                if not options["json"]:
                    self.stdout.write(CLEAR, ending="")
                self._again(show)
        except KeyboardInterrupt:
            return

    def _again(self, show: Any) -> None:
        """A watcher started before EVCE waits for it."""
        try:
            show(_document())
        except CommandError as error:
            self.stderr.write(str(error))

    def _as_json(self, document: Document) -> None:
        self.stdout.write(json.dumps(_explained(document), ensure_ascii=False))

    def _as_text(self, document: Document) -> None:
        age = age_s(document, clock.now())
        site = document["site"]
        self.stdout.write(f"{site['name']}  {site['grid']}  #{document['seq']}  {document['at']}")
        if age > STALE_S:
            warning = _("STALE: these figures are %(age)s old. Is EVCE running?") % {"age": duration(age)}
            self.stdout.write(self.style.WARNING(warning))
        self.stdout.write("")
        self.stdout.write(status_text(document))


def _document() -> Document:
    try:
        document = newest()
    except DatabaseError:  # no tables yet, or no database at all
        document = None
    if document is None:
        raise CommandError(
            _("There is no site document: EVCE has not run on this database yet. Start it with `manage.py runevce`.")
        )
    return document


def _explained(document: Document) -> Document:
    """Adds `age_s`, `stale`, and each connector's reason in words."""
    age = round(age_s(document, clock.now()), 1)
    connectors = [
        {**connector, "reason": {**connector["reason"], "sentence": sentence(connector["reason"])}}
        for connector in document["connectors"]
    ]
    return {**document, "age_s": age, "stale": age > STALE_S, "connectors": connectors}
