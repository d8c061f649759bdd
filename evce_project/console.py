"""What EVCE says on the console when it starts."""

import socket

from django.conf import settings
from django.utils.translation import gettext as _


def reachable_host() -> str:
    """The address to show to people: where a name on the local network should lead to this machine."""
    if settings.BIND not in ("0.0.0.0", "::"):  # noqa: S104  # compared, not listened on
        return f"[{settings.BIND}]" if ":" in settings.BIND else str(settings.BIND)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            # Sends nothing: it only asks the kernel which of this machine's addresses leads out.
            probe.connect(("192.0.2.1", 9))
            return str(probe.getsockname()[0])
        except OSError:
            return "127.0.0.1"


def pages_url() -> str:
    return f"http://{reachable_host()}:{settings.HTTP_PORT}/"


def stations_url() -> str:
    return f"ws://{reachable_host()}:{settings.OCPP_PORT}/"


def ready_lines(*, pages: bool, stations: bool, code: str | None) -> list[str]:
    lines = []
    if pages:
        lines.append(_("EVCE is ready: %(url)s") % {"url": pages_url()})
    if stations:
        lines.append(_("Stations connect to %(url)s<box identity> (OCPP 1.6J)") % {"url": stations_url()})
    if code:
        lines.append(
            _("First start: open %(url)s and enter this one-time code: %(code)s") % {"url": pages_url(), "code": code}
        )
    return lines
