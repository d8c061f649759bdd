"""Users and their roles (ROL-1 to ROL-5)."""

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    ADMIN = "admin", _("Administrator")
    OPERATOR = "operator", _("Operator")
    EBMS = "ebms", _("Building management system")


class User(AbstractUser):
    role = models.CharField(_("role"), max_length=10, choices=Role, default=Role.OPERATOR)
    language = models.CharField(
        _("language"), max_length=5, choices=[("en", "English"), ("fr", "Français")], default="en"
    )

    @property
    def is_admin(self) -> bool:
        return self.role == Role.ADMIN
