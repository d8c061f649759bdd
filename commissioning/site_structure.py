"""Is a text a site file at all: JSON, the right keys, types and ranges. Every problem names its path in the file."""

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Any, cast

from django.conf import settings
from django.utils.translation import gettext as _
from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

from commissioning.site_document import SiteDocument
from common.text import printable
from zones.plan import Problem

MAX_CHARS = 10_000_000
_MAX_DIGITS = 15
_MAX_DEPTH = 60
_TYPES = {
    "object": lambda: _("an object"),
    "array": lambda: _("a list"),
    "string": lambda: _("a text"),
    "integer": lambda: _("a whole number"),
    "number": lambda: _("a number"),
    "boolean": lambda: _("true or false"),
    "null": lambda: _("null"),
}
_PATTERNS = {
    "box_identity": lambda: _("must be 1 to 30 of the characters a-z A-Z 0-9 * - _ = + | @ . without spaces"),
    "id_tag": lambda: _("must be 1 to 20 letters, digits and signs without accents, and not begin or end with a space"),
    "start": lambda: _("must be an hour as 08:30, from 00:00 to 23:59"),
    "end": lambda: _("must be an hour as 08:30, from 00:00 to 23:59"),
}
"""What a pattern of the schema asks for, by the key; any other key with one is a name."""


@dataclass(frozen=True, slots=True)
class _Unread:
    """Stands where the file has a number that is none."""

    why: str


class _Object(dict[str, Any]):
    """An object of the file, and the keys that stand in it more than once."""

    twice: frozenset[str] = frozenset()


