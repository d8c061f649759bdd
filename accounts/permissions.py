"""Who may open a page (ROL-1 to ROL-3). A view without one of these marks is for administrators only."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase

from accounts.models import Role, User

__all__ = ["admin_required", "login_not_required", "may_open", "operator_required", "roles_of"]

View = Callable[..., HttpResponseBase]
ADMINS = frozenset({Role.ADMIN.value})
PEOPLE = frozenset({Role.ADMIN.value, Role.OPERATOR.value})


def admin_required(view: View) -> View:
    return _for_roles(view, ADMINS)


def operator_required(view: View) -> View:
    """Operators, and administrators as they may do everything."""
    return _for_roles(view, PEOPLE)


def roles_of(view: Callable[..., Any]) -> frozenset[str] | None:
    """The roles that a view is marked for; None where it is open without log-in; administrators if unmarked."""
    if not getattr(view, "login_required", True):
        return None
    roles: frozenset[str] = getattr(view, "roles", ADMINS)
    return roles


def may_open(user: Any, roles: frozenset[str] | None) -> bool:
    """Also for WebSockets, whose scope has a user and no view."""
    return roles is None or (isinstance(user, User) and user.is_active and user.role in roles)


def _for_roles(view: View, roles: frozenset[str]) -> View:
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        # The middleware has checked already; this holds where a view is called without it.
        if not may_open(request.user, roles):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    guarded.roles = roles  # type: ignore[attr-defined]  # mypy knows no attributes of functions
    return guarded
