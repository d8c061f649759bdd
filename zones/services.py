"""Writes to the installation and its zones. Whoever changes configuration ends with `bump_version`."""

from django.db import transaction
from django.db.models import F

from common import hints
from zones import selectors
from zones.models import Site


def bump_version() -> None:
    """A new configuration version; control reloads what differs once the change is committed."""
    with transaction.atomic():
        if not Site.objects.filter(pk=1).update(version=F("version") + 1):
            selectors.site()
        transaction.on_commit(lambda: hints.send("configuration", {}))
