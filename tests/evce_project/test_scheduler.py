"""Beat goes on when the wall clock is set."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from celery.beat import ScheduleEntry

from evce_project import scheduler
from evce_project.celery import app
from evce_project.scheduler import SteadyScheduler


class Recorder(SteadyScheduler):
    """Keeps what it would send."""

    def __init__(self) -> None:
        self.sent: list[str] = []
        super().__init__(app=app, max_interval=1, lazy=False)

    def apply_entry(self, entry: ScheduleEntry, producer: object = None) -> None:
        self.sent.append(entry.task)


def run_for(recorder: Recorder, traveller: time_machine.Traveller, seconds: int) -> None:
    for _ in range(seconds * 10):
        traveller.shift(0.1)
        recorder.tick()


def polls(recorder: Recorder) -> int:
    return recorder.sent.count("metering.tasks.poll_meters")


@pytest.mark.parametrize("step", [timedelta(hours=-1), timedelta(hours=1)])
def test_polling_goes_on_when_the_clock_is_set(monkeypatch: pytest.MonkeyPatch, step: timedelta) -> None:
    stepped_s = 0.0
    start = datetime(2026, 1, 1, tzinfo=UTC)
    with time_machine.travel(start, tick=False) as traveller:
        monkeypatch.setattr(scheduler, "_offset_s", lambda: stepped_s)
        recorder = Recorder()
        run_for(recorder, traveller, 3)
        before = polls(recorder)
        traveller.shift(step)
        stepped_s = step.total_seconds()
        run_for(recorder, traveller, 5)
    assert before >= 2
    assert polls(recorder) - before >= 3


def test_the_review_is_not_run_at_every_start() -> None:
    with time_machine.travel(datetime(2026, 1, 1, tzinfo=UTC), tick=False) as traveller:
        recorder = Recorder()
        run_for(recorder, traveller, 5)
    assert "control.tasks.review_ranks" not in recorder.sent
