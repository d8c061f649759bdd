"""Stations enter the site, move in it, and leave it."""

from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from chargers.installing import ConnectorPlan, delete_station, install_station, move_stations
from chargers.models import Station
from tests.chargers import builders as site
from tests.transactions.builders import begun
from transactions.models import Transaction
from zones.models import Site

pytestmark = pytest.mark.django_db


def install(station: Station, *connectors: ConnectorPlan, **fields: Any) -> None:
    values = {"name": "", "zone": None, "group": None} | fields
    install_station(station=station, connectors=connectors or [ConnectorPlan(1)], **values)


def version() -> int:
    return Site.objects.get_or_create(pk=1)[0].version


def test_a_detected_station_is_installed_in_the_group_for_new_ones() -> None:
    group = site.group("New")
    group.takes_new_stations = True
    group.save()
    station, before = site.detected(), version()
    install(station, ConnectorPlan(1), ConnectorPlan(2, "L2", Decimal(16)), zone=site.zone())
    station.refresh_from_db()
    assert (station.state, station.name, station.group) == (Station.State.INSTALLED, "CP-1", group)
    assert list(station.connectors.values_list("number", "phases", "max_current_a")) == [
        (1, "L1L2L3", Decimal(32)),
        (2, "L2", Decimal(16)),
    ]
    assert version() == before + 1


@pytest.mark.parametrize(
    "connectors",
    [[], [ConnectorPlan(1), ConnectorPlan(1)], [ConnectorPlan(0)], [ConnectorPlan(1, "L1L2")]],
    ids=["none", "twice", "zero", "delta wiring"],
)
def test_impossible_connectors_are_refused(connectors: list[ConnectorPlan]) -> None:
    station = site.detected()
    with pytest.raises(ValidationError):
        install_station(station=station, connectors=connectors, name="", zone=None, group=None)
    assert not station.connectors.exists()


def test_stations_go_only_to_zones_without_sub_zones() -> None:
    top = site.zone("Top")
    site.zone("Sub", parent=top)
    with pytest.raises(ValidationError, match="Top has sub-zones"):
        install(site.detected(), zone=top)


def test_stations_move_and_those_already_there_do_not_count() -> None:
    there, elsewhere = site.station("CP-1"), site.station("CP-2", placed=False)
    before = version()
    assert move_stations(stations=[there.pk, elsewhere.pk], zone=site.zone()) == 1
    elsewhere.refresh_from_db()
    assert (elsewhere.zone, version()) == (site.zone(), before + 1)


def test_a_station_is_not_deleted_during_a_transaction() -> None:
    station = site.station()
    begun(station)
    with pytest.raises(ValidationError, match="can't be deleted"):
        delete_station(station=station)


def test_the_records_of_a_deleted_station_stay() -> None:
    station = site.station()
    begun(station)
    Transaction.objects.update(state=Transaction.State.ENDED)
    delete_station(station=station)
    assert Transaction.objects.get().box_identity == "CP-1"
