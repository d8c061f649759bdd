"""The configuration version and the hint that it changed."""

from typing import Any

import pytest

from common import hints
from tests.chargers import builders as site
from zones.models import Site
from zones.selectors import zone_tree
from zones.services import bump_version


@pytest.mark.django_db
def test_a_bump_counts_up_from_a_site_that_did_not_exist() -> None:
    bump_version()
    first = Site.objects.get().version
    bump_version()
    assert Site.objects.get().version == first + 1


@pytest.mark.django_db
def test_whoever_listens_is_told_after_the_commit(django_capture_on_commit_callbacks: Any) -> None:
    told: list[dict[str, Any]] = []
    end = hints.listen("configuration", told.append)
    with django_capture_on_commit_callbacks(execute=True):
        bump_version()
        assert told == []
    end()
    assert told == [{}]


@pytest.mark.django_db
def test_zones_come_parents_first_in_their_order() -> None:
    low, high = site.zone("Low"), site.zone("High")
    site.zone("Low sub", parent=low)
    low.position, high.position = 2, 1
    low.save()
    high.save()
    assert [zone.name for zone in zone_tree()] == ["High", "Low", "Low sub"]
