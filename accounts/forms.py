"""Forms of log-in, first start, password and language."""

from typing import Any

from django import forms
from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts import first_start, throttle
from accounts.backends import login_key
from accounts.models import Language, User
from accounts.names import validate_user_name
from accounts.passwords import HELP_TEXT
from common import clock


def wait_sentence(seconds: int) -> str:
    return ngettext(
        "Too many failed attempts. Try again in %(seconds)d second.",
        "Too many failed attempts. Try again in %(seconds)d seconds.",
        seconds,
    ) % {"seconds": seconds}


class LoginForm(AuthenticationForm):
    def clean(self) -> dict[str, Any]:
        name = self.cleaned_data.get("username") or ""
        if seconds := throttle.wait_s(login_key(self.request, name), clock.now()):
            raise ValidationError(wait_sentence(seconds), code="throttled")
        return super().clean()


class OwnPasswordForm(PasswordChangeForm):
    """Asks for the old password too."""


class LanguageForm(forms.Form):
    language = forms.ChoiceField(label=_("Language"), choices=Language.choices, widget=forms.RadioSelect)


def _name_field(label: Any) -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=150,
        validators=[*User._meta.get_field("username").validators[:1], validate_user_name],
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}),
    )


def _password_field(label: Any, **options: Any) -> forms.CharField:
    return forms.CharField(
        label=label, strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}), **options
    )


class FirstStartForm(forms.Form):
    code = forms.CharField(
        label=_("One-time code"),
        max_length=40,
        help_text=_("Printed on the console and in the log of EVCE when it started."),
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "autocapitalize": "characters", "spellcheck": "false"}
        ),
    )
    language = forms.ChoiceField(label=_("Language"), choices=Language.choices)
    admin_name = _name_field(_("User name"))
    admin_password = _password_field(_("Password"), help_text=HELP_TEXT)
    admin_password_again = _password_field(_("Password, again"))
    operator_name = _name_field(_("User name"))
    operator_password = _password_field(_("Password"), help_text=HELP_TEXT)
    operator_password_again = _password_field(_("Password, again"))
    understood = forms.BooleanField(
        label=_("I understand that if these names and passwords are lost, EVCE has to be reset to factory settings.")
    )

    def __init__(self, *args: Any, address: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.address = address

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for person in ("admin", "operator"):
            self._check_password(person)
        if (data.get("admin_name") or "").casefold() == (data.get("operator_name") or " ").casefold():
            self.add_error("operator_name", _("The operator needs a user name of their own."))
        # Last, and only when all else is right: a typing mistake elsewhere must not use up an attempt.
        if not self.errors:
            self._check_code(data["code"])
        return data

    def _check_password(self, person: str) -> None:
        first = self.cleaned_data.get(f"{person}_password")
        again = self.cleaned_data.get(f"{person}_password_again")
        if first is None or again is None:
            return
        if first != again:
            self.add_error(f"{person}_password_again", _("The two passwords differ."))
        try:
            validate_password(first)
        except ValidationError as error:
            self.add_error(f"{person}_password", error)

    def _check_code(self, code: str) -> None:
        if seconds := first_start.wait_s(self.address):
            self.add_error("code", wait_sentence(seconds))
        elif not first_start.check_code(given=code, address=self.address):
            self.add_error("code", _("This is not the code that EVCE printed when it started."))
