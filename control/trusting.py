"""A person says that a connector is in order again: one function for pages, API and commands (S15)."""

from django.db import transaction

from chargers.models import Connector, Setpoint
from common import hints
from control.distrust import to_row
from engine.facts import Conduct
from journal.models import Kind
from journal.records import Said
from journal.services import write_entry

TOPIC = "trust"


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
