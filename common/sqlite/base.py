"""Django's SQLite backend, with all that the process writes under the fair lock of `common.turns`."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db.backends.sqlite3 import base
from django.db.utils import OperationalError

from common.turns import lock

TURN_TIMEOUT_S = 10.0
WRITES = ("INSERT", "UPDATE", "DELETE", "REPLACE")


class TurnCursor(base.SQLiteCursorWrapper):
    """A statement that writes and is a transaction of its own waits for its turn as well."""

    def execute(self, query: str, params: Any = None) -> Any:
        with self._turn_for(query):
            return super().execute(query, params)

    def executemany(self, query: str, param_list: Iterable[Any]) -> Any:
        with self._turn_for(query):
            return super().executemany(query, param_list)

    @contextmanager
    def _turn_for(self, query: str) -> Iterator[None]:
        alone = not self.connection.in_transaction and query.lstrip()[:7].upper().startswith(WRITES)
        if alone:
            _take_turn()
        try:
            yield
        finally:
            if alone:
                lock.release()


class DatabaseWrapper(base.DatabaseWrapper):
    """Takes the turn where a transaction begins and gives it back where that ends, however it ends."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._has_turn = False

    def create_cursor(self, name: str | None = None) -> Any:  # noqa: ARG002  # Django calls it so
        return self.connection.cursor(factory=TurnCursor)

    def _start_transaction_under_autocommit(self) -> None:
        _take_turn()
        self._has_turn = True
        try:
            super()._start_transaction_under_autocommit()  # type: ignore[misc]  # django-stubs leave it out
        except BaseException:
            self._give_back()
            raise

    def _commit(self) -> None:
        super()._commit()  # type: ignore[misc]  # django-stubs leave it out
        self._give_back()

    def _rollback(self) -> None:
        try:
            super()._rollback()  # type: ignore[misc]  # django-stubs leave it out
        finally:
            self._give_back()

    def _close(self) -> None:
        try:
            super()._close()  # type: ignore[misc]  # django-stubs leave it out
        finally:
            self._give_back()

    def _give_back(self) -> None:
        if self._has_turn:
            self._has_turn = False
            lock.release()


def _take_turn() -> None:
    if not lock.acquire(TURN_TIMEOUT_S):
        raise OperationalError("database is locked: another writer of this process does not end")
