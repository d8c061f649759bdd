"""No setting is lost between two boxes: every field is in the site file, or left out for a reason."""

import json
from datetime import time
from decimal import Decimal
from typing import Any

import pytest
from django.apps import apps
from django.db import models

from chargers.models import Connector, Station
from commissioning.loading import load_site
from metering.maps import MODELS
from metering.models import DigitalInput, Meter
from rfid.models import AuthGroup, Card
from tests.commissioning.test_loading import exported, full, reducers
from zones.models import Reduction, Site, TouPeriod, TouSlot, Zone

pytestmark = pytest.mark.django_db

CONFIGURED = [Site, Zone, Reduction, TouPeriod, TouSlot, Meter, DigitalInput, Station, Connector, AuthGroup, Card]
NO_SETTINGS = {
    "chargers.LearnedProfile": "what stations taught: another box learns it again",
    "chargers.Setpoint": "what connectors were told",
    "metering.InputState": "the newest poll",
    "metering.Reading": "the newest poll",
    "rfid.UnknownCard": "cards that were presented",
}
_TOLD_BY_ITSELF = "the station tells it"
_STATE = "what happens, no setting"
LEFT_OUT = {
    "Site.version": "counts the changes of this box",
    "Reduction.origin": "only those of the installer are in the file",
    "Reduction.max_current_a": "a building management system's alone",
    "Reduction.set_at": "a building management system's alone",
    "Reduction.expires_at": "a building management system's alone",
    "Reduction.on_expiry": "a building management system's alone",
    "Reduction.fallback_current_a": "a building management system's alone",
    "Station.state": "stations of a file are installed",
    "Card.id_key": "made of the id tag",
    "Card.name": "a person: no part of an installation",
    "Card.comment": "a person: no part of an installation",
    "Card.registered_at": _STATE,
    "Card.last_seen_at": _STATE,
    "Connector.status": _STATE,
    "Connector.status_at": _STATE,
    "Connector.error_code": _STATE,
    **dict.fromkeys(
        (
            f"Station.{name}"
            for name in ("vendor", "model", "serial_number", "firmware_version", "address", "configuration")
        ),
        _TOLD_BY_ITSELF,
    ),
    **dict.fromkeys((f"Station.{name}" for name in ("refused_keys", "quirks", "learned")), _TOLD_BY_ITSELF),
    **dict.fromkeys(
        (f"Station.{name}" for name in ("online", "ever_connected", "accepted_at", "last_seen_at", "detected_at")),
        _STATE,
    ),
}


def settings_of(model: type[models.Model]) -> list[str]:
    names = [field.name for field in (*model._meta.fields, *model._meta.many_to_many) if not field.primary_key]
    return [f"{model.__name__}.{name}" for name in names]


EVERY = [name for model in CONFIGURED for name in settings_of(model)]
OTHERS: dict[str, Any] = {
    "Meter.model": next(reversed(MODELS)),
    "Site.grid": Site.Grid.DELTA,
    "Site.margin_a": Decimal("9.5"),
    "Station.position": 99,
}
"""Where the next value of the same type is none that the site allows."""
ROWS: dict[str, tuple[str, str]] = {
    "Connector": ("kind", Connector.Kind.DC),
    "Meter": ("name", "Roof"),
    "Station": ("box_identity", "CP-1"),
    "Zone": ("name", "Main"),
    "Zone.parent": ("name", "Visitors"),
}
"""Which row is changed."""


def row_of(name: str) -> Any:
    model = next(model for model in CONFIGURED if model.__name__ == name.split(".", maxsplit=1)[0])
    chosen = ROWS.get(name) or ROWS.get(model.__name__)
    return model._default_manager.filter(**dict([chosen] if chosen else []))[:1].get()


def make_room(name: str) -> None:
    """For the value that follows."""
    if name == "Site.grid":
        Connector.objects.update(phases=Connector.Phases.L1L2L3)
    if name == "Meter.role":
        Meter.objects.filter(name="Main meter").update(zone=None)
    if name == "TouSlot.period":
        TouPeriod.objects.create(name="Other", max_charge_pct=50)
    if name == "Zone.position":
        Zone.objects.update(position=models.F("position") + 1)


def change(name: str) -> None:
    make_room(name)
    row = row_of(name)
    field = row._meta.get_field(name.split(".")[1])
    if field.many_to_many:
        getattr(row, field.name).clear()
    elif name == "Zone.position":
        Zone.objects.filter(name="Annex").update(position=0)
    else:
        setattr(row, field.name, OTHERS.get(name, other(field, getattr(row, field.name))))
        row.save()


def other(field: Any, value: Any) -> Any:
    if field.related_model:
        rows = field.related_model.objects.exclude(pk=value and value.pk)
        return (rows.filter(name="Annex") if field.related_model is Zone else rows)[:1].get()
    if field.choices:
        return next(key for key, _word in field.choices if key != value)
    if isinstance(value, bool):
        return not value
    if isinstance(value, time):
        return value.replace(minute=value.minute + 1)
    if isinstance(value, str):
        return "10.9.9.9" if field.name == "host" else f"{value}-2"
    return value + 1


def empty_the_box() -> None:
    for model in (Station, Meter, DigitalInput, TouPeriod, Card, AuthGroup):
        model._default_manager.all().delete()
    Zone.objects.update(parent=None)
    Zone.objects.all().delete()
    Site.objects.all().delete()


def test_every_table_of_the_configuration_is_looked_at() -> None:
    names = ("zones", "metering", "chargers", "rfid")
    tables = [model for name in names for model in apps.get_app_config(name).get_models()]
    assert {model._meta.label for model in tables} - NO_SETTINGS.keys() == {model._meta.label for model in CONFIGURED}


def test_what_is_left_out_is_still_there() -> None:
    assert LEFT_OUT.keys() <= set(EVERY)


@pytest.mark.parametrize("name", [name for name in EVERY if name not in LEFT_OUT])
def test_every_setting_arrives_on_another_box(name: str) -> None:
    load_site(json.dumps(full() | reducers()))
    before = exported()
    change(name)
    file = exported()
    assert file != before
    empty_the_box()
    load_site(json.dumps(file))
    assert exported() == file
