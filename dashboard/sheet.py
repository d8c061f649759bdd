"""The site document drawn in one language: rows of texts, and what changed between two of them.

A row is addressed by its key ("head", "z<zone>", "c<connector>"), a cell by its name; pages carry both as
attributes, so that a change is patched in place. Everything is text: nothing from outside is ever markup.
"""

import json
from collections import Counter
from dataclasses import dataclass
from typing import Any
from zlib import crc32

from common.text import unbroken
from dashboard.connector_cells import FIXED, connector_cells, words
from dashboard.documents import Document
from dashboard.headline import binding, head_cells
from dashboard.zone_cells import zone_cells

Cells = dict[str, str]
Changes = dict[str, Cells]

_SENTENCES = ("why", "set", "conf", "kwh", "since", "headline", "used", "modeword", "reductions", "meter")
"""Cells that have units or signs after a space."""

_UNSENT = FIXED | {"id", "level"}


@dataclass(frozen=True, slots=True)
class Sheet:
    """`layout` names the set of rows and their fixed cells; `sources` is what each row was drawn from."""

    seq: int
    at: str
    layout: str
    head: Cells
    zones: dict[str, Cells]
    connectors: dict[str, Cells]
    sources: dict[str, Any]

    @property
    def rows(self) -> Changes:
        return {"head": self.head, **self.zones, **self.connectors}


def draw(document: Document, before: Sheet | None = None) -> Sheet:
    """In the active language. Rows that were drawn from the same figures in `before` are taken from it."""
    layout = layout_of(document)
    if before is not None and before.layout != layout:
        before = None
    limiting = binding(document)
    sources: dict[str, Any] = {}
    zones: dict[str, Cells] = {}
    for zone in document["zones"]:
        key, source = f"z{zone['id']}", (zone, limiting)
        sources[key] = source
        same = before is not None and before.sources[key] == source
        zones[key] = before.zones[key] if before and same else _unbroken(zone_cells(zone, limiting))
    connectors = _connectors(document, before, sources)
    groups = Counter(cells["group"] for cells in connectors.values())
    return Sheet(
        seq=document["seq"],
        at=document["at"],
        layout=layout,
        head=_unbroken(head_cells(document, groups, limiting)),
        zones=zones,
        connectors=connectors,
        sources=sources,
    )


def layout_of(document: Document) -> str:
    """Changes with the configuration and with the set of open alarms: then a page is fetched anew."""
    alarms = json.dumps([(a["code"], a["subject"]) for a in document.get("alarms") or []])
    return f"{document['site_version']}.{crc32(alarms.encode()):x}"


def changes(old: Sheet, new: Sheet) -> Changes:
    """Only the rows and cells that differ. Both must have the same layout."""
    found: Changes = {}
    after = new.rows
    for key, cells in old.rows.items():
        now = after[key]
        if now is not cells and now != cells:
            found[key] = {name: text for name, text in now.items() if cells.get(name) != text}
    return found


def live_rows(sheet: Sheet) -> Changes:
    """Every row without the cells that only a new layout changes."""
    return {key: {n: text for n, text in cells.items() if n not in _UNSENT} for key, cells in sheet.rows.items()}


def _connectors(document: Document, before: Sheet | None, sources: dict[str, Any]) -> dict[str, Cells]:
    stations = {station["id"]: station for station in document["stations"]}
    names = {zone["id"]: zone["name"] for zone in document["zones"]}
    review = document["site"].get("next_review_s")
    review_s = None if review is None else max(60, review // 60 * 60)
    say = words()
    drawn: dict[str, Cells] = {}
    for connector in document["connectors"]:
        station = stations.get(connector["station"])
        if station is None:
            continue
        waits_s = review_s if connector["reason"]["code"] == "suspended" else None
        key, source = f"c{connector['id']}", (connector, station, waits_s)
        sources[key] = source
        if before is not None and before.sources.get(key) == source:
            drawn[key] = before.connectors[key]
        else:
            cells = connector_cells(connector, station, names.get(connector["zone"], ""), waits_s, say)
            drawn[key] = _unbroken(cells)
    return drawn


def _unbroken(cells: Cells) -> Cells:
    for name in _SENTENCES:
        if name in cells:
            cells[name] = unbroken(cells[name])
    return cells
