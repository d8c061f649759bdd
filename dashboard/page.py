"""The live part of a page as HTML: a row's markup comes from its template once per language, then row by row.

A template per row costs many times as much (`bench/page.py`). `format_html_join` escapes every cell.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from string import Formatter
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from common import clock
from common.text import unbroken
from control.figures import duration
from dashboard import documents
from dashboard.board import version
from dashboard.documents import STALE_S, Document
from dashboard.sheet import Cells, Sheet, draw
from dashboard.states import GROUPS, group_word

Context = dict[str, Any]


class _Slots:
    """In a row's template `{{ slot.name }}` stands for the cell `name`, with a line's number behind it."""

    def __init__(self, suffix: str = "") -> None:
        self.suffix = suffix

    def __getitem__(self, name: str) -> str:
        return f"{{{name}{self.suffix}}}"


@dataclass(frozen=True, slots=True)
class _Markup:
    """A row's template with `{name}` in the place of each cell, and those names."""

    text: str
    names: frozenset[str]


@lru_cache(maxsize=32)
def _markup(template: str, language: str | None) -> _Markup:
    """`language` is the active one."""
    lines = [(n, _Slots(str(n))) for n in (1, 2, 3)]
    text = render_to_string(template, {"slot": _Slots(), "lines": lines})
    return _Markup(text, frozenset(name for _, name, _, _ in Formatter().parse(text) if name))


def rows(template: str, cells: Iterable[Cells]) -> SafeString:
    """Escaping is most of the work: only the cells that the template shows are given to it."""
    markup = _markup(template, get_language())
    shown = ({name: row[name] for name in markup.names} for row in cells)
    return format_html_join("", markup.text, shown)


@lru_cache(maxsize=4096)
def _address(view: str, identity: str) -> str:
    return reverse(view, args=[identity])


def connector_rows(cells: Iterable[Cells]) -> SafeString:
    linked = ({**c, "href": _address("dashboard:station", c["station"])} for c in cells)
    return rows("dashboard/connector_row.html", linked)


def connector_cards(cells: Iterable[Cells]) -> SafeString:
    return rows("dashboard/connector_card.html", cells)


def zone_rows(cells: Iterable[Cells]) -> SafeString:
    linked = ({**c, "href": _address("dashboard:zone", c["id"])} for c in cells)
    return rows("dashboard/zone_row.html", linked)


def live_context(shown: Callable[[Document, Sheet], Context], show: str = "") -> Context:
    """What every live page needs; `shown` adds what this one shows of the newest document.

    `show`: the filter of the address. Without a document `sheet` is None.
    """
    document = documents.newest()
    context: Context = {
        "sheet": None,
        "language": get_language() or settings.LANGUAGE_CODE,
        "stale_s": int(STALE_S),
        "show": show if show in GROUPS else "all",
    }
    if document is None:
        return context
    sheet = draw(document)
    age_s = documents.age_s(document, clock.now())
    return {
        **context,
        **shown(document, sheet),
        "sheet": sheet,
        "version": version(sheet),
        "site": document["site"],
        "age_s": round(age_s, 1),
        "age": unbroken(duration(age_s)),
        "stale": age_s > STALE_S,
    }


def chips(connectors: Iterable[Cells], keyed: bool) -> list[tuple[str, str, int, str]]:
    """(group, word, how many, live cell) of each filter; only the whole site's figures are kept live (`keyed`)."""
    counted = dict.fromkeys(("all", *GROUPS), 0)
    for cells in connectors:
        counted["all"] += 1
        if cells["group"] in counted:
            counted[cells["group"]] += 1
    return [(group, group_word(group), n, f"n_{group}" if keyed else "") for group, n in counted.items()]


def subtree(document: Document, root: int) -> set[int]:
    """A zone and all below it; zones come parents first."""
    inside = {root}
    for zone in document["zones"]:
        if zone["parent"] in inside:
            inside.add(zone["id"])
    return inside
