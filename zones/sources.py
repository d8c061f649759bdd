"""What a reduction is called: plain English in the site document, the reader's language on pages (TOU-4)."""

from django.utils.translation import gettext as _

_PERIOD = "time of use: "
_INPUT = "digital input "


def of_period(name: str) -> str:
    return f"{_PERIOD}{name}"


def of_input(name: str) -> str:
    return f"{_INPUT}{name}"


def spoken(source: str) -> str:
    """In the active language; what an installer or a building management system called it stays as it is."""
    if source.startswith(_PERIOD):
        return _("time of use: %(period)s") % {"period": source.removeprefix(_PERIOD)}
    if source.startswith(_INPUT):
        return _("digital input %(input)s") % {"input": source.removeprefix(_INPUT)}
    return source
