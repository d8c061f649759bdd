"""Forms of stations: installing, and editing an installed one."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from chargers.installing import ConnectorPlan, check_connectors, check_zone
from chargers.models import ONE_NUMBER, Connector, Station
from rfid.models import AuthGroup
from zones.models import Zone
from zones.selectors import site

MAX_CONNECTORS = 20


def leaf_zones() -> Any:
    return Zone.objects.filter(children=None)


class InstallForm(forms.Form):
    """For one station or several of a kind; the name only for one."""

    name = forms.CharField(label=_("name"), max_length=30, required=False)
    connectors = forms.IntegerField(label=_("number of connectors"), min_value=1, max_value=MAX_CONNECTORS, initial=1)
    phases = forms.ChoiceField(label=_("phases"), choices=Connector.Phases.choices, initial=Connector.Phases.L1L2L3)
    max_current_a = forms.DecimalField(
        label=_("maximum current (A)"), min_value=0, max_value=1000, decimal_places=1, initial=Decimal(32)
    )
    kind = forms.ChoiceField(label=_("kind"), choices=Connector.Kind.choices, initial=Connector.Kind.AC, required=False)
    zone = forms.ModelChoiceField(label=_("zone"), queryset=Zone.objects.none(), required=False)
    group = forms.ModelChoiceField(label=_("authentication group"), queryset=AuthGroup.objects.none(), required=False)
    vip = forms.BooleanField(label=_("VIP station"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["zone"].queryset = leaf_zones()  # type: ignore[attr-defined]  # a ModelChoiceField
        self.fields["group"].queryset = AuthGroup.objects.all()  # type: ignore[attr-defined]  # a ModelChoiceField

    def plan(self) -> list[ConnectorPlan]:
        phases, max_a = self.cleaned_data["phases"], self.cleaned_data["max_current_a"]
        kind = self.cleaned_data.get("kind") or Connector.Kind.AC
        return [ConnectorPlan(n + 1, phases, max_a, kind) for n in range(self.cleaned_data["connectors"])]

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or {}
        if not self.errors:
            check_connectors(self.plan(), grid=site().grid)
        return values


class StationForm(forms.ModelForm):  # type: ignore[type-arg]  # generic in the stubs only
    def clean_zone(self) -> Zone | None:
        zone: Zone | None = self.cleaned_data["zone"]
        check_zone(zone)
        return zone


class ConnectorFormSet(forms.BaseInlineFormSet):  # type: ignore[type-arg]  # generic in the stubs only
    def get_unique_error_message(self, unique_check: Sequence[str]) -> str:  # noqa: ARG002  # Django's signature
        return str(ONE_NUMBER)

    def add_fields(self, form: Any, index: int | None) -> None:
        """What is not told stays as it is."""
        super().add_fields(form, index)
        for name in ("kind", "efficiency_pct"):
            form.fields[name].required = False

    def clean(self) -> None:
        super().clean()
        if any(self.errors) or self.instance.state != Station.State.INSTALLED:
            return
        kept = [f for f in self.forms if f.cleaned_data and not f.cleaned_data.get("DELETE")]
        plans = [
            ConnectorPlan(f.cleaned_data["number"], f.cleaned_data["phases"], kind=f.cleaned_data.get("kind") or "ac")
            for f in kept
        ]
        check_connectors(plans, grid=site().grid)
        for form in self.deleted_forms:
            if form.instance.transactions.filter(state="open").exists():
                raise ValidationError(_("A connector can't be removed while a car charges on it."))
