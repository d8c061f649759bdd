"""The first start: one code, two users, once (ROL-4; invariants, section 4, row 4)."""

import stat
from collections.abc import Iterator

import pytest
from django.test import Client

from accounts import first_start, throttle
from accounts.models import Role, User
from tests.accounts.people import admin, first_start_fields

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_code_left() -> Iterator[None]:
    first_start.forget_code()
    yield
    first_start.forget_code()


def code() -> str:
    made = first_start.ensure_code()
    assert made is not None
    return made


def test_the_code_outlives_a_restart_and_is_for_its_owner_only() -> None:
    assert code() == code()
    assert stat.S_IMODE(first_start.code_path().stat().st_mode) == 0o600


def test_there_is_no_code_once_an_admin_exists() -> None:
    code()
    admin()
    assert first_start.ensure_code() is None
    assert not first_start.code_path().exists()


@pytest.mark.parametrize("path", ["/", "/login/", "/admin/", "/nowhere/"])
def test_every_page_leads_to_the_first_start(path: str) -> None:
    answer = Client().get(path)
    assert (answer.status_code, answer.headers["Location"]) == (302, "/first-start/")


def test_the_health_check_needs_no_users() -> None:
    assert Client().get("/healthz").status_code in (200, 503)


def test_the_right_code_makes_both_users_and_logs_the_admin_in() -> None:
    client = Client()
    answer = client.post("/first-start/", first_start_fields(code().lower().replace("-", " "), language="fr"))
    assert answer.status_code == 302
    assert {(u.username, u.role, u.language) for u in User.objects.all()} == {
        ("ada", Role.ADMIN, "fr"),
        ("otto", Role.OPERATOR, "fr"),
    }
    assert client.session["_auth_user_id"] == str(User.objects.get(username="ada").pk)


def test_the_page_is_gone_for_good_afterwards() -> None:
    used = code()
    Client().post("/first-start/", first_start_fields(used))
    answer = Client().post("/first-start/", first_start_fields(used, admin_name="eve", operator_name="mallory"))
    assert answer.headers["Location"] == "/login/"
    assert User.objects.count() == 2


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"code": "WRONG-CODES"}, "not the code"),
        ({"admin_password_again": "Something-else-1!"}, "two passwords differ"),
        ({"operator_password": "weak", "operator_password_again": "weak"}, "at least 12"),
        ({"admin_name": "Administrator"}, "not allowed"),
        ({"operator_name": "ADA"}, "name of their own"),
        ({"understood": ""}, "required"),
    ],
)
def test_a_mistake_is_said_and_nobody_is_created(changes: dict[str, str], said: str) -> None:
    answer = Client().post("/first-start/", first_start_fields(code(), **changes))
    assert said in answer.content.decode()
    assert not User.objects.exists()


def test_wrong_codes_are_slowed_down() -> None:
    right = code()
    for _ in range(throttle.FREE_FAILURES):
        Client().post("/first-start/", first_start_fields("AAAAA-AAAAA"))
    answer = Client().post("/first-start/", first_start_fields(right))
    assert "Too many failed attempts" in answer.content.decode()
    assert not User.objects.exists()


def test_a_typing_mistake_elsewhere_uses_up_no_attempt() -> None:
    right = code()
    for _ in range(throttle.FREE_FAILURES + 1):
        Client().post("/first-start/", first_start_fields(right, admin_password_again="x"))
    assert Client().post("/first-start/", first_start_fields(right)).status_code == 302


@pytest.mark.django_db(transaction=True)
def test_of_two_browsers_at_once_one_wins() -> None:
    from concurrent.futures import ThreadPoolExecutor

    from django.db import connection

    right = code()

    def send(name: str) -> None:
        Client().post("/first-start/", first_start_fields(right, admin_name=name, operator_name=f"{name}-op"))
        connection.close()

    with ThreadPoolExecutor(2) as browsers:
        list(browsers.map(send, ["ada", "eve"]))
    assert User.objects.filter(role=Role.ADMIN).count() == 1
    assert User.objects.count() == 2
