"""S12: what rows of before said of zones is there after the migration, and the other way round."""

from typing import Any

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from chargers.models import Setpoint
from control import places
from engine.model import Place
from engine.wiring import Grid, parse_wiring
from zones.models import Zone

OLD = [("chargers", "0006_one_form_of_limits")]


def at(targets: Any) -> Any:
    MigrationExecutor(connection).migrate(targets)
    others = [node for node in newest() if node[0] != "chargers"]
    return MigrationExecutor(connection).loader.project_state(targets + others).apps


def newest() -> Any:
    return MigrationExecutor(connection).loader.graph.leaf_nodes()


def a_row(apps: Any, *, phases: str, placed: bool) -> int:
    zones = apps.get_model("zones", "Zone").objects
    top = zones.create(name="Main", max_current_a=40)
    leaf = zones.create(name="Row", max_current_a=40, parent_id=top.pk)
    station = apps.get_model("chargers", "Station").objects.create(box_identity="CP-1", zone_id=top.pk)
    connector = apps.get_model("chargers", "Connector").objects.create(
        station=station, number=1, phases=phases, max_current_a=20
    )
    apps.get_model("chargers", "Setpoint").objects.create(
        connector=connector, limit_ma=16_000, generation=7, zone_id=leaf.pk if placed else None
    )
    return int(connector.pk)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("grid", "phases"), [("3x400N", "L2L3L1"), ("3x400N", "L2"), ("3x230", "L1L2"), ("3x230", "L2L3L1")]
)
def test_the_zone_of_a_setpoint_becomes_its_path(grid: str, phases: str) -> None:
    apps = at(OLD)
    apps.get_model("zones", "Site").objects.create(pk=1, grid=grid)
    pk = a_row(apps, phases=phases, placed=True)
    at(newest())
    row = Setpoint.objects.get(pk=pk)
    path = ids_of("Row", "Main")
    assert places.from_row(row.places) == (Place(path, parse_wiring(phases, Grid(grid)), 20_000),)
    assert (row.limit_ma, row.generation) == (16_000, 7)


@pytest.mark.django_db(transaction=True)
def test_a_setpoint_without_a_zone_keeps_its_rating_and_there_is_a_way_back() -> None:
    pk = a_row(at(OLD), phases="L1L2L3", placed=False)
    at(newest())
    assert [place.zones for place in places.from_row(Setpoint.objects.get(pk=pk).places)] == [()]
    row = at(OLD).get_model("chargers", "Setpoint").objects.get(pk=pk)
    assert (row.zone_id, row.limit_ma) == (None, 16_000)
    at(newest())


def ids_of(*names: str) -> tuple[int, ...]:
    return tuple(Zone.objects.get(name=name).pk for name in names)
