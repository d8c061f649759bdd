"""Users and their roles (ROL-1 to ROL-5), what guards their log-in, and the end of the first start."""

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.db import models
from django.db.models.functions import Lower, Now
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from accounts.choices import Language, Role
from accounts.names import validate_user_name

__all__ = ["FailedLogin", "FirstStart", "Language", "Role", "User"]

# What an operator may do in the Django admin (ROL-2); an admin may do everything, others nothing.
OPERATOR_PERMISSIONS = frozenset(
    {
        f"rfid.{verb}_{model}"
        for verb in ("view", "add", "change", "delete")
        for model in ("authgroup", "card", "unknowncard")
    }
    | {"transactions.view_transaction", "journal.view_entry"}
)


class UserManager(BaseUserManager["User"]):
    def create_user(self, username: str, password: str | None = None, **fields: Any) -> "User":
        user = self.model(username=self.model.normalize_username(username), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, username: str, password: str | None = None, **fields: Any) -> "User":
        return self.create_user(username, password, **{**fields, "role": Role.ADMIN})

    def get_by_natural_key(self, username: str | None) -> "User":
        # Phones capitalise the first letter; names are unique in any case.
        return self.get(username__iexact=username)

    def active_admins(self) -> models.QuerySet["User"]:
        return self.filter(role=Role.ADMIN, is_active=True)


class User(AbstractBaseUser):
    """A person or a building system. The role decides everything: there are no per-user permissions."""

    username = models.CharField(
        _("user name"),
        max_length=150,
        unique=True,
        validators=[UnicodeUsernameValidator(), validate_user_name],
        error_messages={"unique": _("This user name is taken.")},
    )
    role = models.CharField(_("role"), max_length=10, choices=Role, default=Role.OPERATOR)
    language = models.CharField(_("language"), max_length=5, choices=Language, default=Language.ENGLISH)
    is_active = models.BooleanField(
        _("active"), default=True, help_text=_("Untick this rather than delete a user who may come back.")
    )
    date_joined = models.DateTimeField(_("created"), db_default=Now(), editable=False)

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    objects = UserManager()

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")
        ordering = ["username"]
        constraints = [
            models.UniqueConstraint(
                Lower("username"),
                name="accounts_user_name_any_case",
                violation_error_message=_("This user name is taken."),
            ),
            models.CheckConstraint(condition=models.Q(role__in=Role.values), name="accounts_user_role_known"),
        ]

    @property
    def is_admin(self) -> bool:
        return self.role == Role.ADMIN

    @property
    def is_operator(self) -> bool:
        return self.role == Role.OPERATOR

    @property
    def is_staff(self) -> bool:
        return self.is_active and self.role in (Role.ADMIN, Role.OPERATOR)

    @property
    def is_superuser(self) -> bool:
        return self.is_admin

    def has_perm(self, perm: str, obj: models.Model | None = None) -> bool:  # noqa: ARG002  # Django's interface; roles ignore it
        return self.is_active and (self.is_admin or (self.is_operator and perm in OPERATOR_PERMISSIONS))

    def has_perms(self, perm_list: list[str], obj: models.Model | None = None) -> bool:
        return all(self.has_perm(perm, obj) for perm in perm_list)

    def has_module_perms(self, app_label: str) -> bool:
        if not self.is_active:
            return False
        return self.is_admin or (
            self.is_operator and any(perm.startswith(f"{app_label}.") for perm in OPERATOR_PERMISSIONS)
        )

    def get_full_name(self) -> str:
        return self.username

    def get_short_name(self) -> str:
        return self.username

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        # The role is in it, so that a change of role ends the user's sessions like a change of password.
        return salted_hmac(
            "accounts.User.session", f"{self.role}:{self.password}", secret=secret, algorithm="sha256"
        ).hexdigest()

    def clean(self) -> None:
        super().clean()
        self.username = self.normalize_username(self.username)


class FailedLogin(models.Model):
    """Failures in a row of one (name, address) pair; the pair is kept as a hash only."""

    key = models.CharField(max_length=64, unique=True)
    failures = models.PositiveIntegerField(default=0)
    last_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["last_at"], name="accounts_failed_login_last")]

    def __str__(self) -> str:
        return f"{self.key[:8]}: {self.failures}"


class FirstStart(models.Model):
    """There once the first users were made (primary key 1): the first start never opens again."""

    finished_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="accounts_one_first_start")]

    def __str__(self) -> str:
        return str(self.finished_at)
