"""The task, the poller's thread, hints and rows together."""

import socket
import threading
import time
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from common import hints
from common.writer import writer
from metering import selectors, services
from metering.faults import FaultCode, Unreadable
from metering.models import Meter, Reading
from metering.polling import Poller
from metering.tasks import poll_meters

StartMeter = Callable[..., Awaitable[Any]]
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def heard() -> Iterator["Heard"]:
    listener = Heard()
    stop = hints.listen("reading", listener)
    yield listener
    stop()


class Heard:
    """The hints of topic "reading"."""

    def __init__(self) -> None:
        self.all: list[dict[str, Any]] = []
        self._changed = threading.Condition()

    def __call__(self, hint: dict[str, Any]) -> None:
        with self._changed:
            self.all.append(hint)
            self._changed.notify_all()

    def of(self, meter: int) -> list[dict[str, Any]]:
        return [hint for hint in self.all if hint["meter"] == meter]

    def wait(self, meter: int, count: int, timeout_s: float = 5.0) -> list[dict[str, Any]]:
        with self._changed:
            assert self._changed.wait_for(lambda: len(self.of(meter)) >= count, timeout_s)
        return self.of(meter)


@pytest.fixture
def poller() -> Iterator[Poller]:
    made = Poller()
    yield made
    made.stop()
    writer.flush()


def meter(port: int, **changes: Any) -> Meter:
    return services.create_meter(
        **({"name": "Main", "model": "NSX", "host": "127.0.0.1", "port": port} | changes)
    )
