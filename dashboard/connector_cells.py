"""A connector of the site document as texts and geometry, in the active language (TRX-1, ENE-21)."""

from typing import Any

from django.utils.translation import gettext as _

from control.figures import UNKNOWN, duration, number
from control.sentences import sentence
from dashboard.states import group_of, kind_of, kind_word

Cells = dict[str, str]

BAR = 100
"""The width of a connector's bar in the units of its viewBox."""

FIXED = frozenset({"key", "station", "name", "box", "number", "zone", "phases", "max"})
"""Cells that only a new configuration changes; they are never sent by themselves."""


def connector_cells(
    connector: dict[str, Any], station: dict[str, Any], zone_name: str, next_review_s: float | None
) -> Cells:
    session = connector["session"]
    kind = kind_of(connector, station["state"])
    vip = bool(station["vip"] or (session and session["vip"]))
    return {
        "key": f"c{connector['id']}",
        "station": str(station["id"]),
        "name": station["name"] or station["box_identity"],
        "box": station["box_identity"],
        "number": str(connector["number"]),
        "zone": zone_name,
        "phases": connector["phases"],
        "max": number(connector.get("max_a")),
        "kind": kind,
        "group": group_of(kind),
        "icon": f"#i-{kind}",
        "word": kind_word(kind),
        "vip": _("VIP") if vip else "",
        "why": sentence(_current(connector["reason"], next_review_s), vip=vip and session is not None),
        **_currents(connector),
        **_session(session),
    }


def _current(reason: dict[str, Any], next_review_s: float | None) -> dict[str, Any]:
    """The review moves on while the plan that gave the reason stands still."""
    if reason["code"] != "suspended" or next_review_s is None:
        return reason
    return {"code": "suspended", "params": {**reason["params"], "next_review_s": next_review_s}}


def _currents(connector: dict[str, Any]) -> Cells:
    setpoint, confirmed = connector["setpoint_a"], connector["confirmed_a"]
    measured = connector["measured_a"]
    scale = max(connector.get("max_a") or 0, setpoint or 0, *measured, connector["degraded_a"], 1)
    lines = _lines(connector)
    figures = {f"m{i + 1}": number(measured[i]) if i in lines else "" for i in range(3)}
    return {
        "set": UNKNOWN if setpoint is None else _("%(current)s A") % {"current": number(setpoint)},
        "conf": _confirmation(setpoint, confirmed),
        "unconf": "" if setpoint is None or setpoint == confirmed else "1",
        **figures,
        "w": str(round(BAR * max(measured) / scale)),
        "tick": "-9" if setpoint is None else str(round((BAR - 2) * setpoint / scale)),
        "ent": number(connector["entitled_a"]),
        "entw": str(round(BAR * min(connector["entitled_a"], scale) / scale)),
        "deg": number(connector["degraded_a"]),
    }


def _lines(connector: dict[str, Any]) -> set[int]:
    """Lines that its wiring, or the car on it, can load: the others have no figure, not a 0."""
    session = connector["session"]
    text = " ".join(session["lines"]) if session else connector["phases"]
    return {i for i in range(3) if f"L{i + 1}" in text or connector["measured_a"][i]}


def _confirmation(setpoint: float | None, confirmed: float | None) -> str:
    if setpoint is None:
        return ""
    if confirmed is None:
        return _("not confirmed")
    if confirmed == setpoint:
        return _("confirmed")
    return _("confirmed %(current)s A") % {"current": number(confirmed)}


def _session(session: dict[str, Any] | None) -> Cells:
    if session is None:
        return {"kwh": "", "since": "", "card": "", "tx": ""}
    return {
        "kwh": _("%(energy)s kWh") % {"energy": number((session["energy_wh"] or 0) / 1000)},
        "since": duration(_minutes(session.get("charging_s"))),
        "card": session["id_tag"],
        "tx": str(session["transaction"]),
    }


def _minutes(seconds: float | None) -> float | None:
    """Whole minutes: a live row need not change each second. The first minute counts as one."""
    return None if seconds is None else max(60, seconds // 60 * 60)
