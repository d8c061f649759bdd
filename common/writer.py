"""The only hot writer: a thread that commits whatever is queued when it is free (group commit, no timer).

A handler gets the payloads of adjacent jobs of its kind as one list and returns one result each. It runs inside a
savepoint of the writer's transaction; when it fails, each of its payloads is tried again alone. `done` hears of a
result only after the commit that made it durable.
"""

import asyncio
import logging
import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from asgiref.sync import sync_to_async
from django.db import connection, transaction

from common import clock
from common.turns import turn

__all__ = ["Handler", "Health", "Writer", "turn", "writer"]

P = TypeVar("P")
R = TypeVar("R")
Handler = Callable[[Sequence[P]], Sequence[R]]
Done = Callable[[R | None, Exception | None], object]

MOST_JOBS_PER_COMMIT = 2_000
MOST_PAYLOADS_PER_CALL = 500
log = logging.getLogger(__name__)


@dataclass(slots=True)
class Job:
    handler: Handler[Any, Any]
    payload: Any
    done: Done[Any] | None
    result: Any = None
    error: Exception | None = None


@dataclass(slots=True)
class Health:
    """What `/healthz` tells of the writer: `failing_since` is monotonic, None while commits succeed."""

    queued: int
    running: bool
    failing_since: float | None
    error: str


@dataclass
class Writer:
    """Queue and thread. Without a running thread every job is done at once, by the caller."""

    _urgent: deque[Job] = field(default_factory=deque)
    _jobs: deque[Job] = field(default_factory=deque)
    _changed: threading.Condition = field(default_factory=threading.Condition)
    _thread: threading.Thread | None = None
    _stopping: bool = False
    _busy: bool = False
    _loop: asyncio.AbstractEventLoop | None = None
    _failing_since: float | None = None
    _error: str = ""

    def bind(self, loop: asyncio.AbstractEventLoop | None) -> None:
        """Have all `done` of a commit called on this event loop (None: on the writer's thread)."""
        self._loop = loop

    def start(self) -> None:
        with self._changed:
            if self._thread is None:
                self._stopping = False
                self._thread = threading.Thread(target=self._run, name="evce-writer", daemon=True)
                self._thread.start()

    def stop(self, timeout_s: float = 10.0) -> None:
        """End the thread after it has committed all that is queued."""
        with self._changed:
            thread, self._stopping = self._thread, True
            self._changed.notify_all()
        if thread is not None:
            thread.join(timeout_s)
            self._thread = None

    def submit(self, handler: Handler[P, R], payload: P, done: Done[R] | None = None, urgent: bool = False) -> None:
        """Queue a payload; never blocks while the thread runs. `urgent` goes before all that is not."""
        job = Job(handler, payload, done)
        with self._changed:
            if self._thread is not None and not self._stopping:
                (self._urgent if urgent else self._jobs).append(job)
                self._changed.notify_all()
                return
        self._commit([job])
        _log_unheard([job])
        _call_back([job])

    async def write(self, handler: Handler[P, R], payload: P, urgent: bool = False) -> R:
        """Queue a payload and wait for its commit; raises what the handler or the database raised."""
        if self._thread is None:
            return await sync_to_async(self._write_here)(handler, payload)
        loop = asyncio.get_running_loop()
        future: asyncio.Future[R] = loop.create_future()

        def done(result: R | None, error: Exception | None) -> None:
            if self._loop is loop:
                _settle(future, result, error)
            else:
                loop.call_soon_threadsafe(_settle, future, result, error)

        self.submit(handler, payload, done, urgent)
        return await future

    def _write_here(self, handler: Handler[P, R], payload: P) -> R:
        job = Job(handler, payload, None)
        self._commit([job])
        if job.error is not None:
            raise job.error
        result: R = job.result
        return result

    def flush(self, timeout_s: float = 10.0) -> bool:
        """Wait until all that was queued is committed and called back; False when it took too long."""
        with self._changed:
            return self._changed.wait_for(lambda: not (self._urgent or self._jobs or self._busy), timeout_s)

    def health(self) -> Health:
        queued = len(self._urgent) + len(self._jobs)
        return Health(queued, self._thread is not None, self._failing_since, self._error)

    def _run(self) -> None:
        while jobs := self._take():
            try:
                self._commit(jobs)
                self._report(jobs)
            except Exception:  # loop guard: whatever a handler or a callback did, the next jobs are written
                log.exception("the writer stumbled and goes on")
            with self._changed:
                self._busy = False
                self._changed.notify_all()
        connection.close()

    def _take(self) -> list[Job]:
        """What is queued, urgent first; waits for work, empty at the end."""
        with self._changed:
            self._changed.wait_for(lambda: self._urgent or self._jobs or self._stopping)
            jobs = list(self._urgent)
            self._urgent.clear()
            while self._jobs and len(jobs) < MOST_JOBS_PER_COMMIT:
                jobs.append(self._jobs.popleft())
            self._busy = bool(jobs)
            return jobs

    def _commit(self, jobs: Sequence[Job]) -> None:
        """One transaction for these jobs; afterwards each has its result or its error."""
        committed: list[bool] = []
        try:
            with transaction.atomic():
                transaction.on_commit(lambda: committed.append(True))
                for group in _groups(jobs):
                    _perform(group)
            self._recovered()
        except Exception as error:  # locked, full or lost database: told to each job, the thread lives
            if committed:
                log.exception("a hook after the commit failed")
                return
            self._failed(error)
            for job in jobs:
                job.error = job.error or error
            connection.close_if_unusable_or_obsolete()

    def _report(self, jobs: list[Job]) -> None:
        _log_unheard(jobs)
        waiting = [job for job in jobs if job.done is not None]
        if not waiting:
            return
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(_call_back, waiting)
        else:
            _call_back(waiting)

    def _failed(self, error: Exception) -> None:
        self._error = str(error)
        if self._failing_since is None:
            self._failing_since = clock.monotonic()
            log.error("records can't be stored: %s", error)

    def _recovered(self) -> None:
        if self._failing_since is not None:
            log.warning("records are stored again after %.0f s", clock.monotonic() - self._failing_since)
            self._failing_since, self._error = None, ""


