"""Users in the Django admin (ROL-5)."""

import pytest

from accounts.models import Role, User
from tests.accounts.people import PASSWORD, admin, logged_in, person

pytestmark = pytest.mark.django_db


def new_user(**changes: str) -> dict[str, str]:
    return {
        "username": "paul",
        "role": "operator",
        "language": "fr",
        "password1": PASSWORD,
        "password2": PASSWORD,
        **changes,
    }


def test_an_admin_adds_a_user_who_can_log_in() -> None:
    assert logged_in(admin()).post("/admin/accounts/user/add/", new_user()).status_code == 302
    assert User.objects.get(username="paul").check_password(PASSWORD)


@pytest.mark.parametrize("change", [{"username": "root"}, {"password1": "weak", "password2": "weak"}])
def test_the_rules_of_names_and_passwords_hold_here_too(change: dict[str, str]) -> None:
    logged_in(admin()).post("/admin/accounts/user/add/", new_user(**change))
    assert User.objects.count() == 1


def test_the_last_admin_cannot_demote_themselves() -> None:
    ada = admin()
    answer = logged_in(ada).post(
        f"/admin/accounts/user/{ada.pk}/change/",
        {"username": "ada", "role": "operator", "language": "en", "is_active": "on"},
    )
    assert "last administrator" in answer.content.decode()
    ada.refresh_from_db()
    assert ada.role == Role.ADMIN


def test_the_last_admin_cannot_be_deleted_alone_or_in_a_list() -> None:
    ada = admin()
    client = logged_in(ada)
    assert client.post(f"/admin/accounts/user/{ada.pk}/delete/", {"post": "yes"}).status_code == 403
    client.post(
        "/admin/accounts/user/", {"action": "delete_selected", "_selected_action": [str(ada.pk)], "post": "yes"}
    )
    assert User.objects.filter(pk=ada.pk).exists()


def test_an_admin_deletes_an_operator() -> None:
    client, paul = logged_in(admin()), person("paul")
    client.post(f"/admin/accounts/user/{paul.pk}/delete/", {"post": "yes"})
    assert not User.objects.filter(pk=paul.pk).exists()


def test_an_admin_gives_a_user_a_new_password() -> None:
    client, paul = logged_in(admin()), person("paul")
    fields = {"password1": PASSWORD + "2", "password2": PASSWORD + "2"}
    client.post(f"/admin/accounts/user/{paul.pk}/password/", fields)
    paul.refresh_from_db()
    assert paul.check_password(PASSWORD + "2")
