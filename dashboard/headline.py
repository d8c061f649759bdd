"""The one line that sums the site up, the figures of the filter chips, and what limits most cars."""

from collections import Counter

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from control.figures import number
from dashboard.documents import Document
from dashboard.states import GROUPS
from dashboard.zone_cells import limit_a, used_a

Cells = dict[str, str]

_LIMITING = frozenset({"limited", "suspended", "waiting", "degraded"})


def binding(document: Document) -> tuple[str, str] | None:
    """The zone and line ("L2") that limit most sessions now; the first of equals in zone order."""
    found: Counter[tuple[str, str]] = Counter()
    for connector in document["connectors"]:
        reason = connector["reason"]
        params = reason["params"]
        if connector["session"] is not None and reason["code"] in _LIMITING and params.get("zone"):
            found[(str(params["zone"]), str(params.get("line") or ""))] += 1
    return found.most_common(1)[0][0] if found else None


def head_cells(document: Document, groups: Counter[str], limiting: tuple[str, str] | None) -> Cells:
    """`groups`: how many connectors of each group of `dashboard.states`."""
    chips = {f"n_{group}": str(groups[group]) for group in GROUPS}
    return {
        "headline": " · ".join(_pieces(document, groups, limiting)),
        "n_all": str(len(document["connectors"])),
        **chips,
        "used": _used(document),
    }


def _pieces(document: Document, groups: Counter[str], limiting: tuple[str, str] | None) -> list[str]:
    pieces = [_used(document)] if document["zones"] else []
    pieces.append(_("%(count)s charging") % {"count": groups["charging"]})
    if groups["waiting"]:
        pieces.append(_("%(count)s waiting") % {"count": groups["waiting"]})
    if groups["fault"]:
        pieces.append(ngettext("%(count)s fault", "%(count)s faults", groups["fault"]) % {"count": groups["fault"]})
    if groups["offline"]:
        pieces.append(_("%(count)s offline") % {"count": groups["offline"]})
    if limiting:
        pieces.append(_("limited by %(zone)s %(line)s") % {"zone": limiting[0], "line": limiting[1]})
    return pieces


def _used(document: Document) -> str:
    """On the top zone's line that is fullest."""
    tops = [zone for zone in document["zones"] if zone["parent"] is None]
    if not tops:
        return ""
    zone, line = max(
        ((zone, line) for zone in tops for line in range(3)),
        key=lambda at: used_a(*at) / max(limit_a(*at), 0.1),
    )
    return _("%(used)s of %(limit)s A used") % {
        "used": number(used_a(zone, line), 0),
        "limit": number(limit_a(zone, line), 0),
    }
