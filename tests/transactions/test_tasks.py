"""Housekeeping of meter samples."""

from datetime import timedelta

import pytest

from common import clock
from tests.chargers import builders as site
from tests.transactions.builders import begun, row, sample
from transactions import tasks
from transactions.models import MeterSample, Transaction
from transactions.services import record_samples

pytestmark = pytest.mark.django_db


def test_old_samples_go_in_turns_and_their_transaction_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tasks, "CHUNK", 2)
    station = site.station()
    charge = begun(station)
    old, new = clock.now() - timedelta(days=31), clock.now() - timedelta(days=29)
    record_samples([sample(station, 0, 1_500, at=at) for at in (old, old, old, new)])
    assert tasks.prune_samples() == 3
    assert MeterSample.objects.get().at == new
    assert row(charge).state == Transaction.State.OPEN
