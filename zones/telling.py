"""What a saved form changed, in the words that its page has for it: for the journal."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django import forms
from django.db.models import Field, Model, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_noop, override

from journal.records import Said

NOTHING = "–"


def changes(form: forms.BaseForm) -> Iterable[Said]:
    """`label: before → after` for each field that was changed. The form is valid."""
    for name in form.changed_data:
        field = form.fields[name]
        yield _change(_label(form, name), field, form.get_initial_for_field(field, name), form.cleaned_data.get(name))


def switched(model: type[Model], name: str, *, on: bool) -> Said:
    """The same of a field of yes and no that was set without a form."""
    field: Any = model._meta.get_field(name)
    return _change(_named(field.verbose_name), field.formfield(), not on, on)


def _change(label: Said, field: forms.Field, before: Any, after: Any) -> Said:
    return Said("change", {"label": label, "before": shown(field, before), "after": shown(field, after)})


def shown(field: forms.Field, value: Any) -> str | Said:
    """A value as the page shows it: of a choice its name, of a row what it is called."""
    if isinstance(value, list | tuple | QuerySet):
        return Said("several", {"values": [shown(field, one) for one in value]}) if value else NOTHING
    if value is None or value == "":
        return NOTHING
    if isinstance(value, bool):
        return word(gettext_noop("yes") if value else gettext_noop("no"))
    if isinstance(value, Decimal):
        return Said("current", {"current_a": str(value)})
    if isinstance(field, forms.ModelChoiceField) and field.queryset is not None:
        row = value if isinstance(value, Model) else field.queryset.filter(pk=value).first()
        return str(value if row is None else row)
    choices = getattr(field, "choices", ())
    chosen = next((name for key, name in choices if str(key) == str(value)), None)
    return str(value) if chosen is None else word(chosen)


def word(text: str | Promise) -> Said:
    """A word of ours in the language of who reads it."""
    return Said("word", {"word": _source(text)})


def called(row: Model) -> Said:
    return Said("row", {"kind": word(row._meta.verbose_name or ""), "name": row})


def _label(form: forms.BaseForm, name: str) -> Said:
    """The name of the model's field where there is one: that of the form begins with a capital."""
    model = form._meta.model if isinstance(form, forms.BaseModelForm) else None
    field = next((f for f in model._meta.get_fields() if f.name == name), None) if model else None
    text = field.verbose_name if isinstance(field, Field) else form.fields[name].label
    return _named(text or name)


def _named(text: str | Promise) -> Said:
    return Said("label", {"word": _source(text)})


def _source(text: str | Promise) -> str:
    """As it is in the source, where the catalogue has its translation."""
    with override("en"):
        return str(text)
