"""A person says that a connector is in order again: one function for pages, API and commands (S15)."""

from django.db import transaction
from django.utils.translation import gettext as _

from chargers.models import Connector
from common import hints
from journal.models import Kind
from journal.services import write_entry

TOPIC = "trust"


def trust_again(*, connector: int, by: str) -> None:
    """Serve it and judge it anew, and put it back into service at the station. Journals who asked.

    Raises Connector.DoesNotExist. Takes effect when the station is connected; a repeat does no harm.
    """
    row = Connector.objects.select_related("station").get(pk=connector)
    with transaction.atomic():
        write_entry(
            kind=Kind.LOAD,
            subtype="trusted",
            device=row.station.box_identity,
            message=_("Connector %(number)d is put back into service by %(by)s.") % {"number": row.number, "by": by},
        )
        transaction.on_commit(lambda: hints.send(TOPIC, {"connector": connector}))
