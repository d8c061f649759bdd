"""Text from outside made fit for a row, a page and a log."""

import unicodedata

_UNFIT = {"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"}
"""Controls (CR, LF, ESC, NUL), direction overrides, lone surrogates, line separators."""


def printable(text: str, limit: int) -> str:
    """At most `limit` characters, the unfit ones replaced by U+FFFD: forges no log line, fits every database."""
    text = text[:limit]
    if text.isprintable():
        return text
    return "".join("\N{REPLACEMENT CHARACTER}" if unicodedata.category(c) in _UNFIT else c for c in text)
