"""The one door of user name and password: pages, admin and API authenticate here, so all are throttled."""

from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from accounts import throttle
from accounts.models import User
from common import clock
from journal.records import Said
from journal.services import write_entry


def login_key(request: HttpRequest | None, username: str) -> str:
    address = str(request.META.get("REMOTE_ADDR", "")) if request else ""
    return throttle.key_of("login", username, address)


class ThrottledBackend(ModelBackend):
    def authenticate(
        self, request: HttpRequest | None, username: str | None = None, password: str | None = None, **kwargs: Any
    ) -> User | None:
        """Raises PermissionDenied (no other backend is asked) while the pair of name and address has to wait."""
        if username is None or password is None:
            return None
        key = login_key(request, username)
        if not throttle.admit(key, clock.now()):
            raise PermissionDenied
        user = super().authenticate(request, username=username, password=password, **kwargs)
        if not isinstance(user, User):
            _note_failure(request, username)
            return None
        throttle.forgive(key)
        return user


def _note_failure(request: HttpRequest | None, username: str) -> None:
    address = request.META.get("REMOTE_ADDR", "?") if request else "?"
    write_entry(
        kind="security", subtype="login", message=Said("login_failed", {"name": username[:150], "address": address})
    )
