"""ROL-5: the last administrator stays; users are checked before they are saved."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from accounts import services
from accounts.models import Role, User
from tests.accounts.people import PASSWORD, admin, person

pytestmark = pytest.mark.django_db


def test_the_last_admin_cannot_be_deleted() -> None:
    ada = admin()
    with pytest.raises(ValidationError, match="last administrator"):
        services.delete_users(users=[ada])
    assert User.objects.filter(pk=ada.pk).exists()


@pytest.mark.parametrize("change", [{"role": Role.OPERATOR}, {"role": Role.EBMS}, {"is_active": False}])
def test_the_last_admin_cannot_lose_their_power(change: dict[str, object]) -> None:
    ada = admin()
    for name, value in change.items():
        setattr(ada, name, value)
    with pytest.raises(ValidationError, match="last administrator"):
        services.save_user(user=ada)
    assert User.objects.active_admins().count() == 1


def test_all_admins_cannot_be_deleted_together() -> None:
    both = [admin("ada"), admin("alan")]
    with pytest.raises(ValidationError):
        services.delete_users(users=both)
    assert User.objects.count() == 2


def test_a_disabled_admin_does_not_count_as_one() -> None:
    ada, alan = admin("ada"), admin("alan")
    alan.is_active = False
    services.save_user(user=alan)
    with pytest.raises(ValidationError):
        services.delete_users(users=[ada])


def test_one_of_two_admins_can_go() -> None:
    ada, alan = admin("ada"), admin("alan")
    services.delete_users(users=[ada])
    assert list(User.objects.all()) == [alan]


def test_a_forbidden_name_is_refused_by_the_service() -> None:
    with pytest.raises(ValidationError):
        person("Root")


def test_a_weak_password_is_refused_by_the_service() -> None:
    with pytest.raises(ValidationError):
        services.create_user(username="anna", password="short", role=Role.OPERATOR)


def test_names_are_unique_in_any_case() -> None:
    person("anna")
    with pytest.raises(ValidationError, match="taken"):
        person("Anna")
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.create_user("ANNA", PASSWORD)


def test_the_first_users_are_made_both_or_not_at_all() -> None:
    with pytest.raises(ValidationError):
        services.create_first_users(
            admin_name="ada", admin_password=PASSWORD, operator_name="otto", operator_password="weak"
        )
    assert not User.objects.exists()
    services.create_first_users(
        admin_name="ada", admin_password=PASSWORD, operator_name="otto", operator_password=PASSWORD
    )
    assert {user.role for user in User.objects.all()} == {Role.ADMIN, Role.OPERATOR}


def test_the_first_start_never_opens_again() -> None:
    fields = {"admin_password": PASSWORD, "operator_password": PASSWORD}
    services.create_first_users(admin_name="ada", operator_name="otto", **fields)
    with pytest.raises(services.FirstStartClosedError):
        services.create_first_users(admin_name="eve", operator_name="mallory", **fields)
    assert not User.objects.filter(username="eve").exists()
