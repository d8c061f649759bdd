"""Figures as people of the active language write them: decimal separator, no needless zero."""

from dataclasses import dataclass
from functools import lru_cache

from django.utils.formats import get_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

UNKNOWN = "–"


@dataclass(frozen=True, slots=True)
class Figures:
    """The figures of one language. Asking which language is active costs more than the formatting: ask once."""

    separator: str
    seconds: str
    minutes: str
    hours: str

    def number(self, value: float | None, digits: int = 1) -> str:
        """`11.5` -> "11.5" (French "11,5"), `32.0` -> "32", None -> a dash."""
        if value is None:
            return UNKNOWN
        text = f"{value:.{digits}f}"
        if "." in text:
            text = text.rstrip("0").rstrip(".").replace(".", self.separator)
        return "0" if text == "-0" else text

    def duration(self, seconds: float | None) -> str:
        """About how long: "40 s", "9 min", "1 h 05 min"."""
        if seconds is None:
            return UNKNOWN
        whole = max(0, int(seconds))
        if whole < 60:
            return self.seconds % {"seconds": whole}
        if whole < 3600:
            return self.minutes % {"minutes": whole // 60}
        return self.hours % {"hours": whole // 3600, "minutes": f"{whole // 60 % 60:02}"}


def figures() -> Figures:
    """Those of the active language."""
    return _figures(get_language())


def number(value: float | None, digits: int = 1) -> str:
    return figures().number(value, digits)


def duration(seconds: float | None) -> str:
    return figures().duration(seconds)


@lru_cache
def _figures(language: str | None) -> Figures:
    """`language` is the active one."""
    return Figures(
        separator=str(get_format("DECIMAL_SEPARATOR", language)),
        seconds=_("%(seconds)s s"),
        minutes=_("%(minutes)s min"),
        hours=_("%(hours)s h %(minutes)s min"),
    )
