"""The journal to read, the alarms to acknowledge."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from common.text import unbroken
from journal.models import Alarm, Entry, Frame
from journal.selectors import search
from journal.services import acknowledge_alarms


class ReadOnlyAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # generic in the stubs only
    """Rows that only the product itself writes."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


def column(field: str, title: Any, *, boolean: bool = False) -> Callable[[Any], Any]:
    """A field of the model under a name of its own, in lists and on pages that only show."""

    @admin.display(description=title, boolean=boolean, ordering=field)
    def shown(obj: Any) -> Any:
        return getattr(obj, field)

    shown.__name__ = f"shown_{field}"
    return shown


class RawAdmin(ReadOnlyAdmin):
    """A row's page shows the columns of the list."""

    def get_fields(self, request: HttpRequest, obj: Model | None = None) -> Any:
        return self.list_display


@admin.register(Entry)
class EntryAdmin(ReadOnlyAdmin):
    list_display = ["at", "device", "zone", "kind", "subtype", "told"]
    fields = ["at", "device", "zone", "kind", "subtype", "told"]
    readonly_fields = ["told"]
    list_filter = ["kind", "at"]
    search_fields = ["message"]
    search_help_text = _("Every word is looked for in the message, the device, the zone and the sub-type.")
    show_full_result_count = False
    list_per_page = 100

    @admin.display(description=_("message"), ordering="message")
    def told(self, entry: Entry) -> str:
        return unbroken(entry.words)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Entry], search_term: str
    ) -> tuple[QuerySet[Entry], bool]:
        return search(queryset, search_term), False


@admin.register(Frame)
class FrameAdmin(RawAdmin):
    list_display = [
        column("at", _("date")),
        column("box_identity", _("box identity")),
        column("outgoing", _("sent"), boolean=True),
        column("text", _("message")),
    ]
    list_filter = ["outgoing"]
    search_fields = ["=box_identity"]
    ordering = ["-id"]
    show_full_result_count = False
    list_per_page = 100


class OpenFilter(admin.SimpleListFilter):
    title = _("state")
    parameter_name = "open"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("1", _("open")), ("0", _("cleared"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() is None:
            return queryset
        return queryset.filter(cleared_at__isnull=self.value() == "1")


@admin.register(Alarm)
class AlarmAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # generic in the stubs only
    list_display = ["code", "subject", "since", "cleared_at", "acknowledged_at", "acknowledged_by"]
    list_filter = [OpenFilter, "code"]
    search_fields = ["code", "subject"]
    actions = ["acknowledge"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Alarm | None = None) -> bool:
        return False

    def get_readonly_fields(self, request: HttpRequest, obj: Alarm | None = None) -> list[str]:
        return [field.name for field in Alarm._meta.fields]

    @admin.action(description=_("Acknowledge the selected alarms"))
    def acknowledge(self, request: HttpRequest, queryset: QuerySet[Alarm]) -> None:
        count = acknowledge_alarms(alarms=queryset.values_list("pk", flat=True), by=request.user.get_username())
        told = ngettext("%(count)d alarm acknowledged.", "%(count)d alarms acknowledged.", count)
        self.message_user(request, told % {"count": count})
