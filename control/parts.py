"""What was read as JSON, part by part: whatever is missing or strange is named with its place."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

MOST = 2**63 - 1


class Strange(ValueError):
    """A part is missing, or is not what it must be. The message, in the active language, names its place."""


class Part:
    """`place`: where it is, such as `demands[0].lines`; empty for the whole."""

    def __init__(self, value: Any, place: str = "") -> None:
        self._value = value
        self.place = place

    def part(self, name: str) -> "Part":
        if not isinstance(self._value, dict):
            raise self.strange(_("must be an object"))
        part = Part(self._value.get(name), f"{self.place}.{name}" if self.place else name)
        if name not in self._value:
            raise part.strange(_("is missing"))
        return part

    def parts(self, count: int | None = None) -> list["Part"]:
        """So many (any number: None)."""
        if not isinstance(self._value, list | tuple):
            raise self.strange(_("must be a list"))
        if count is not None and len(self._value) != count:
            raise self.strange(_("must be a list of %(count)s") % {"count": count})
        return [Part(value, f"{self.place}[{i}]") for i, value in enumerate(self._value)]

    def whole(self, least: int = -MOST, most: int = MOST) -> int:
        if type(self._value) is not int:
            raise self.strange(_("must be a whole number"))
        if not least <= self._value <= most:
            raise self.strange(_("must be a number from %(least)s to %(most)s") % {"least": least, "most": most})
        return self._value

    def whole_or_none(self, least: int, most: int) -> int | None:
        if self._value is None:
            return None
        if most < least:
            raise self.strange(_("must be null"))
        return self.whole(least, most)

    def flag(self) -> bool:
        if not isinstance(self._value, bool):
            raise self.strange(_("must be true or false"))
        return self._value

    def text(self) -> str:
        if not isinstance(self._value, str):
            raise self.strange(_("must be a text"))
        return self._value

    def word(self, known: Sequence[str]) -> str:
        if self._value not in known:
            raise self.strange(_("must be one of %(known)s") % {"known": ", ".join(known)})
        return str(self._value)

    def strange(self, what: str) -> Strange:
        return Strange(_("“%(place)s” %(what)s") % {"place": self.place or ".", "what": what})
