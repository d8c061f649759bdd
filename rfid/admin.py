"""Cards and authentication groups (RFI-4, RFI-6)."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from journal.records import Said
from rfid.decisions import id_key
from rfid.models import AuthGroup, Card, UnknownCard
from rfid.services import add_unknown_cards
from zones.admin import ConfigurationAdmin, record_change
from zones.telling import called, switched

NAMED_IN_A_LINE = 100
"""Cards: a line of the journal takes no more."""


@admin.register(AuthGroup)
class AuthGroupAdmin(ConfigurationAdmin):
    list_display = ["name", "online", "offline", "takes_new_stations"]
    search_fields = ["name"]


class CardForm(forms.ModelForm):  # type: ignore[type-arg]  # generic in the stubs only
    def clean_id_tag(self) -> str:
        id_tag: str = self.cleaned_data["id_tag"].strip()
        if Card.objects.filter(id_key=id_key(id_tag)).exclude(pk=self.instance.pk).exists():
            raise forms.ValidationError(_("This card is known already; upper and lower case make no difference."))
        return id_tag


@admin.register(Card)
class CardAdmin(ConfigurationAdmin):
    form = CardForm
    list_display = ["id_tag", "name", "authorised", "vip", "last_seen_at", "registered_at"]
    list_filter = ["authorised", "vip", "groups"]
    search_fields = ["id_tag", "name", "comment"]
    filter_horizontal = ["groups"]
    readonly_fields = ["registered_at", "last_seen_at"]
    actions = ["authorise", "withdraw", "make_vip", "make_ordinary"]

    @admin.action(description=_("Authorise the selected cards"))
    def authorise(self, request: HttpRequest, queryset: QuerySet[Card]) -> None:
        self._set(request, queryset, authorised=True)

    @admin.action(description=_("Withdraw the authorisation of the selected cards"))
    def withdraw(self, request: HttpRequest, queryset: QuerySet[Card]) -> None:
        self._set(request, queryset, authorised=False)

    @admin.action(description=_("Make the selected cards VIP"))
    def make_vip(self, request: HttpRequest, queryset: QuerySet[Card]) -> None:
        self._set(request, queryset, vip=True)

    @admin.action(description=_("Make the selected cards ordinary"))
    def make_ordinary(self, request: HttpRequest, queryset: QuerySet[Card]) -> None:
        self._set(request, queryset, vip=False)

    def _set(self, request: HttpRequest, queryset: QuerySet[Card], **values: bool) -> None:
        with transaction.atomic():
            cards = list(queryset.exclude(**values))
            queryset.update(**values)
            _record(request, cards, [switched(Card, name, on=value) for name, value in values.items()])
        told = ngettext("%(count)d card changed.", "%(count)d cards changed.", len(cards))
        self.message_user(request, told % {"count": len(cards)})


@admin.register(UnknownCard)
class UnknownCardAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # generic in the stubs only
    list_display = ["id_tag", "box_identity", "last_seen_at"]
    search_fields = ["id_tag", "box_identity"]
    actions = ["add", "add_and_authorise"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return obj is None and super().has_change_permission(request)

    @admin.action(description=_("Add the selected cards"))
    def add(self, request: HttpRequest, queryset: QuerySet[UnknownCard]) -> None:
        self._add(request, queryset, authorised=False)

    @admin.action(description=_("Add and authorise the selected cards"))
    def add_and_authorise(self, request: HttpRequest, queryset: QuerySet[UnknownCard]) -> None:
        self._add(request, queryset, authorised=True)

    def _add(self, request: HttpRequest, queryset: QuerySet[UnknownCard], *, authorised: bool) -> None:
        with transaction.atomic():
            cards = add_unknown_cards(unknown=queryset.values_list("pk", flat=True), authorised=authorised)
            _record(request, cards, [switched(Card, "authorised", on=True)] if authorised else [])
        told = ngettext("%(count)d card added.", "%(count)d cards added.", len(cards))
        self.message_user(request, told % {"count": len(cards)})


def _record(request: HttpRequest, cards: list[Card], changes: list[Said]) -> None:
    for first in range(0, len(cards), NAMED_IN_A_LINE):
        what = Said("several", {"values": [called(card) for card in cards[first : first + NAMED_IN_A_LINE]]})
        figures = {"what": what, "user": request.user.get_username(), "changes": changes}
        record_change(Said("configuration_set", figures))
