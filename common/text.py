"""Text from outside made fit for a row, a page and a log."""

import unicodedata
from collections.abc import Sequence

GAP = "  "
MAX_CELL_CHARS = 500

_UNFIT = {"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"}
"""Controls (CR, LF, ESC, NUL), direction overrides, lone surrogates, line separators."""


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
