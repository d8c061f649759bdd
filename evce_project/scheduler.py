"""Celery beat's scheduler, made safe against a wall clock that is set."""

from datetime import UTC, datetime
from typing import Any

from celery.beat import Scheduler

from common import clock

STEP_S = 2.0


class SteadyScheduler(Scheduler):
    """Celery reckons with the wall clock: set back an hour, it would poll no meter for an hour. This one starts the
    intervals afresh when the clock stepped."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self._offset_s = _offset_s()
        super().__init__(*args, **kwargs)

    def tick(self, *args: Any, **kwargs: Any) -> float:
        offset_s = _offset_s()
        if abs(offset_s - self._offset_s) > STEP_S:
            self._begin_afresh(clock.now())
        self._offset_s = offset_s
        interval_s: float = super().tick(*args, **kwargs)
        return interval_s

    def _begin_afresh(self, now: datetime) -> None:
        for entry in self.schedule.values():
            entry.last_run_at = now
        self._heap = None


def _offset_s() -> float:
    return (clock.now() - datetime(1970, 1, 1, tzinfo=UTC)).total_seconds() - clock.monotonic()
