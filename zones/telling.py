"""What a saved form changed, in the words that its page has for it: for the journal."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django import forms
from django.db.models import Model, QuerySet
from django.utils.translation import gettext as _

from zones.figures import ampere

NOTHING = "–"


def changes(form: forms.BaseForm) -> Iterable[str]:
    """`label: before → after` for each field that was changed. The form is valid."""
    for name in form.changed_data:
        field = form.fields[name]
        before = shown(field, form.get_initial_for_field(field, name))
        yield f"{field.label or name}: {before} → {shown(field, form.cleaned_data.get(name))}"


def shown(field: forms.Field, value: Any) -> str:
    """A value as the page shows it: of a choice its name, of a row what it is called."""
    if isinstance(value, list | tuple | QuerySet):
        return ", ".join(shown(field, one) for one in value) or NOTHING
    if value is None or value == "":
        return NOTHING
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, Decimal):
        return ampere(value)
    if isinstance(field, forms.ModelChoiceField) and field.queryset is not None:
        row = value if isinstance(value, Model) else field.queryset.filter(pk=value).first()
        return str(value if row is None else row)
    choices = getattr(field, "choices", ())
    return str(next((name for key, name in choices if str(key) == str(value)), value))
