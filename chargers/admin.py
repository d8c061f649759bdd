"""Stations in the admin: detected ones to install, installed ones to edit."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from chargers.forms import ConnectorFormSet, InstallForm, StationForm
from chargers.installing import check_deletable, delete_station, install_station
from chargers.learning import forget_learned, told
from chargers.models import Connector, LearnedProfile, Setpoint, Station
from chargers.status_words import status_word
from zones.admin import ConfigurationAdmin

_TOLD = [
    "state",
    "vendor",
    "model",
    "serial_number",
    "firmware_version",
    "address",
    "online",
    "last_seen_at",
    "quirks",
    "configuration",
    "refused_keys",
    "limits_taken",
    "standing_limits_sent",
]


class ConnectorInline(admin.TabularInline):  # type: ignore[type-arg]  # generic in the stubs only
    model = Connector
    formset = ConnectorFormSet
    fields = [
        "number",
        "kind",
        "phases",
        "max_current_a",
        "minimum_current_a",
        "efficiency_pct",
        "default_writes",
        "state",
        "error_code",
    ]
    readonly_fields = ["default_writes", "state", "error_code"]
    extra = 0

    @admin.display(description=gettext_lazy("standing limits sent"))
    def default_writes(self, obj: Connector) -> int:
        setpoint = getattr(obj, "setpoint", None)
        return setpoint.default_writes if setpoint is not None else 0

    @admin.display(description=gettext_lazy("status"))
    def state(self, obj: Connector) -> str:
        return status_word(obj.status)


@admin.register(Station)
class StationAdmin(ConfigurationAdmin):
    form = StationForm
    inlines = [ConnectorInline]
    list_display = ["box_identity", "name", "state", "zone", "group", "online", "vip", "vendor", "model", "address"]
    list_filter = ["state", "online", "zone", "group"]
    list_select_related = ["zone", "group"]
    search_fields = ["box_identity", "name", "serial_number", "address"]
    actions = ["install", "forget_learned_limits"]
    change_form_template = "admin/chargers/station/change_form.html"

    def get_fields(self, request: HttpRequest, obj: Station | None = None) -> Any:
        if obj is None:
            return ["box_identity"]
        chosen = (
            ["name", "zone", "group", "vip", "volatile", "position"] if obj.state == Station.State.INSTALLED else []
        )
        return ["box_identity", *chosen, *_TOLD]

    def get_readonly_fields(self, request: HttpRequest, obj: Station | None = None) -> list[str]:
        return [] if obj is None else ["box_identity", *_TOLD]

    def get_inlines(self, request: HttpRequest, obj: Station | None) -> Any:
        return self.inlines if obj is not None and obj.state == Station.State.INSTALLED else []

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.install_view)
        return [path("install/", view, name="chargers_station_install"), *super().get_urls()]

    def response_add(self, request: HttpRequest, obj: Station, post_url_continue: str | None = None) -> HttpResponse:
        return HttpResponseRedirect(_install_url([obj.pk]))

    @admin.action(description=gettext_lazy("Install the selected stations"))
    def install(self, request: HttpRequest, queryset: QuerySet[Station]) -> HttpResponse:
        return HttpResponseRedirect(_install_url(list(queryset.values_list("pk", flat=True))))

    @admin.display(description=gettext_lazy("limits it takes"))
    def limits_taken(self, obj: Station) -> str:
        return told(obj)

    @admin.display(description=gettext_lazy("standing limits sent"))
    def standing_limits_sent(self, obj: Station) -> int:
        """To all its connectors: its memory bears so many a day (`engine.wear`)."""
        return sum(Setpoint.objects.filter(connector__station=obj).values_list("default_writes", flat=True))

    @admin.action(description=gettext_lazy("Try every form of limits again with the selected stations"))
    def forget_learned_limits(self, request: HttpRequest, queryset: QuerySet[Station]) -> None:
        count = forget_learned(stations=queryset, by=request.user.get_username())
        done = ngettext("%(count)d station begins anew.", "%(count)d stations begin anew.", count)
        self.message_user(request, done % {"count": count})

    def install_view(self, request: HttpRequest) -> HttpResponse:
        """Installs the detected stations of `?ids=1,2`, all alike, all or none."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        stations = _detected(request.GET.get("ids", ""))
        if not stations:
            self.message_user(request, _("Choose stations that are not installed yet."), messages.WARNING)
            return HttpResponseRedirect(reverse("admin:chargers_station_changelist"))
        form = InstallForm(request.POST or None)
        if len(stations) > 1:
            del form.fields["name"]
        if form.is_valid() and self._installed(request, form, stations):
            return HttpResponseRedirect(reverse("admin:chargers_station_changelist"))
        context = self.admin_site.each_context(request) | {
            "title": _("Install stations"),
            "opts": self.opts,
            "stations": stations,
            "form": form,
        }
        return TemplateResponse(request, "admin/chargers/station/install.html", context)

    def _installed(self, request: HttpRequest, form: InstallForm, stations: list[Station]) -> bool:
        values = form.cleaned_data
        try:
            with transaction.atomic():
                for station in stations:
                    install_station(
                        station=station,
                        connectors=form.plan(),
                        name=values.get("name", ""),
                        zone=values["zone"],
                        group=values["group"],
                        vip=values["vip"],
                        by=request.user.get_username(),
                    )
        except ValidationError as error:
            form.add_error(None, error.messages)
            return False
        told = ngettext("%(count)d station installed.", "%(count)d stations installed.", len(stations))
        self.message_user(request, told % {"count": len(stations)})
        return True

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        deleted, counts, needed, protected = super().get_deleted_objects(objs, request)
        return deleted, counts, needed, [*protected, *_charging(objs)]

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        delete_station(station=obj, by=request.user.get_username())

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        with transaction.atomic():
            for station in queryset:
                delete_station(station=station, by=request.user.get_username())


@admin.register(LearnedProfile)
class LearnedProfileAdmin(ConfigurationAdmin):
    """To look at, and to delete: what is learned is written by the gateway; stations forget it by their action."""

    list_display = ["vendor", "model", "firmware_version", "learned", "learned_at"]
    search_fields = ["vendor", "model"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


def _install_url(ids: list[int]) -> str:
    return f"{reverse('admin:chargers_station_install')}?ids={','.join(map(str, ids))}"


def _detected(ids: str) -> list[Station]:
    wanted = [int(word) for word in ids.split(",") if word.isascii() and word.isdigit() and len(word) < 18]
    return list(Station.objects.filter(pk__in=wanted, state=Station.State.DETECTED))


def _charging(stations: Any) -> list[str]:
    found = []
    for station in stations:
        try:
            check_deletable(station)
        except ValidationError as error:
            found += error.messages
    return found
