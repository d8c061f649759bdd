"""What is said of site files in the journal."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from journal.wording import Params, fill, register


def _site_loaded(params: Params) -> str:
    zones, stations = int(params.get("zones") or 0), int(params.get("stations") or 0)
    counted = {
        "zones": fill(ngettext("%(count)s zone", "%(count)s zones", zones), {"count": zones}),
        "stations": fill(ngettext("%(count)s station", "%(count)s stations", stations), {"count": stations}),
    }
    return fill(_("A site file was loaded: %(zones)s, %(stations)s."), counted)


register({"site_loaded": _site_loaded})
