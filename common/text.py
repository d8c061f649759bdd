"""Text from outside made fit for a row, a page and a log."""

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache

GAP = "  "
MAX_CELL_CHARS = 500

_UNFIT = {"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"}
"""Controls (CR, LF, ESC, NUL), direction overrides, lone surrogates, line separators."""

NO_BREAK, NARROW_NO_BREAK = "\N{NO-BREAK SPACE}", "\N{NARROW NO-BREAK SPACE}"
_UNITS = "A|V|W|kW|kWh|Wh|Hz|s|min|h|%"
_KEPT = re.compile(rf"(?<=[\d–]) (?=(?:{_UNITS})(?![^\W_]))|(?<=\S) (?=(?::(?:\s|$)|»))|(?<=«) ")
_KEPT_NARROW = re.compile(r"(?<=\S) (?=[;?!](?:\s|$))")


@lru_cache(maxsize=8192)
def unbroken(text: str) -> str:
    """For pages: a unit stays with its figure, and the signs of French with their word, at the end of a line.

    What machines and terminals read is left as it is.
    """
    if " " not in text:
        return text
    return _KEPT_NARROW.sub(NARROW_NO_BREAK, _KEPT.sub(NO_BREAK, text))


def printable(text: str, limit: int) -> str:
    """At most `limit` characters, the unfit ones replaced by U+FFFD: forges no log line, fits every database."""
    text = text[:limit]
    if text.isprintable():
        return text
    return "".join("\N{REPLACEMENT CHARACTER}" if unicodedata.category(c) in _UNFIT else c for c in text)


def aligned(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Columns as wide as their widest cell. A station must not be able to write to the terminal of who looks at it."""
    lines = [[printable(cell, MAX_CELL_CHARS) for cell in line] for line in (head, *rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(head))]
    return "\n".join(
        GAP.join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in lines
    )
