"""Transactions and what was kept apart, to read."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from journal.admin import RawAdmin, ReadOnlyAdmin, column
from transactions.models import Quarantined, Transaction


@admin.register(Transaction)
class TransactionAdmin(ReadOnlyAdmin):
    list_display = [
        "number",
        "box_identity",
        "connector_number",
        "zone_name",
        "id_tag",
        "state",
        "started_at",
        "ended_at",
        "energy_wh",
        "stop_reason",
        "estimated",
        "suspect",
    ]
    list_filter = ["state", "estimated", "started_at"]
    search_fields = ["=number", "box_identity", "station_name", "id_tag"]
    show_full_result_count = False


@admin.register(Quarantined)
class QuarantinedAdmin(RawAdmin):
    list_display = [
        column("at", _("date")),
        column("box_identity", _("box identity")),
        column("action", _("type")),
        column("why", _("reason")),
        column("payload", _("message")),
    ]
    list_filter = ["why"]
    search_fields = ["box_identity"]
    show_full_result_count = False
