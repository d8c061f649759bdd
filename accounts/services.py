"""All writes of users. Each function is one short transaction and raises ValidationError with plain words."""

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.models import FirstStart, Role, User

LAST_ADMIN = "last_admin"


class FirstStartClosedError(Exception):
    """The first users exist already: the first start is over for good."""


def create_user(*, username: str, password: str, role: str, language: str = "en") -> User:
    """Checks name (ROL-4), password (ROL-4) and role, then creates. Raises ValidationError."""
    user = User(username=username, role=role, language=language)
    validate_password(password, user)
    user.set_password(password)
    with transaction.atomic():
        user.full_clean()
        user.save()
    return user


def create_first_users(
    *, admin_name: str, admin_password: str, operator_name: str, operator_password: str, language: str = "en"
) -> tuple[User, User]:
    """The administrator and the first operator, both or neither; closes the first start.

    Raises FirstStartClosedError when somebody else was faster (two browsers), ValidationError for a bad name or
    password.
    """
    try:
        with transaction.atomic():
            # Its primary key decides the race on any database.
            FirstStart.objects.create(pk=1)
            if User.objects.filter(role=Role.ADMIN).exists():
                raise FirstStartClosedError
            admin = create_user(username=admin_name, password=admin_password, role=Role.ADMIN, language=language)
            operator = create_user(
                username=operator_name, password=operator_password, role=Role.OPERATOR, language=language
            )
    except IntegrityError as error:
        raise FirstStartClosedError from error
    return admin, operator


def save_user(*, user: User) -> User:
    """Saves a new or changed user. Raises ValidationError when no active administrator would be left (ROL-5)."""
    with transaction.atomic():
        if user.pk is not None and not (user.is_admin and user.is_active):
            _refuse_without_admin(leaving=[user.pk])
        user.full_clean()
        user.save()
    return user


def delete_users(*, users: list[User]) -> None:
    """Deletes all or none. Raises ValidationError when no active administrator would be left (ROL-5)."""
    keys = [user.pk for user in users]
    with transaction.atomic():
        _refuse_without_admin(leaving=keys)
        User.objects.filter(pk__in=keys).delete()


def change_language(*, user: User, language: str) -> None:
    user.language = language
    user.full_clean(validate_unique=False, validate_constraints=False)
    user.save(update_fields=["language"])


def is_last_admin(user: User) -> bool:
    return user.is_admin and user.is_active and not User.objects.active_admins().exclude(pk=user.pk).exists()


def last_admin_sentence() -> str:
    return _("The last administrator can be neither deleted, nor disabled, nor given another role.")


def _refuse_without_admin(*, leaving: list[int]) -> None:
    # The rows are locked, so that two administrators can't remove each other at the same moment.
    admins = set(User.objects.active_admins().select_for_update().values_list("pk", flat=True))
    if admins and admins <= set(leaving):
        raise ValidationError(last_admin_sentence(), code=LAST_ADMIN)
