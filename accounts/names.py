"""User names (ROL-4)."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

FORBIDDEN = frozenset({"root", "admin", "administrator", "administrateur"})


def validate_user_name(name: str) -> None:
    """Refuses the names that everybody guesses first, in any case. Raises ValidationError."""
    if name.strip().casefold() in FORBIDDEN:
        raise ValidationError(_("The user name “%(name)s” is not allowed."), code="forbidden", params={"name": name})
