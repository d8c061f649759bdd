"""Entries in the words of who reads them (SYS-6): each app registers those of its codes in its `journal_words`.

A code that rows have keeps its meaning and its parameters for ever; what is said about it may change. Sentences take
every parameter as `%(name)s`.
"""

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

from django.utils.translation import get_language

UNKNOWN = "–"

Params = Mapping[str, Any]
Word = Callable[[Params], str]

_WHOLE: dict[str, Word] = {}
_INSIDE: dict[str, Word] = {}


def register(words: Mapping[str, Word], *, inside: bool = False) -> None:
    """`inside`: what these codes say is part of the sentences of others. Raises ValueError for one that has words."""
    known = _INSIDE if inside else _WHOLE
    if twice := words.keys() & known.keys():
        raise ValueError(f"registered twice: {', '.join(sorted(twice))}")
    known.update(words)


def sentence(message: Callable[[], str]) -> Word:
    """`message` asks gettext when it is called: the language is that of the reader."""
    return lambda params: fill(message(), params)


def fill(message: str, params: Params) -> str:
    return message % _Known((name, spoken(value)) for name, value in params.items())


def spoken(value: Any) -> str:
    """A parameter as a sentence takes it."""
    match value:
        case None:
            return UNKNOWN
        case list():
            return "; ".join(map(spoken, value))
        case {"code": str(code), "params": dict(params)}:
            return _say(_INSIDE.get(code), params, otherwise=code)
        case _:
            return str(value)


def words(code: str | None, params: Params | None, *, otherwise: str) -> str:
    """In the active language; `otherwise` where nobody has words for this code, or not with these parameters."""
    return _say(_WHOLE.get(code or ""), params or {}, otherwise=otherwise)


def known() -> set[str]:
    """Every code that has words."""
    return {*_WHOLE, *_INSIDE}


@lru_cache(maxsize=256)
def saying(text: str, language: str) -> tuple[frozenset[str], frozenset[str]]:
    """Codes of whole entries, and of what is said inside of them, that have `text` in their words, without case.

    `language` is the active one. Figures and names in the entries do not count.
    """
    assert language == get_language()
    text = text.casefold()
    whole, inside = (
        frozenset(code for code, word in known.items() if any(text in phrase.casefold() for phrase in _phrases(word)))
        for known in (_WHOLE, _INSIDE)
    )
    return whole, inside


def _phrases(word: Word) -> tuple[str, str]:
    """Without parameters and with all of them: what a sentence says can depend on them."""
    return _say(word, {}, otherwise=""), _say(word, _Any(), otherwise="")


def _say(word: Word | None, params: Params, *, otherwise: str) -> str:
    if word is None:
        return otherwise
    try:
        return word(params)
    except (ArithmeticError, AttributeError, KeyError, TypeError, ValueError):
        # A row of another version of EVCE.
        return otherwise


class _Known(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return UNKNOWN


class _Any(dict[str, Any]):
    def __missing__(self, key: str) -> int:
        return 1

    def get(self, key: str, _default: Any = None) -> Any:
        return self[key]
