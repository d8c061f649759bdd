"""A JSON document read with checks: each problem says where it is, what must stand there, and what does.

Like site files (`commissioning.site_structure`), which are layers above.
"""

import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from math import isfinite
from typing import Any

from django.utils.translation import gettext as _

_MAX_DIGITS = 15
_TIME = re.compile(r"([0-9]{1,2}):([0-9]{2})")
_ABSENT = object()


@dataclass(frozen=True, slots=True)
class _Unread:
    """Stands where the document has a number that is none."""

    why: str


class _Object(dict[str, Any]):
    """An object of the document, and the keys that stand in it more than once."""

    twice: frozenset[str] = frozenset()


def decode(text: str) -> Any:
    """What `Item` reads. ValueError where the text is no JSON at all."""
    try:
        return json.loads(
            text, parse_float=_float, parse_int=_integer, parse_constant=_constant, object_pairs_hook=_object
        )
    except RecursionError:
        raise ValueError(_("the file is nested too deeply")) from None
    except json.JSONDecodeError as error:
        message = _("not JSON: line %(line)d, column %(column)d: %(why)s")
        raise ValueError(message % {"line": error.lineno, "column": error.colno, "why": error.msg}) from None


class Item:
    """A value of a document, and where it stands. What is wrong is added to `problems`; the default is read then."""

    __slots__ = ("path", "problems", "value")

    def __init__(self, value: Any, path: str, problems: list[str]) -> None:
        self.value, self.path, self.problems = value, path, problems

    @property
    def present(self) -> bool:
        return self.value is not _ABSENT

    def wrong(self, message: str) -> None:
        self.problems.append(f"{self.path}: {message}" if self.path else message)

    def fields(self, *required: str, optional: tuple[str, ...] = ()) -> dict[str, "Item"]:
        """Of an object with these keys and no others."""
        found = {key: self._inner(key, _ABSENT) for key in (*required, *optional)}
        if not self._is(dict, _("an object")):
            return found
        for item in self.entries():
            key = item[0]
            if key in found:
                found[key] = item[1]
            else:
                item[1].wrong(_("unknown key"))
        for key in required:
            if not found[key].present:
                found[key].wrong(_("is missing"))
        return found

    def entries(self) -> Iterator[tuple[str, "Item"]]:
        """(key, value) of an object with any keys."""
        if not self._is(dict, _("an object")):
            return
        for key in sorted(getattr(self.value, "twice", ())):
            self._inner(key, None).wrong(_("stands more than once"))
        for key, value in self.value.items():
            yield key, self._inner(key, value)

    def items(self) -> list["Item"]:
        if not self._is(list, _("a list")):
            return []
        return [Item(value, f"{self.path}[{i}]", self.problems) for i, value in enumerate(self.value)]

    def number(self, default: float = 0.0, *, least: float = 0, most: float = 1e6, whole: bool = False) -> float:
        if not self._is((int, float), _("a whole number") if whole else _("a number")):
            return default
        if whole and isfinite(self.value) and self.value != int(self.value):
            self._refuse(_("must be %(type)s") % {"type": _("a whole number")})
        elif not self.value >= least:
            self._refuse(_("must be at least %(value)s") % {"value": f"{least:.10g}"})
        elif self.value > most:
            self._refuse(_("must be at most %(value)s") % {"value": f"{most:.10g}"})
        else:
            return float(self.value)
        return default

    def share(self) -> float:
        """A percentage as a share of 1."""
        return self.number(most=100) / 100

    def text(self, default: str = "") -> str:
        if not self._is(str, _("a text")):
            return default
        if not self.value.isprintable():
            self.wrong(_("holds characters that can't be shown"))
            return default
        return str(self.value)

    def time(self, default: float = 0.0) -> float:
        """Seconds after midnight, up to and with 24:00."""
        if not self._is(str, _("a text")):
            return default
        return self.clock(self.value, default)

    def clock(self, text: str, default: float = 0.0) -> float:
        """The same of a text that belongs here, as a key."""
        match = _TIME.fullmatch(text)
        hours, minutes = map(int, match.groups()) if match else (99, 0)
        if minutes > 59 or hours * 60 + minutes > 24 * 60:
            rule = _("must be a time of the day as 08:30, from 00:00 to 24:00")
            self.wrong(_("%(rule)s, not %(value)s") % {"rule": rule, "value": _shown(text)})
            return default
        return float(hours * 3600 + minutes * 60)

    def _inner(self, key: str, value: Any) -> "Item":
        name = _shown(key)[1:-1]
        return Item(value, f"{self.path}.{name}" if self.path else name, self.problems)

    def _is(self, kind: type | tuple[type, ...], name: str) -> bool:
        if not self.present:
            return False
        if isinstance(self.value, _Unread):
            self.wrong(self.value.why)
            return False
        if isinstance(self.value, kind) and not isinstance(self.value, bool):
            return True
        self._refuse(_("must be %(type)s") % {"type": name})
        return False

    def _refuse(self, rule: str) -> None:
        if isinstance(self.value, dict | list):
            self.wrong(rule)
        else:
            self.wrong(_("%(rule)s, not %(value)s") % {"rule": rule, "value": _shown(self.value)})


def _shown(value: Any) -> str:
    """As JSON, in characters that any terminal can show."""
    text = json.dumps(value, ensure_ascii=False)
    return (text if text.isprintable() else json.dumps(value))[:60]


def _object(pairs: list[tuple[str, Any]]) -> _Object:
    found = _Object(pairs)
    if len(found) < len(pairs):
        found.twice = frozenset(key for key, count in Counter(key for key, _value in pairs).items() if count > 1)
    return found


def _integer(text: str) -> int | _Unread:
    return _absurd(text) if len(text) > _MAX_DIGITS else int(text)


def _float(text: str) -> float | _Unread:
    value = float(text)
    return value if isfinite(value) else _absurd(text)


def _absurd(text: str) -> _Unread:
    return _Unread(_("the number %(number)s… is absurd") % {"number": text[:20]})


def _constant(text: str) -> _Unread:
    return _Unread(_("%(word)s is not a number") % {"word": text})
