from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EvceProjectConfig(AppConfig):
    name = "evce_project"
    verbose_name = _("EVCE")
