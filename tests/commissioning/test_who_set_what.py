"""Every page of the administration that changes configuration leaves a line that says who did it."""

from django.contrib import admin

import rfid.admin
from journal.admin import ReadOnlyAdmin
from zones.admin import ConfigurationAdmin

NO_SETTINGS = {
    "accounts.User": "has lines of its own (tests/accounts)",
    "journal.Alarm": "its row says who acknowledged it",
    "rfid.UnknownCard": "what readers saw; adding one leaves a line (tests/rfid)",
}


def test_every_page_of_configuration_says_who_changed_it() -> None:
    assert rfid.admin
    kinds = (ConfigurationAdmin, ReadOnlyAdmin)
    silent = {model._meta.label for model, page in admin.site._registry.items() if not isinstance(page, kinds)}
    assert silent == NO_SETTINGS.keys()
