"""A zone of the site document as texts and the geometry of its phase bars, in the active language (UI-2)."""

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _

from control.figures import UNKNOWN, duration, figures, number
from zones.sources import spoken

Cells = dict[str, str]

BAR = 1000
"""The width of a phase bar in the units of its viewBox."""
HEADROOM = 1.08
"""The bar reaches a little beyond the limit, so that the limit line can be seen."""


def zone_cells(zone: dict[str, Any], binding: tuple[str, str] | None) -> Cells:
    """`binding`: name and line ("L2") of the zone that limits most cars now."""
    cells = {
        "key": f"z{zone['id']}",
        "id": str(zone["id"]),
        "name": zone["name"],
        "level": str(zone["level"]),
        "mode": zone["mode"],
        "modeword": mode_word(zone),
        "binding": "1" if binding and binding[0] == zone["name"] else "",
        "reductions": reductions(zone),
        **meter_cells(zone["meter"]),
        "grid": number(zone["grid_a"]),
        "max": number(zone["max_a"]),
    }
    scale, active = _scale(zone), figures()
    for line in range(3):
        hit = binding == (zone["name"], f"L{line + 1}")
        cells |= _line(zone, line, scale, hit, active.number)
    return cells


def mode_word(zone: dict[str, Any]) -> str:
    if zone["mode"] == "static":
        return _("Static")
    if zone["mode"] == "dynamic":
        return _("Dynamic")
    return _("Degraded: meter lost, %(current)s A in all") % {"current": number(zone["degraded_a"])}


def reductions(zone: dict[str, Any]) -> str:
    said = [
        _("Reduced to %(quotient)s %% (%(source)s)")
        % {"quotient": number(reduction["quotient_pct"]), "source": spoken(reduction["source"])}
        for reduction in zone["reductions"]
    ]
    if zone.get("ebms_max_a") is not None:
        message = _("At most %(maximum)s A (%(source)s)")
        said.append(message % {"maximum": number(zone["ebms_max_a"]), "source": spoken(zone["ebms_source"])})
    return ", ".join(said)


def used_a(zone: dict[str, Any], line: int) -> float:
    return float(zone["building_a"][line] + zone["measured_a"][line])


def limit_a(zone: dict[str, Any], line: int) -> float:
    """What building and cars may draw together; where the meter is lost, what the cars may."""
    if zone["mode"] == "degraded":
        return float(min(zone["degraded_a"] or 0, zone["grid_a"]))
    return float(zone["limit_a"][line])


def meter_cells(meter: dict[str, Any] | None) -> Cells:
    if meter is None:
        return {"meter": "", "meterstate": ""}
    age = duration(meter["age_s"])
    words = {
        "ok": _("%(meter)s: read %(age)s ago"),
        "lost": _("%(meter)s: no good reading for %(age)s"),
        "waiting": _("%(meter)s: waiting for good readings"),
    }
    return {"meter": words[meter["state"]] % {"meter": meter["name"], "age": age}, "meterstate": meter["state"]}


def _scale(zone: dict[str, Any]) -> float:
    tops = [zone["max_a"], zone["grid_a"]]
    tops += [limit_a(zone, line) for line in range(3)]
    tops += [zone["building_a"][line] + max(zone["measured_a"][line], zone["entitled_a"][line]) for line in range(3)]
    return float(max(*tops, 1)) * HEADROOM


def _line(zone: dict[str, Any], line: int, scale: float, hit: bool, number: Callable[..., str]) -> Cells:
    building, measured = zone["building_a"][line], zone["measured_a"][line]
    entitled = max(zone["entitled_a"][line], measured)
    limit = limit_a(zone, line)
    unknown = zone["mode"] == "degraded"
    n = line + 1
    return {
        f"b{n}": _width(building, scale),
        f"e{n}": _width(measured, scale),
        f"ex{n}": _width(building, scale),
        f"r{n}": _width(entitled - measured, scale),
        f"rx{n}": _width(building + measured, scale),
        f"l{n}": _width(limit, scale),
        f"use{n}": number(building + measured, 0),
        f"lim{n}": number(limit, 0),
        f"full{n}": "1" if hit else "",
        f"bld{n}": UNKNOWN if unknown else number(building),
        f"ev{n}": number(measured),
        f"all{n}": number(zone["allocated_a"][line]),
        f"res{n}": number(building + zone["reserved_a"][line]),
        f"loc{n}": number(zone["production_a"][line]),
        f"ent{n}": number(zone["entitled_a"][line]),
    }


def _width(current_a: float, scale: float) -> str:
    return str(round(BAR * max(0.0, current_a) / scale))
