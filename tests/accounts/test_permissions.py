"""Deny by default, and what each role may open (ROL-1 to ROL-3; invariants, section 4, rows 4, 5, 11, 18)."""

from collections.abc import Callable

import pytest
from django.contrib.sessions.models import Session
from django.http import HttpRequest, HttpResponse
from django.test import Client, override_settings
from django.urls import path
from django.views.generic import View

from accounts.models import Role, User
from accounts.permissions import admin_required, login_not_required, operator_required
from evce_project.urls import urlpatterns as product_urls
from tests.accounts.people import PASSWORD, admin, logged_in, person


def page() -> Callable[[HttpRequest], HttpResponse]:
    return lambda request: HttpResponse("shown")


class Unmarked(View):
    def get(self, request: HttpRequest) -> HttpResponse:
        return HttpResponse("shown")


urlpatterns = [
    path("t/unmarked/", page()),
    path("t/class/", Unmarked.as_view()),
    path("t/admins/", admin_required(page())),
    path("t/people/", operator_required(page())),
    path("t/anybody/", login_not_required(page())),
    *product_urls,
]
pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]

MATRIX = {
    "/t/unmarked/": {Role.ADMIN},
    "/t/class/": {Role.ADMIN},
    "/t/admins/": {Role.ADMIN},
    "/t/people/": {Role.ADMIN, Role.OPERATOR},
    "/t/anybody/": set(Role),
    "/admin/accounts/user/": {Role.ADMIN},
    "/admin/zones/zone/": {Role.ADMIN},
    "/admin/rfid/card/": {Role.ADMIN, Role.OPERATOR},
    "/account/password/": {Role.ADMIN, Role.OPERATOR},
    "/account/language/": {Role.ADMIN, Role.OPERATOR},
    "/status-bar/": {Role.ADMIN, Role.OPERATOR},
}


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("address", MATRIX)
def test_a_page_opens_for_its_roles_only(address: str, role: Role) -> None:
    admin()
    answer = logged_in(person("paul", role)).get(address)
    assert (answer.status_code == 200) == (role in MATRIX[address])


@pytest.mark.parametrize("address", sorted(MATRIX.keys() - {"/t/anybody/"}))
def test_a_stranger_is_sent_to_the_log_in(address: str) -> None:
    admin()
    answer = Client().get(address, follow=True)
    assert answer.redirect_chain[-1][0].startswith("/login/")


def test_a_fragment_asks_for_a_reload_instead_of_showing_the_log_in() -> None:
    admin()
    answer = Client(headers={"HX-Request": "true"}).get("/status-bar/")
    assert answer.headers["HX-Refresh"] == "true"


def test_a_change_of_role_ends_the_sessions() -> None:
    admin()
    user = person("paul", Role.ADMIN)
    client = logged_in(user)
    User.objects.filter(pk=user.pk).update(role=Role.OPERATOR)
    assert client.get("/t/people/").status_code == 302


def test_a_change_of_password_ends_the_other_sessions() -> None:
    admin()
    user = person("paul")
    here, there = logged_in(user), logged_in(user)
    fields = {"old_password": PASSWORD, "new_password1": PASSWORD + "2", "new_password2": PASSWORD + "2"}
    assert here.post("/account/password/", fields).status_code == 302
    assert here.get("/t/people/").status_code == 200
    assert there.get("/t/people/").status_code == 302


def test_the_old_password_is_needed_for_a_new_one() -> None:
    admin()
    user = person("paul")
    fields = {"old_password": "guess", "new_password1": PASSWORD + "2", "new_password2": PASSWORD + "2"}
    logged_in(user).post("/account/password/", fields)
    user.refresh_from_db()
    assert user.check_password(PASSWORD)


def test_the_log_in_changes_the_session_and_leads_nowhere_else() -> None:
    admin("ada")
    client = Client()
    answer = client.post("/login/?next=//evil.example/", {"username": "Ada", "password": PASSWORD})
    assert answer.status_code == 302
    assert "evil" not in answer.headers["Location"]


def test_a_form_without_token_is_refused() -> None:
    admin()
    client = Client(enforce_csrf_checks=True)
    assert client.post("/login/", {"username": "ada", "password": PASSWORD}).status_code == 403


def test_pages_carry_the_security_headers() -> None:
    admin()
    headers = Client().get("/login/").headers
    assert "default-src 'self'" in headers["Content-Security-Policy"]
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["X-Frame-Options"] == "DENY"


@override_settings(DEBUG=False)
def test_a_fault_page_is_ours() -> None:
    admin()
    answer = logged_in(person("paul")).get("/t/admins/")
    assert "Your role does not include this page" in answer.content.decode()


def test_a_page_left_open_does_not_keep_its_user_logged_in() -> None:
    admin()
    client = logged_in(person("paul"))
    client.get("/account/language/")
    before = Session.objects.get().expire_date
    client.get("/status-bar/")
    assert Session.objects.get().expire_date == before
    client.get("/account/language/")
    assert Session.objects.get().expire_date > before
