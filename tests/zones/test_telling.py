"""What the journal says that a form changed."""

from typing import Any

import pytest
from django import forms
from django.utils import translation

from journal.records import Said
from journal.wording import spoken
from tests.chargers import builders as site
from zones.models import Site, TouPeriod, Zone
from zones.telling import changes

pytestmark = pytest.mark.django_db


def told(model: type[Any], row: Any, fields: list[str], **data: Any) -> list[str]:
    form = forms.modelform_factory(model, fields=fields)(data, instance=row)
    assert form.is_valid(), form.errors
    return [spoken({"code": change.code, "params": as_kept(change.params)}) for change in changes(form)]


def as_kept(value: Any) -> Any:
    """As a row of the journal keeps it: text and numbers."""
    if isinstance(value, Said):
        return {"code": value.code, "params": as_kept(value.params)}
    if isinstance(value, dict):
        return {name: as_kept(one) for name, one in value.items()}
    return [as_kept(one) for one in value] if isinstance(value, list) else value


def test_a_zone_is_called_by_its_name_before_and_after() -> None:
    below = site.zone("Sub", parent=site.zone("North"))
    other = site.zone("South")
    assert told(Zone, below, ["parent"], parent=other.pk) == ["Parent zone: North → South"]
    assert told(Zone, Zone.objects.get(pk=below.pk), ["parent"], parent="") == ["Parent zone: North → –"]


def test_a_choice_is_called_as_on_the_page() -> None:
    row = Site.objects.create(pk=1)
    assert told(Site, row, ["production"], production="local") == [
        "Local production strategy: Grid only → Local production only"
    ]


def test_a_tick_is_yes_or_no_and_several_rows_are_listed() -> None:
    period = TouPeriod.objects.create(name="Peak", max_charge_pct=50)
    period.zones.add(site.zone("North"))
    both = [zone.pk for zone in (*Zone.objects.all(), site.zone("South"))]
    assert told(TouPeriod, period, ["enabled", "zones"], zones=both) == [
        "On: yes → no",
        "Zones: North → North, South",
    ]


def test_it_is_told_in_french_to_a_french_reader() -> None:
    zone = site.zone("Roof")
    with translation.override("fr"):
        assert told(Zone, zone, ["max_current_a"], max_current_a="60.5") == ["Courant maximal (A) : 60 → 60,5"]
