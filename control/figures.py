"""Figures as people of the active language write them: decimal separator, no needless zero."""

from functools import lru_cache

from django.utils.formats import get_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

UNKNOWN = "–"


def number(value: float | None, digits: int = 1) -> str:
    """`11.5` -> "11.5" (French "11,5"), `32.0` -> "32", None -> a dash."""
    if value is None:
        return UNKNOWN
    text = f"{value:.{digits}f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".").replace(".", _separator(get_language()))
    return "0" if text == "-0" else text


def duration(seconds: float | None) -> str:
    """About how long: "40 s", "9 min", "1 h 05 min"."""
    if seconds is None:
        return UNKNOWN
    whole = max(0, int(seconds))
    if whole < 60:
        return _("%(seconds)s s") % {"seconds": whole}
    minutes = whole // 60
    if minutes < 60:
        return _("%(minutes)s min") % {"minutes": minutes}
    return _("%(hours)s h %(minutes)s min") % {"hours": minutes // 60, "minutes": f"{minutes % 60:02}"}


@lru_cache
def _separator(language: str | None) -> str:
    return str(get_format("DECIMAL_SEPARATOR", language))
