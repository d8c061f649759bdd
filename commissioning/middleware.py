"""After a change of configuration in the admin: what it brought up that a person should know."""

from collections.abc import Callable, Sequence

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from commissioning.checking import check_rows
from commissioning.checks.findings import Finding, Severity, kind_word, labelled
from zones.selectors import site

GetResponse = Callable[[HttpRequest], HttpResponseBase]
APPS = ("zones", "chargers", "metering")
MOST = 5
_LEVELS = {Severity.ERROR: messages.ERROR, Severity.WARNING: messages.WARNING, Severity.NOTICE: messages.INFO}


class SecondLookMiddleware:
    """One place for every page of the admin, whichever app it belongs to."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.method != "POST" or not _configures(request):
            return self.get_response(request)
        version, before = site().version, check_rows()
        response = self.get_response(request)
        if response.status_code == 302 and site().version != version:
            _tell(request, before, check_rows())
        return response


def _configures(request: HttpRequest) -> bool:
    folders = (f"{reverse('admin:index')}{app}/" for app in APPS)
    return request.path.startswith(tuple(folders)) and getattr(request.user, "is_admin", False)


def _tell(request: HttpRequest, before: Sequence[Finding], after: Sequence[Finding]) -> None:
    """What is new in full; what stood there already as a number."""
    new = [finding for finding in after if finding not in before]
    for finding in new[:MOST]:
        subject = f"{kind_word(finding.kind)} {finding.subject}".rstrip()
        messages.add_message(request, _LEVELS[finding.severity], labelled(subject, finding.sentence))
    rest = len(after) - len(new[:MOST])
    if rest:
        words = ngettext("%(count)d more remark", "%(count)d more remarks", rest) % {"count": rest}
        address = reverse("admin:zones_site_check")
        messages.info(request, format_html('<a href="{}">{}</a>', address, labelled(_("Configuration check"), words)))
