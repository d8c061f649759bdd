"""Meters and digital inputs in the admin: lists with what was read last, editing; for meters the *test* button."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db import transaction
from django.db.models import Model, QuerySet
from django.forms import ModelForm
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from metering import selectors, services
from metering.maps import MODELS
from metering.models import DigitalInput, InputState, Meter, Reading
from metering.probing import probe_meters
from metering.sentences import stored_sentence
from zones.admin import ConfigurationAdmin
from zones.telling import called

WIRING_WARNING = _(
    "The neutral and the direction of the current transformers must be right, or the installation may trip. "
    "Use “Test” with a load switched on: each phase must show the direction that you expect."
)


class MeterForm(ModelForm):  # type: ignore[type-arg]  # generic in the stubs only
    model = forms.ChoiceField(label=_("Model"), choices=[(name, name) for name in MODELS])

    class Meta:
        model = Meter
        fields = ("name", "model", "host", "port", "unit", "zone", "role", "inverted")


@admin.register(Meter)
class MeterAdmin(ConfigurationAdmin):
    form = MeterForm
    list_display = ("name", "state", "model", "network", "zone", "role", "currents", "power", "energy")
    list_filter = ("role", "model")
    search_fields = ("name", "host")
    actions = ("test_selected",)
    change_form_template = "admin/metering/meter/change_form.html"
    fieldsets = (
        (None, {"fields": ("name", "model", "host", "port", "unit")}),
        (_("Use"), {"fields": ("zone", "role", "inverted"), "description": WIRING_WARNING}),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Meter]:
        return super().get_queryset(request).select_related("zone", "reading")

    def get_urls(self) -> list[URLPattern]:
        test = path("<int:meter_id>/test/", self.admin_site.admin_view(self.test_one), name="metering_meter_test")
        return [test, *super().get_urls()]

    def save_model(self, request: HttpRequest, obj: Meter, form: Any, change: bool) -> None:
        services.store_meter(meter=obj)

    def delete_model(self, request: HttpRequest, obj: Model) -> None:
        self.delete_queryset(request, Meter.objects.filter(pk=obj.pk))

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Meter]) -> None:
        meters = list(queryset)
        gone = [called(meter) for meter in meters]
        with transaction.atomic():
            for meter in meters:
                services.delete_meter(meter=meter)
            self._deleted(gone, request)

    def get_deleted_objects(
        self, objs: Sequence[Any] | QuerySet[Any], request: HttpRequest
    ) -> tuple[list[str], dict[str, int], set[str], list[str]]:
        """MET-6: Django's own confirmation page lists the meters that zones use as protected."""
        to_delete, counts, missing, protected = super().get_deleted_objects(objs, request)
        for meter in objs:
            if meter.in_use:
                protected.append(
                    gettext("%(meter)s: zone “%(zone)s” uses it") % {"meter": meter.name, "zone": meter.zone}
                )
        return to_delete, counts, missing, protected

    @admin.display(description=_("state"))
    def state(self, meter: Meter) -> str:
        reading = _reading(meter)
        if reading is None:
            return gettext("waiting for the first reading")
        return stored_sentence(reading.fault) or gettext("OK")

    @admin.display(description=_("network"))
    def network(self, meter: Meter) -> str:
        return f"TCP {meter.host}:{meter.port} #{meter.unit}"

    @admin.display(description=_("currents L1 / L2 / L3 (A)"))
    def currents(self, meter: Meter) -> str:
        reading = _reading(meter)
        return " / ".join(f"{ma / 1000:.1f}" for ma in reading.currents_ma) if reading is not None else ""

    @admin.display(description=_("power (kW)"))
    def power(self, meter: Meter) -> str:
        reading = _reading(meter)
        return f"{reading.power_w / 1000:.2f}" if reading is not None and reading.power_w is not None else ""

    @admin.display(description=_("energy (kWh)"))
    def energy(self, meter: Meter) -> str:
        reading = _reading(meter)
        return f"{reading.energy_wh / 1000:.1f}" if reading is not None and reading.energy_wh is not None else ""

    @admin.action(description=_("Test selected meters"), permissions=["view"])
    def test_selected(self, request: HttpRequest, queryset: QuerySet[Meter]) -> HttpResponse:
        return self._tested(request, list(queryset))

    def test_one(self, request: HttpRequest, meter_id: int) -> HttpResponse:
        meter = self.get_queryset(request).filter(pk=meter_id).first()
        if meter is None or not self.has_view_permission(request, meter):
            raise Http404
        return self._tested(request, [meter])

    def _tested(self, request: HttpRequest, meters: list[Meter]) -> HttpResponse:
        probes = probe_meters([selectors.spec_of(meter) for meter in meters])
        failed = sum(1 for probe in probes if probe.error)
        if failed:
            messages.error(request, gettext("%(count)d of %(all)d failed.") % {"count": failed, "all": len(probes)})
        context = self.admin_site.each_context(request) | {
            "title": gettext("Meter test"),
            "opts": self.model._meta,
            "probes": probes,
            "warning": WIRING_WARNING,
        }
        return TemplateResponse(request, "admin/metering/meter/test.html", context)


@admin.register(DigitalInput)
class DigitalInputAdmin(ConfigurationAdmin):
    """DI-1."""

    list_display = ("name", "seen", "network", "table", "number", "inverted", "quotient_pct", "in_zones", "when_lost")
    list_filter = ("zones",)
    search_fields = ("name", "host")
    filter_horizontal = ("zones",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[DigitalInput]:
        return super().get_queryset(request).select_related("state").prefetch_related("zones")

    @admin.display(description=_("state"))
    def seen(self, row: DigitalInput) -> str:
        found: InputState | None = getattr(row, "state", None)
        if found is None:
            return gettext("waiting for the first reading")
        return stored_sentence(found.fault) or (gettext("active") if found.active else gettext("inactive"))

    @admin.display(description=_("network"))
    def network(self, row: DigitalInput) -> str:
        return f"TCP {row.host}:{row.port} #{row.unit}"

    @admin.display(description=_("zones"))
    def in_zones(self, row: DigitalInput) -> str:
        return ", ".join(zone.name for zone in row.zones.all())


def _reading(meter: Meter) -> Reading | None:
    """The newest reading, if there was a first one."""
    reading: Reading | None = getattr(meter, "reading", None)
    return reading if reading is not None and reading.sequence else None
