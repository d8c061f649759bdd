from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    ADMIN = "admin", _("Administrator")
    OPERATOR = "operator", _("Operator")
    EBMS = "ebms", _("Building management system")


class Language(models.TextChoices):
    # Each language under its own name, so that it can be found by those who read no other.
    ENGLISH = "en", "English"
    FRENCH = "fr", "Français"
