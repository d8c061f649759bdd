"""A connector of the site document as texts and geometry, in the active language (TRX-1, ENE-21)."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from control.figures import UNKNOWN, Figures, figures
from control.sentences import sentence
from dashboard.obeying import told
from dashboard.states import KINDS, STATES, group_of, kind_of, kind_word, station_word

Cells = dict[str, str]

BAR = 100
"""The width of a connector's bar in the units of its viewBox."""

FIXED = frozenset({"key", "station", "name", "box", "number", "zone", "phases", "max"})
"""Cells that only a new configuration changes; they are never sent by themselves."""


@dataclass(frozen=True, slots=True)
class Words:
    """The words of a row in one language, looked up once for all rows."""

    figures: Figures
    kinds: dict[str, str]
    states: dict[str, str]
    unknown: str
    vip: str
    ampere: str
    ampere_power: str
    energy: str
    confirmed: str
    confirmed_at: str
    not_confirmed: str


def words() -> Words:
    """Those of the active language."""
    return _words(get_language())


def connector_cells(
    connector: dict[str, Any], station: dict[str, Any], zone_name: str, next_review_s: float | None, say: Words
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
        "state": say.states.get(station["state"], say.unknown),
        "phases": connector["phases"],
        "max": say.figures.number(connector.get("max_a")),
        "kind": kind,
        "group": group_of(kind),
        "icon": f"#i-{kind}",
        "word": say.kinds.get(kind, say.unknown),
        "vip": say.vip if vip else "",
        "why": _why(connector, next_review_s, vip=vip and session is not None),
        **_currents(connector, say),
        **_session(session, say),
    }


def _why(connector: dict[str, Any], next_review_s: float | None, *, vip: bool) -> str:
    said = sentence(_current(connector["reason"], next_review_s), vip=vip)
    wrong = connector.get("obedience")
    return f"{said} {told(wrong)}" if wrong else said


def _current(reason: dict[str, Any], next_review_s: float | None) -> dict[str, Any]:
    """The review moves on while the plan that gave the reason stands still."""
    if reason["code"] != "suspended" or next_review_s is None:
        return reason
    return {"code": "suspended", "params": {**reason["params"], "next_review_s": next_review_s}}


def _currents(connector: dict[str, Any], say: Words) -> Cells:
    setpoint, confirmed = connector["setpoint_a"], connector["confirmed_a"]
    measured, entitled, degraded = connector["measured_a"], connector["entitled_a"], connector["degraded_a"]
    scale = max(connector.get("max_a") or 0, setpoint or 0, *measured, degraded, 1)
    lines = _lines(connector)
    number = say.figures.number
    return {
        "set": _setpoint(setpoint, connector.get("setpoint_w"), say),
        "conf": _confirmation(setpoint, confirmed, say),
        "unconf": "" if setpoint is None or setpoint == confirmed else "1",
        "m1": number(measured[0]) if 0 in lines else "",
        "m2": number(measured[1]) if 1 in lines else "",
        "m3": number(measured[2]) if 2 in lines else "",
        "w": str(round(BAR * max(measured) / scale)),
        "tick": "-9" if setpoint is None else str(round((BAR - 2) * setpoint / scale)),
        "ent": number(entitled),
        "entw": str(round(BAR * min(entitled, scale) / scale)),
        "deg": number(degraded),
    }


def _lines(connector: dict[str, Any]) -> set[int]:
    """Lines that the session's car can load, or that carry a current: the others have no figure, not a 0."""
    used = connector["session"]["lines"] if connector["session"] else ()
    return {i for i in range(3) if f"L{i + 1}" in used or connector["measured_a"][i]}


def _setpoint(setpoint: float | None, power_w: int | None, say: Words) -> str:
    """ENE-8: with the power where the station is told in W."""
    if setpoint is None:
        return UNKNOWN
    current = say.figures.number(setpoint)
    if power_w is None:
        return say.ampere % {"current": current}
    return say.ampere_power % {"current": current, "power": say.figures.number(power_w / 1000)}


def _confirmation(setpoint: float | None, confirmed: float | None, say: Words) -> str:
    if setpoint is None:
        return ""
    if confirmed is None:
        return say.not_confirmed
    if confirmed == setpoint:
        return say.confirmed
    return say.confirmed_at % {"current": say.figures.number(confirmed)}


def _session(session: dict[str, Any] | None, say: Words) -> Cells:
    if session is None:
        return {"kwh": "", "since": "", "card": "", "tx": ""}
    return {
        "kwh": say.energy % {"energy": say.figures.number((session["energy_wh"] or 0) / 1000)},
        "since": say.figures.duration(_minutes(session.get("charging_s"))),
        "card": session["id_tag"],
        "tx": str(session["transaction"]),
    }


def _minutes(seconds: float | None) -> float | None:
    """Whole minutes: a live row need not change each second. The first minute counts as one."""
    return None if seconds is None else max(60, seconds // 60 * 60)


@lru_cache
def _words(language: str | None) -> Words:
    """`language` is the active one."""
    return Words(
        figures=figures(),
        kinds={kind: kind_word(kind) for kind in KINDS},
        states={state: station_word(state) for state in STATES},
        unknown=kind_word("unknown"),
        vip=_("VIP"),
        ampere=_("%(current)s A"),
        ampere_power=_("%(current)s A (%(power)s kW)"),
        energy=_("%(energy)s kWh"),
        confirmed=_("confirmed"),
        confirmed_at=_("confirmed %(current)s A"),
        not_confirmed=_("not confirmed"),
    )
