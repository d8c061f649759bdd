"""What a password must be made of (ROL-4); named in AUTH_PASSWORD_VALIDATORS."""

import string
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from accounts.models import User

MIN_LENGTH = 12
SPECIAL = "@$#!%?&^"
CLASSES: tuple[tuple[str, Promise], ...] = (
    (string.ascii_lowercase, _("The password needs a lower-case letter.")),
    (string.ascii_uppercase, _("The password needs an upper-case letter.")),
    (string.digits, _("The password needs a digit.")),
    (SPECIAL, _("The password needs one of these characters: @ $ # ! % ? & ^")),
)
HELP_TEXT = _(
    "At least 12 characters, with a lower-case letter, an upper-case letter, a digit and one of @ $ # ! % ? & ^"
)


class CharacterClasses:
    """At least 12 characters and one of each class; other characters are allowed and do not count."""

    def validate(self, password: str, user: "User | None" = None) -> None:  # noqa: ARG002  # Django passes it
        missing = [ValidationError(str(text)) for letters, text in CLASSES if not set(letters) & set(password)]
        if len(password) < MIN_LENGTH:
            missing.insert(
                0,
                ValidationError(_("The password needs at least %(length)d characters."), params={"length": MIN_LENGTH}),
            )
        if missing:
            raise ValidationError(missing)

    def get_help_text(self) -> str:
        return str(HELP_TEXT)
