"""First start, deny by default, and the user's language."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import translation
from django.utils.cache import patch_vary_headers

from accounts import first_start
from accounts.models import User
from accounts.permissions import may_open, roles_of

GetResponse = Callable[[HttpRequest], HttpResponseBase]


class FirstStartMiddleware:
    """Sends every page to the first start until the first users exist."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response
        self.closed = False

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not self.closed:
            if not first_start.is_open():
                self.closed = True
            elif not request.path.startswith(_open_paths()):
                return redirect("accounts:first-start")
        return self.get_response(request)


class RoleMiddleware:
    """Deny by default: a view that is not marked (`accounts.permissions`) is for administrators."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Callable[..., Any], *_: Any) -> HttpResponseBase | None:
        if request.path.startswith(_always_open()) or self._guards_itself(request):
            return None
        roles = roles_of(view)
        if may_open(request.user, roles):
            return None
        if request.user.is_authenticated:
            raise PermissionDenied
        return _to_login(request)

    @staticmethod
    def _guards_itself(request: HttpRequest) -> bool:
        """The Django admin asks `has_perm` for each model, which is finer than a role per view."""
        match = request.resolver_match
        return match is not None and "admin" in match.app_names


class LanguageMiddleware:
    """A user who is logged in reads the language of their account (ROL-5), whatever the browser asks for."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        user = request.user
        if not isinstance(user, User):
            return self.get_response(request)
        with translation.override(user.language):
            request.LANGUAGE_CODE = user.language
            response = self.get_response(request)
        response.headers["Content-Language"] = user.language
        patch_vary_headers(response, ("Cookie",))
        return response


def _to_login(request: HttpRequest) -> HttpResponse:
    if request.headers.get("HX-Request") == "true":
        # A fragment must not become a log-in form inside the page: htmx reloads the whole page instead.
        return HttpResponse(status=204, headers={"HX-Refresh": "true"})
    return redirect_to_login(request.get_full_path())


def _always_open() -> tuple[str, ...]:
    return ("/healthz", settings.STATIC_URL or "/static/")


def _open_paths() -> tuple[str, ...]:
    return (*_always_open(), reverse("accounts:first-start"), reverse("accounts:set-language"))