class SiteFileError(Exception):
    """A file that can't be loaded: every problem found, in the order of the file."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = list(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


def parse(text: str) -> SiteDocument:
    """Raises SiteFileError; numbers with a point come as Decimal."""
    document = _decode(text)
    if _depth(document) > _MAX_DEPTH:
        raise SiteFileError([Problem("", _("the file is nested too deeply"))])
    if misread := list(_misread(document)):
        raise SiteFileError(misread)
    found = [problem for error in _validator().iter_errors(document) for problem in _worded(error)]
    found += [
        Problem(path, _("holds characters that can't be shown")) for path, word in _values(document) if _unfit(word)
    ]
    if found:
        raise SiteFileError(dict.fromkeys(found))
    return cast("SiteDocument", document)


def path_of(parts: Iterable[str | int]) -> str:
    """`["zones", 0, "name"]` -> `zones[0].name`."""
    path = ""
    for part in parts:
        path += f"[{part}]" if isinstance(part, int) else f".{part}" if path else part
    return path


def _decode(text: str) -> Any:
    if len(text) > MAX_CHARS:
        raise SiteFileError([Problem("", _("the file is too large"))])
    if not text.strip():
        raise SiteFileError([Problem("", _("the file is empty"))])
    try:
        return json.loads(
            text, parse_float=_decimal, parse_int=_integer, parse_constant=_constant, object_pairs_hook=_object
        )
    except RecursionError:
        raise SiteFileError([Problem("", _("the file is nested too deeply"))]) from None
    except json.JSONDecodeError as error:
        message = _("not JSON: line %(line)d, column %(column)d: %(why)s")
        figures = {"line": error.lineno, "column": error.colno, "why": error.msg}
        raise SiteFileError([Problem("", message % figures)]) from None


def _object(pairs: list[tuple[str, Any]]) -> _Object:
    found = _Object(pairs)
    if len(found) < len(pairs):
        found.twice = frozenset(key for key, count in Counter(key for key, _value in pairs).items() if count > 1)
    return found


def _integer(text: str) -> int | _Unread:
    return _absurd(text) if len(text) > _MAX_DIGITS else int(text)


def _decimal(text: str) -> Decimal | _Unread:
    value = Decimal(text)
    return _absurd(text) if len(text) > 2 * _MAX_DIGITS or abs(value.adjusted()) > _MAX_DIGITS else value


def _absurd(text: str) -> _Unread:
    return _Unread(_("the number %(number)s… is absurd") % {"number": text[:20]})


def _constant(text: str) -> _Unread:
    return _Unread(_("%(word)s is not a number") % {"word": text})


def _misread(document: Any) -> Iterator[Problem]:
    for path, value in _values(document):
        if isinstance(value, _Unread):
            yield Problem(path, value.why)
        elif isinstance(value, _Object):
            for key in sorted(value.twice):
                name = printable(key, 60)
                yield Problem(f"{path}.{name}" if path else name, _("stands more than once"))


@cache
def _validator() -> Draft202012Validator:
    text = (settings.BASE_DIR / "docs" / "site-file.schema.json").read_text(encoding="utf-8")
    # Decimal on both sides, or 32.1 would be no multiple of 0.1.
    return Draft202012Validator(json.loads(text, parse_float=Decimal))


def _worded(error: ValidationError) -> Iterator[Problem]:
    parts = list(error.absolute_path)
    instance: Any = error.instance
    required: Any = error.validator_value
    if error.context:
        # anyOf with null: what the value should have been is said by the first alternative.
        for nested in error.context:
            if nested.schema_path[0] == 0:
                yield from _worded(nested)
    elif error.validator == "additionalProperties":
        known: Any = error.schema
        for key in sorted(instance.keys() - known["properties"].keys()):
            yield Problem(path_of([*parts, printable(key, 60)]), _("unknown key"))
    elif error.validator == "required":
        for key in required:
            if key not in instance:
                yield Problem(path_of([*parts, key]), _("is missing"))
    else:
        yield Problem(path_of(parts), _sentence(error))


def _sentence(error: ValidationError) -> str:
    rule = str(error.validator)
    value: Any = error.validator_value
    sentences: dict[str, Callable[[], str]] = {
        "type": lambda: _("must be %(type)s") % {"type": _types(value)},
        "enum": lambda: _("must be one of %(values)s") % {"values": ", ".join(map(quoted, value))},
        "const": lambda: _("must be “%(value)s” or a list") % {"value": value},
        "minimum": lambda: _("must be at least %(value)s") % {"value": value},
        "maximum": lambda: _("must be at most %(value)s") % {"value": value},
        "multipleOf": lambda: _("must be a multiple of %(value)s") % {"value": value},
        "minLength": lambda: _("must not be empty"),
        "minItems": lambda: _("must not be empty"),
        "maxLength": lambda: _("must have at most %(value)s characters") % {"value": value},
        "pattern": lambda: _shape(error.absolute_path[-1]),
    }
    sentence = sentences[rule]()
    if isinstance(error.instance, dict | list) or error.instance == "":
        return sentence
    shown = "null" if error.instance is None else printable(json.dumps(error.instance, default=float), 60)
    return _("%(rule)s, not %(value)s") % {"rule": sentence, "value": shown}


def _shape(key: str | int) -> str:
    shape = _PATTERNS.get(str(key))
    return shape() if shape else _("must not be blank, nor begin or end with a space")


def quoted(value: object) -> str:
    """In the quotation marks of the active language."""
    return _("“%(value)s”") % {"value": value}


def _types(value: str | list[str]) -> str:
    names = [value] if isinstance(value, str) else value
    return _(" or ").join(_TYPES[name]() for name in names)


def _depth(value: Any) -> int:
    depth, level = 0, [value]
    while level:
        depth += 1
        level = [
            inner
            for item in level
            if isinstance(item, dict | list)
            for inner in (item.values() if isinstance(item, dict) else item)
        ]
    return depth


def _values(document: Any) -> Iterator[tuple[str, Any]]:
    """Everything in the document with its path, in the order of the file."""
    waiting: list[tuple[list[str | int], Any]] = [([], document)]
    while waiting:
        parts, item = waiting.pop()
        yield path_of(parts), item
        if isinstance(item, dict):
            waiting.extend(([*parts, printable(key, 60)], inner) for key, inner in reversed(item.items()))
        elif isinstance(item, list):
            waiting.extend(([*parts, i], inner) for i, inner in reversed(list(enumerate(item))))


def _unfit(word: Any) -> bool:
    return isinstance(word, str) and printable(word, len(word)) != word
