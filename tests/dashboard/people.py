"""Users and rows that the pages need."""

from typing import Any

from django.test import Client

from accounts.models import Role, User
from chargers.models import Station
from control.models import SiteDocument
from zones.models import Zone


def user(role: str = Role.OPERATOR, name: str = "olivia", **changed: Any) -> User:
    return User.objects.create_user(username=name, password="Sesame-Street-1", role=role, **changed)


def client_of(role: str = Role.OPERATOR, **changed: Any) -> Client:
    client = Client()
    if role != Role.ADMIN:
        user(Role.ADMIN, "alice")
    client.force_login(user(role, **changed))
    return client


def publish(document: dict[str, Any]) -> None:
    SiteDocument.objects.update_or_create(pk=1, defaults={"sequence": document["seq"], "body": document})


def station_row(identity: int = 1, **changed: Any) -> Station:
    zone, _ = Zone.objects.get_or_create(pk=1, defaults={"name": "Building", "max_current_a": 160})
    given = {"box_identity": f"BOX-{identity}", "name": f"Station {identity}", "state": "installed", "zone": zone}
    return Station.objects.create(pk=identity, **{**given, **changed})
