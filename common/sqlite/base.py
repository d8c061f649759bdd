"""Django's SQLite backend, with every transaction of the process under the fair lock of `common.turns`."""

from typing import Any

from django.db.backends.sqlite3 import base
from django.db.utils import OperationalError

from common.turns import lock

TURN_TIMEOUT_S = 10.0


class DatabaseWrapper(base.DatabaseWrapper):
    """Takes the turn where a transaction begins and gives it back where that ends, however it ends."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._has_turn = False

    def _start_transaction_under_autocommit(self) -> None:
        if not lock.acquire(TURN_TIMEOUT_S):
            raise OperationalError("database is locked: another writer of this process does not end")
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
