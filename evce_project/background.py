"""Celery's worker and beat as threads of the one-process product, watched and started again."""

import logging
import threading
from collections.abc import Callable
from typing import Any, Protocol

from celery import beat
from celery.worker import WorkController, state

from evce_project.celery import app
from evce_project.scheduler import SteadyScheduler

START_AGAIN_AFTER_S = 1.0
log = logging.getLogger(__name__)


class Service(Protocol):
    """A Celery service: `start` blocks until it ends."""

    def start(self) -> Any: ...


class Background:
    """Both services; `stop` lets running tasks end."""

    def __init__(self) -> None:
        self._stopping = threading.Event()
        self._beat: beat.Service | None = None
        self._threads: list[threading.Thread] = []

    def start(self) -> None:
        app.finalize()
        app.set_default()
        self._supervise("evce-worker", self._new_worker)
        self._supervise("evce-beat", self._new_beat)

    def stop(self, timeout_s: float = 8.0) -> None:
        self._stopping.set()
        if self._beat is not None:
            self._beat.stop()
        # Celery's own way to end a worker that runs in a thread.
        vars(state)["should_stop"] = 0
        for thread in self._threads:
            thread.join(timeout_s)
            if thread.is_alive():
                log.warning("%s did not end in time", thread.name)

    def _supervise(self, name: str, build: Callable[[], Service]) -> None:
        thread = threading.Thread(target=self._keep_running, args=(name, build), name=name, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _keep_running(self, name: str, build: Callable[[], Service]) -> None:
        while not self._stopping.is_set():
            try:
                build().start()
            except Exception:  # loop guard: meters are polled again by the next one
                log.exception("%s failed", name)
            if not self._stopping.wait(START_AGAIN_AFTER_S):
                log.error("%s ended and is started again", name)

    def _new_worker(self) -> Service:
        worker: Service = WorkController(
            app=app,
            pool="threads",
            concurrency=4,
            queues=["evce", "polling"],
            without_heartbeat=True,
            without_gossip=True,
            without_mingle=True,
            loglevel="WARNING",
        )
        return worker

    def _new_beat(self) -> Service:
        self._beat = beat.Service(app, max_interval=1, scheduler_cls=SteadyScheduler)
        service: Service = self._beat
        return service
