"""`manage.py explain CONNECTOR [--at TIME]`: why a connector had the setpoint it had."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import translation
from django.utils.translation import gettext as _

from common import clock
from control.asking import Unclear, connector_called, connector_names, instant_called, shown
from control.explaining import explain
from control.selectors import cycle_of, kept_between


class Command(BaseCommand):
    help = "Explains a connector's setpoint: the inputs, order and result of the last cycle kept for it."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("connector", help="box identity or station name, and number: CP-01/1, “Car park 1/1”")
        parser.add_argument(
            "--at", help="the last cycle before this time: 14:30 today, or 2026-03-01T14:30; the building's clock"
        )
        languages = [code for code, _name in settings.LANGUAGES]
        parser.add_argument("--language", choices=languages, default=settings.LANGUAGE_CODE)

    def handle(self, *args: Any, connector: str, at: str | None, language: str, **options: Any) -> None:
        with translation.override(language):
            names = connector_names()
            try:
                found = connector_called(connector, names)
                instant = instant_called(at, now=clock.now()) if at else None
            except Unclear as unclear:
                raise CommandError(str(unclear)) from None
            self.stdout.write(_told(found, instant, names))


def _told(connector: int, at: datetime | None, names: dict[int, str]) -> str:
    span = kept_between(at=at)
    if span is None:
        oldest = kept_between()
        if oldest is None:
            raise CommandError(_("No cycle is kept yet."))
        message = _("The cycles that are kept begin at %(since)s.")
        raise CommandError(message % {"since": shown(oldest[0])})
    since, until = span
    cycle = cycle_of(connector=connector, at=at)
    figures = {"name": names[connector], "since": shown(since), "until": shown(until)}
    if cycle is None:
        message = _("%(name)s had no session, and nothing was kept for it, from %(since)s to %(until)s.")
        raise CommandError(message % figures)
    said = explain(cycle, connector, names)
    if datetime.fromisoformat(cycle["at"]) < until:
        message = _(
            "%(name)s had no session at %(until)s, and nothing was kept for it. The last cycle in which it counted:"
        )
        said = f"{message % figures}\n\n{said}"
    return said
