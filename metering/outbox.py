"""From the poller's event loop to the rows: one batch at the writer at a time, meanwhile the newest polls wait."""

import asyncio
import logging
from collections.abc import Hashable, Sequence
from concurrent.futures import Executor
from typing import Generic, Protocol, TypeVar

from common.writer import writer

P = TypeVar("P")
P_contra = TypeVar("P_contra", contravariant=True)
log = logging.getLogger(__name__)


class Handler(Protocol[P_contra]):
    def __call__(self, batches: Sequence[Sequence[P_contra]], /) -> list[int]: ...


class Outbox(Generic[P]):
    """`put` on the event loop. `submitting` keeps a writer that works in the caller's thread off it."""

    def __init__(self, loop: asyncio.AbstractEventLoop, submitting: Executor, handler: Handler[P]) -> None:
        self._loop = loop
        self._submitting = submitting
        self._handler = handler
        self._waiting: dict[Hashable, P] = {}
        self._storing = False

    def put(self, key: Hashable, poll: P) -> None:
        """Store it soon; one of the same key that still waits is forgotten."""
        self._waiting[key] = poll
        if not self._storing:
            self._store()

    def _store(self) -> None:
        batch, self._waiting, self._storing = tuple(self._waiting.values()), {}, True
        self._submitting.submit(self._submit, batch)

    def _submit(self, batch: tuple[P, ...]) -> None:
        writer.submit(self._handler, batch, self._stored)

    def _stored(self, _result: int | None, error: Exception | None) -> None:
        if error is not None:
            log.warning("readings could not be stored: %s", error)
        try:
            self._loop.call_soon_threadsafe(self._store_next)
        except RuntimeError:
            return  # the poller ended meanwhile

    def _store_next(self) -> None:
        self._storing = False
        if self._waiting:
            self._store()
