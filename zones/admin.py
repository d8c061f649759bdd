"""What every admin page of configuration does: a new version for control, and a line that tells who changed what."""

from collections.abc import Iterable
from typing import Any

from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _

from journal.models import Kind
from journal.services import write_entry
from zones.services import bump_version


class ConfigurationAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # generic in the stubs only
    """Saving and deleting are configuration changes, inline rows included."""

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        if form.has_changed() or any(formset.has_changed() for formset in formsets) or not change:
            what = [*_changes(form), *(_inline_changes(formsets))]
            message = _("%(what)s was set by %(user)s. %(changes)s") % {
                "what": self._called(form.instance),
                "user": request.user.get_username(),
                "changes": "; ".join(what),
            }
            self._changed(message)

    def delete_model(self, request: HttpRequest, obj: Model) -> None:
        called = self._called(obj)
        super().delete_model(request, obj)
        self._deleted(called, request)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        called = ", ".join(self._called(obj) for obj in queryset)
        super().delete_queryset(request, queryset)
        self._deleted(called, request)

    def _deleted(self, called: str, request: HttpRequest) -> None:
        figures = {"what": called, "user": request.user.get_username()}
        self._changed(_("%(what)s was deleted by %(user)s.") % figures)

    def _changed(self, message: str) -> None:
        write_entry(kind=Kind.SECURITY, subtype="configuration", message=message.strip())
        bump_version()

    def _called(self, obj: Model) -> str:
        return f"{self.opts.verbose_name} “{obj}”"


def _changes(form: Any) -> Iterable[str]:
    for name in form.changed_data:
        yield f"{name}: {form.initial.get(name)} → {form.cleaned_data.get(name)}"


def _inline_changes(formsets: Iterable[Any]) -> Iterable[str]:
    for formset in formsets:
        for form in formset.forms:
            if form.has_changed() and hasattr(form, "cleaned_data"):
                yield f"{form.instance} ({', '.join(_changes(form))})"
