"""Is a text a site file at all: JSON, the right keys, types and ranges. Every problem names its path in the file."""

import json
from collections.abc import Callable, Iterable, Iterator
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
    found = [problem for error in _validator().iter_errors(document) for problem in _worded(error)]
    found += [
        Problem(path, _("holds characters that can't be shown")) for path, word in _texts(document) if _unfit(word)
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
    except ValueError as error:
        raise SiteFileError([Problem("", str(error))]) from None


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise ValueError(_("the key “%(key)s” stands twice in one object") % {"key": printable(key, 60)})
        found[key] = value
    return found


def _integer(text: str) -> int:
    if len(text) > _MAX_DIGITS:
        raise ValueError(_("the number %(number)s… is absurd") % {"number": text[:20]})
    return int(text)


def _decimal(text: str) -> Decimal:
    value = Decimal(text)
    if len(text) > 2 * _MAX_DIGITS or abs(value.adjusted()) > _MAX_DIGITS:
        raise ValueError(_("the number %(number)s… is absurd") % {"number": text[:20]})
    return value


def _constant(text: str) -> Any:
    raise ValueError(_("%(word)s is not a number") % {"word": text})


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
        "enum": lambda: _("must be one of %(values)s") % {"values": ", ".join(f"“{v}”" for v in value)},
        "const": lambda: _("must be “%(value)s” or a list") % {"value": value},
        "minimum": lambda: _("must not be below %(value)s") % {"value": value},
        "maximum": lambda: _("must not be above %(value)s") % {"value": value},
        "multipleOf": lambda: _("must be a multiple of %(value)s") % {"value": value},
        "minLength": lambda: _("must not be empty"),
        "minItems": lambda: _("must not be empty"),
        "maxLength": lambda: _("must not be longer than %(value)s characters") % {"value": value},
        "pattern": lambda: (
            _("has characters that are not allowed, or is too long: it must match %(value)s") % {"value": value}
        ),
    }
    sentence = sentences[rule]()
    if isinstance(error.instance, dict | list):
        return sentence
    shown = "null" if error.instance is None else printable(json.dumps(error.instance, default=str), 60)
    return _("%(rule)s, not %(value)s") % {"rule": sentence, "value": shown}


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


def _texts(value: Any) -> Iterator[tuple[str, str]]:
    """Every text in the document with its path."""
    waiting: list[tuple[list[str | int], Any]] = [([], value)]
    while waiting:
        parts, item = waiting.pop()
        if isinstance(item, str):
            yield path_of(parts), item
        elif isinstance(item, dict):
            waiting.extend(([*parts, printable(key, 60)], inner) for key, inner in item.items())
        elif isinstance(item, list):
            waiting.extend(([*parts, i], inner) for i, inner in enumerate(item))


def _unfit(word: str) -> bool:
    return printable(word, len(word)) != word