def _groups(jobs: Sequence[Job]) -> Iterator[list[Job]]:
    group: list[Job] = []
    for job in jobs:
        if group and (job.handler is not group[0].handler or len(group) >= MOST_PAYLOADS_PER_CALL):
            yield group
            group = []
        group.append(job)
    yield group


def _perform(group: list[Job]) -> None:
    """Call the handler for a group; each payload alone when that fails."""
    try:
        _attempt(group)
    except Exception as error:  # loop guard: one bad payload must not take its neighbours with it
        if connection.needs_rollback:
            raise
        if len(group) == 1:
            group[0].error = error
            return
        for job in group:
            _perform([job])


def _attempt(group: list[Job]) -> None:
    with transaction.atomic():
        results = group[0].handler([job.payload for job in group])
        if len(results) != len(group):
            raise ValueError(f"{len(results)} results for {len(group)} payloads")
    for job, result in zip(group, results, strict=True):
        job.result = result


def _log_unheard(jobs: list[Job]) -> None:
    for job in jobs:
        if job.error is not None and job.done is None:
            log.error("%s failed: %s", getattr(job.handler, "__qualname__", job.handler), job.error)


def _call_back(jobs: list[Job]) -> None:
    for job in jobs:
        if job.done is None:
            continue
        try:
            job.done(None if job.error else job.result, job.error)
        except Exception:  # loop guard: the other jobs of the commit still hear of it
            log.exception("a callback of the writer failed")


def _settle(future: "asyncio.Future[R]", result: R | None, error: Exception | None) -> None:
    if future.done():
        return
    if error is not None:
        future.set_exception(error)
    else:
        future.set_result(result)  # type: ignore[arg-type]  # without an error the handler's result is there


writer = Writer()
