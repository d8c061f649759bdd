"""Rows of a small site: a zone, a group, stations."""

from decimal import Decimal

from chargers.models import Connector, Station
from rfid.models import AuthGroup, Card
from zones.models import Zone


def zone(name: str = "Car park", *, parent: Zone | None = None, max_a: int = 60) -> Zone:
    return Zone.objects.get_or_create(name=name, defaults={"parent": parent, "max_current_a": Decimal(max_a)})[0]


def group(name: str = "Everybody", online: str = "all") -> AuthGroup:
    return AuthGroup.objects.get_or_create(name=name, defaults={"online": online})[0]


def detected(box_identity: str = "CP-1") -> Station:
    return Station.objects.create(box_identity=box_identity)


def station(box_identity: str = "CP-1", *, connectors: int = 1, online: str = "all", placed: bool = True) -> Station:
    """An installed one, in the car park, in a group with that online policy."""
    row = Station.objects.create(
        box_identity=box_identity,
        name=box_identity,
        state=Station.State.INSTALLED,
        zone=zone() if placed else None,
        group=group(online, online),
    )
    Connector.objects.bulk_create(Connector(station=row, number=n + 1) for n in range(connectors))
    return row


def card(id_tag: str, *groups: AuthGroup, authorised: bool = True, vip: bool = False) -> Card:
    row = Card.objects.create(id_tag=id_tag, authorised=authorised, vip=vip)
    row.groups.set(groups)
    return row
