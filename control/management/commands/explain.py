"""`manage.py explain CONNECTOR [--at TIME]`: why a connector had the setpoint it had."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone, translation
from django.utils.dateparse import parse_datetime, parse_time
from django.utils.translation import gettext as _

from chargers.models import Connector
from common import clock
from control.explaining import explain
from control.selectors import cycle_of


class Command(BaseCommand):
    help = "Explains a connector's setpoint: the inputs, order and result of the last cycle kept for it."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("connector", help="box identity and number, as in CP-01/1")
        parser.add_argument("--at", help="the last cycle before this time: 14:30 today, or 2026-03-01T14:30")
        languages = [code for code, _name in settings.LANGUAGES]
        parser.add_argument("--language", choices=languages, default=settings.LANGUAGE_CODE)

    def handle(self, *args: Any, connector: str, at: str | None, language: str, **options: Any) -> None:
        with translation.override(language):
            names = connector_names()
            found = next((pk for pk, name in names.items() if name == connector), None)
            if found is None:
                message = _("No connector is called %(name)s; write BOX-IDENTITY/NUMBER.")
                raise CommandError(message % {"name": connector})
            cycle = cycle_of(connector=found, at=_instant(at) if at else None)
            if cycle is None:
                raise CommandError(_("None of the cycles that are kept had a session or a reserve on it."))
            self.stdout.write(explain(cycle, found, names))


def connector_names() -> dict[int, str]:
    rows = Connector.objects.values_list("pk", "station__box_identity", "number")
    return {pk: f"{identity}/{number}" for pk, identity, number in rows}


def _instant(text: str) -> datetime:
    """Local time where no offset is written."""
    try:
        day, time = parse_datetime(text), parse_time(text)
    except ValueError:
        day = time = None
    if day is None and time is not None:
        day = datetime.combine(timezone.localdate(clock.now()), time)
    if day is None:
        raise CommandError(_("%(text)s is no time; write 14:30 or 2026-03-01T14:30.") % {"text": text})
    return timezone.make_aware(day) if timezone.is_naive(day) else day
