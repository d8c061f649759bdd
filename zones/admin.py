"""What every admin page of configuration does: a new version for control, and a line that tells who changed what.

And the pages of what hangs on zones alone: time of use, and limits that building management systems have set.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.dates import WEEKDAYS_ABBR
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from journal.models import Kind
from journal.records import Said
from journal.services import write_entry
from zones import tou_pages
from zones.models import ONE_SLOT, Reduction, TouPeriod, TouSlot
from zones.periods import DAYS, too_many_periods, too_many_slots
from zones.services import assign_periods, bump_version
from zones.telling import called, changes


class ConfigurationAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # generic in the stubs only
    """Saving and deleting are configuration changes, inline rows included."""

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        if form.has_changed() or any(formset.has_changed() for formset in formsets) or not change:
            what = [*changes(form), *_inline_changes(formsets)]
            figures = {"what": called(form.instance), "user": request.user.get_username(), "changes": what}
            record_change(Said("configuration_set", figures))

    def delete_model(self, request: HttpRequest, obj: Model) -> None:
        gone = called(obj)
        super().delete_model(request, obj)
        self._deleted([gone], request)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        gone = [called(obj) for obj in queryset]
        super().delete_queryset(request, queryset)
        self._deleted(gone, request)

    def _deleted(self, gone: list[Said], request: HttpRequest) -> None:
        figures = {"what": Said("several", {"values": gone}), "user": request.user.get_username()}
        record_change(Said("configuration_deleted", figures))


def record_change(message: Said) -> None:
    """A line in the journal, and a new version for control."""
    write_entry(kind=Kind.SECURITY, subtype="configuration", message=message)
    bump_version()


def _inline_changes(formsets: Iterable[Any]) -> Iterable[Said]:
    for formset in formsets:
        for form in formset.forms:
            if form.has_changed() and hasattr(form, "cleaned_data"):
                yield Said("changes_in", {"row": form.instance, "changes": [*changes(form)]})


class TouPeriodForm(forms.ModelForm):  # type: ignore[type-arg]  # generic in the stubs only
    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or {}
        if refusal := too_many_periods(TouPeriod.objects.exclude(pk=self.instance.pk).count() + 1):
            raise forms.ValidationError(refusal)
        return values


class TouSlotFormSet(forms.BaseInlineFormSet):  # type: ignore[type-arg]  # generic in the stubs only
    def get_unique_error_message(self, unique_check: Sequence[str]) -> str:
        return str(ONE_SLOT)

    def clean(self) -> None:
        super().clean()
        kept = [form for form in self.forms if form.has_changed() or form.instance.pk]
        kept = [form for form in kept if form not in self.deleted_forms]
        elsewhere = TouSlot.objects.exclude(period_id=self.instance.pk).count()
        if refusal := too_many_slots(elsewhere + len(kept)):
            raise forms.ValidationError(refusal)


class TouSlotInline(admin.TabularInline):  # type: ignore[type-arg]  # generic in the stubs only
    model = TouSlot
    formset = TouSlotFormSet
    extra = 1


def _day_column(day: int) -> Any:
    @admin.display(boolean=True, description=WEEKDAYS_ABBR[day], ordering=DAYS[day])
    def column(period: TouPeriod) -> bool:
        return period.days[day]

    column.__name__ = DAYS[day]
    return column


@admin.register(TouPeriod)
class TouPeriodAdmin(ConfigurationAdmin):
    """TOU-1, TOU-2."""

    form = TouPeriodForm
    inlines = [TouSlotInline]
    list_display = ["enabled", "name", "starts", "ends", *map(_day_column, range(7)), "max_charge_pct", "in_zones"]
    list_display_links = ["name"]
    change_list_template = "admin/zones/touperiod/change_list.html"
    filter_horizontal = ["zones"]
    fieldsets = (
        (None, {"fields": ("name", "enabled", "max_charge_pct", "zones")}),
        (gettext_lazy("Days on which its time slots start"), {"fields": (DAYS,)}),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[TouPeriod]:
        return super().get_queryset(request).prefetch_related("slots", "zones")

    def get_urls(self) -> list[URLPattern]:
        own = [
            path("zones/", self.admin_site.admin_view(self.zones_view), name="zones_touperiod_zones"),
            path("summary/", self.admin_site.admin_view(self.summary_view), name="zones_touperiod_summary"),
        ]
        return [*own, *super().get_urls()]

    def zones_view(self, request: HttpRequest) -> HttpResponse:
        """Which periods apply to which zones (TOU-2)."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        if request.method == "POST":
            changed = assign_periods(zones_of=tou_pages.wanted(request))
            if changed:
                figures = {"what": ", ".join(changed), "user": request.user.get_username()}
                record_change(Said("zones_of_periods", figures))
                self.message_user(request, _("The zones were saved."), messages.SUCCESS)
            return HttpResponseRedirect(reverse("admin:zones_touperiod_zones"))
        periods, rows = tou_pages.assignments()
        return self._tab(request, "zones", {"title": _("Zones of the periods"), "periods": periods, "rows": rows})

    def summary_view(self, request: HttpRequest) -> HttpResponse:
        """The week of each zone as a picture (TOU-3)."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        context = {"title": _("Summary of the week"), "zones": tou_pages.summaries(), "size": tou_pages.picture_size()}
        return self._tab(request, "summary", context)

    def _tab(self, request: HttpRequest, tab: str, context: dict[str, Any]) -> HttpResponse:
        whole = self.admin_site.each_context(request) | {"opts": self.opts, "tab": tab} | context
        return TemplateResponse(request, f"admin/zones/touperiod/{tab}.html", whole)

    @admin.display(description=gettext_lazy("start"))
    def starts(self, period: TouPeriod) -> str:
        return ", ".join(f"{slot.start:%H:%M}" for slot in period.slots.all())

    @admin.display(description=gettext_lazy("end"))
    def ends(self, period: TouPeriod) -> str:
        return ", ".join(f"{slot.end:%H:%M}" for slot in period.slots.all())

    @admin.display(description=gettext_lazy("zones"))
    def in_zones(self, period: TouPeriod) -> str:
        return ", ".join(zone.name for zone in period.zones.all())


@admin.register(Reduction)
class LimitAdmin(ConfigurationAdmin):
    """Limits that building management systems have set: to see, and to release by deleting them."""

    list_display = ["zone", "source", "quotient_pct", "max_current_a", "expires_at", "on_expiry", "fallback_current_a"]
    list_filter = ["zone", "source"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Reduction]:
        limits = super().get_queryset(request).select_related("zone")
        return limits.filter(origin=Reduction.Origin.EBMS)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False
