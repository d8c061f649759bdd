"""UI-3: the status bar, from the site document's row where no control loop runs in the process."""

import pytest

from control.models import SiteDocument
from evce_project.status_bar import StatusBar, status_bar

pytestmark = pytest.mark.django_db


def publish(at: str) -> None:
    counts = {"stations": 16, "online": 12, "offline": 3, "stations_faulted": 1, "charging": 5}
    SiteDocument.objects.create(pk=1, sequence=7, body={"at": at, "counts": counts, "alarms": [{}, {}]})


def test_before_the_first_document_the_bar_says_that_it_waits() -> None:
    assert status_bar() == StatusBar()


def test_the_bar_shows_the_counts_of_the_newest_document() -> None:
    publish("2999-01-01T00:00:00Z")
    assert status_bar() == StatusBar(known=True, online=12, offline=3, faulted=1, charging=5, alarms=2)


def test_an_old_document_is_marked_as_old() -> None:
    publish("2020-01-01T00:00:00Z")
    assert status_bar().stale
