"""The fair lock under which every thread of this process writes to SQLite.

SQLite's own lock is won by chance: a busy second writer can starve for seconds. Here who came first goes first.
"""

import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager


class FairLock:
    """First come, first served; the thread that holds it may take it again."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._waiting: deque[tuple[threading.Event, int]] = deque()
        self._owner: int | None = None
        self._depth = 0

    def acquire(self, timeout_s: float) -> bool:
        """Wait for this thread's turn; False when it did not come within `timeout_s`."""
        me = threading.get_ident()
        with self._guard:
            if self._owner in (None, me):
                self._owner = me
                self._depth += 1
                return True
            ticket = (threading.Event(), me)
            self._waiting.append(ticket)
        return ticket[0].wait(timeout_s) or not self._give_up(ticket)

    def _give_up(self, ticket: tuple[threading.Event, int]) -> bool:
        with self._guard:
            if ticket[0].is_set():
                return False
            self._waiting.remove(ticket)
            return True

    def release(self) -> None:
        with self._guard:
            self._depth -= 1
            if self._depth:
                return
            self._owner = None
            if self._waiting:
                came, self._owner = self._waiting.popleft()
                self._depth = 1
                came.set()


lock = FairLock()


@contextmanager
def turn(timeout_s: float = 10.0) -> Iterator[None]:
    """Hold the process's turn to write; raises TimeoutError when it does not come."""
    if not lock.acquire(timeout_s):
        raise TimeoutError(f"no turn to write within {timeout_s} s")
    try:
        yield
    finally:
        lock.release()
