"""From rows to the engine's configuration."""

import pytest

from control.loading import load_config
from zones.models import Site, Zone

pytestmark = pytest.mark.django_db


def test_each_zone_is_followed_by_those_below_it() -> None:
    Site.objects.create(pk=1)
    first, second = (Zone.objects.create(name=name, max_current_a=100) for name in ("First", "Second"))
    below = Zone.objects.create(name="Below first", parent=first, max_current_a=50)
    Zone.objects.create(name="Below below", parent=below, max_current_a=40)
    assert [zone.name for zone in load_config().zones] == ["First", "Below first", "Below below", "Second"]
    assert second.pk == load_config().zones[3].id
