"""A person says that something is in order again: one function each for pages, API and commands (S15, MET-6)."""

from django.db import transaction

from chargers.models import Connector, Setpoint
from common import hints
from control.distrust import to_row
from engine.facts import Conduct
from engine.wiring_watch import WRONG
from journal.models import Kind
from journal.records import Said
from journal.services import clear_alarm, write_entry
from metering.models import Meter

TOPIC = "trust"
METER_TOPIC = "trust-meter"
METER_ALARMS = WRONG
"""Those of a meter that is not believed until the cars, or a person, say that it is wired right."""


def trust_again(*, connector: int, by: str) -> None:
    """Serve it and judge it anew, and put it back into service at the station. Journals who asked.

    Raises Connector.DoesNotExist. The station is told when it is connected; a repeat does no harm. Where control does
    not run now, it finds the row when it starts.
    """
    row = Connector.objects.select_related("station").get(pk=connector)
    with transaction.atomic():
        Setpoint.objects.filter(connector=row).update(conduct=to_row(Conduct(readmitted=True)))
        write_entry(
            kind=Kind.LOAD,
            subtype="trusted",
            device=row.station.box_identity,
            message=Said("put_back", {"number": row.number, "by": by}),
        )
        transaction.on_commit(lambda: hints.send(TOPIC, {"connector": connector}))


def trust_meter_again(*, meter: int, by: str) -> None:
    """Its wiring is right now: believe its readings, until the cars prove them wrong once more. Journals who said so.

    Raises Meter.DoesNotExist. Where control does not run now, it finds no alarm of it when it starts.
    """
    row = Meter.objects.get(pk=meter)
    with transaction.atomic():
        for code in METER_ALARMS:
            clear_alarm(code=code, subject=row.name)
        said = Said("wiring_right", {"by": by})
        write_entry(kind=Kind.COMMUNICATION, subtype="meter_trusted", device=row.name, message=said)
        transaction.on_commit(lambda: hints.send(METER_TOPIC, {"meter": meter}))
