"""The installation and its zones in the admin: here, above every app whose rows their rules look at."""

from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from chargers.installing import wiring_problem
from chargers.models import Connector, Station
from commissioning.checking import check_rows
from commissioning.checks.findings import kind_word, labelled, severity_word
from commissioning.planning import check_zone
from engine.wiring import Grid
from metering.models import Meter
from zones.admin import ConfigurationAdmin
from zones.models import ONE_REDUCTION, Reduction, Site, Zone


class SiteForm(forms.ModelForm):  # type: ignore[type-arg]  # generic in the stubs only
    def clean_grid(self) -> str:
        grid: str = self.cleaned_data["grid"]
        installed = Connector.objects.filter(station__state=Station.State.INSTALLED)
        for connector in installed.select_related("station"):
            if wrong := wiring_problem(connector.phases, Grid(grid)):
                raise forms.ValidationError(labelled(str(connector), wrong))
        return grid

    def clean_production(self) -> str:
        production: str = self.cleaned_data["production"]
        metered = Meter.objects.filter(role=Meter.Role.PRODUCTION, zone__isnull=False)
        if production != Site.Production.GRID and not metered.exists():
            raise forms.ValidationError(_("This needs a zone with a production meter."))
        return production


@admin.register(Site)
class SiteAdmin(ConfigurationAdmin):
    form = SiteForm
    list_display = ["name", "grid", "minimum", "shedding", "production", "version"]
    readonly_fields = ["version"]
    fieldsets = (
        (None, {"fields": ("name", "grid", "minimum", "shedding", "production", "review_s", "settle_s", "version")}),
        (
            _("Cars that draw less than they are offered"),
            {"fields": ("optimise", "trigger_a", "margin_a", "gap_a", "delay_s")},
        ),
        (_("Cars that draw nothing"), {"fields": ("suspension", "wake_up_s")}),
    )

    def get_urls(self) -> list[URLPattern]:
        check = path("check/", self.admin_site.admin_view(self.check_view), name="zones_site_check")
        return [check, *super().get_urls()]

    def check_view(self, request: HttpRequest) -> HttpResponse:
        """Everything that is wrong or surprising in the configuration as it stands."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        found = [(f, severity_word(f.severity), kind_word(f.kind)) for f in check_rows()]
        context = self.admin_site.each_context(request) | {
            "title": gettext("Configuration check"),
            "opts": self.opts,
            "findings": found,
        }
        return TemplateResponse(request, "admin/zones/site/check.html", context)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return super().has_add_permission(request) and not Site.objects.exists()

    def has_delete_permission(self, request: HttpRequest, obj: Site | None = None) -> bool:
        return False


class ZoneForm(forms.ModelForm):  # type: ignore[type-arg]  # generic in the stubs only
    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or {}
        if self.errors:
            return values
        zone = self.instance
        zone.margin_a = zone.margin_a or Decimal(0)
        for problem in check_zone(zone=zone, parent=values.get("parent"), values=values):
            own = problem.path in self.fields
            other, _key = problem.path.rsplit(".", 1) if "." in problem.path else (problem.path, "")
            self.add_error(problem.path if own else None, problem.message if own else labelled(other, problem.message))
        return values


class ReductionForm(forms.ModelForm):  # type: ignore[type-arg]  # generic in the stubs only
    """What an installer configures is a quotient; a maximum current of its own is the zone's."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["quotient_pct"].required = True


class ReductionFormSet(forms.BaseInlineFormSet):  # type: ignore[type-arg]  # generic in the stubs only
    def clean(self) -> None:
        """The constraint names the origin too, which is not on the form: Django does not look at it."""
        super().clean()
        seen = set[str]()
        for form in self.forms:
            source = str(form.cleaned_data.get("source") or "") if form.is_valid() else ""
            if source and form not in self.deleted_forms:
                if source in seen:
                    form.add_error("source", ONE_REDUCTION)
                seen.add(source)


class ReductionInline(admin.TabularInline):  # type: ignore[type-arg]  # generic in the stubs only
    model = Reduction
    form = ReductionForm
    formset = ReductionFormSet
    fields = ["source", "quotient_pct"]
    extra = 0

    def get_queryset(self, request: HttpRequest) -> QuerySet[Reduction]:
        return super().get_queryset(request).filter(origin=Reduction.Origin.CONFIGURATION)


@admin.register(Zone)
class ZoneAdmin(ConfigurationAdmin):
    form = ZoneForm
    inlines = [ReductionInline]
    list_display = ["name", "parent", "max_current_a", "degraded_a", "margin_a", "position"]
    list_filter = ["parent"]
    list_select_related = ["parent"]
    search_fields = ["name"]
    fields = ["name", "parent", "max_current_a", "its_meters", "degraded_a", "margin_a", "position"]
    readonly_fields = ["its_meters"]

    @admin.display(description=_("meters"))
    def its_meters(self, obj: Zone | None) -> str:
        told = [f"{meter} ({meter.get_role_display()})" for meter in obj.meters.all()] if obj and obj.pk else []
        return ", ".join(told) or gettext("None. It is chosen on the page of the meter.")
