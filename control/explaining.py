"""A kept cycle in words, for one connector: what it was given, in which order, what came of it (ENE-21)."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from common.text import aligned, printable
from control.figures import number
from control.history import Picture
from control.sentences import sentence
from engine.commands import Target
from engine.wiring import LINE_NAMES
from zones.sources import spoken


def explain(cycle: Picture, connector: int, names: Mapping[int, str]) -> str:
    """`names`: connector id -> what people call it. The connector must be in the cycle (`selectors.cycle_of`)."""
    own = next(c for c in (*cycle["connectors"], *cycle["others"]) if c["id"] == connector)
    at = timezone.localtime(datetime.fromisoformat(cycle["at"]))
    head = _("%(connector)s, cycle %(cycle)s of %(at)s, configuration %(version)s") % {
        "connector": _name(names, connector),
        "cycle": cycle.get("id", ""),
        "at": at.isoformat(sep=" ", timespec="milliseconds"),
        "version": cycle["site_version"],
    }
    path = _path(cycle, own["zone"])
    parts = [
        (head, sentence(own["reason"], vip=bool(own.get("vip")))),
        (_("What its zones had, in A"), _zone_table(cycle, path, own["lines"])),
        (_("What reduced them"), _reductions(cycle, path)),
        (_("Who was served, in this order"), _order_table(cycle, path, connector, names)),
        (_("What was set aside"), _set_aside(cycle, path, connector, names)),
        (_("What came of it"), _result(cycle, own)),
    ]
    return "\n\n".join(f"{title}\n{text}" for title, text in parts if text)


def _name(names: Mapping[int, str], connector: int) -> str:
    return names.get(connector, f"#{connector}")


def _path(cycle: Picture, zone: int | None) -> list[int]:
    """Positions from the connector's zone up to its root."""
    position = next((i for i, z in enumerate(cycle["zones"]) if z["id"] == zone), None)
    found = []
    while position is not None:
        found.append(position)
        position = cycle["parents"][position]
    return found


def _a(current_ma: float) -> str:
    return number(current_ma / 1000)


def _zone_table(cycle: Picture, path: Sequence[int], lines: Sequence[int]) -> str:
    """LIMIT: the maximum, as reduced, with the sun and less the margin. FREE: what building and reserve leave of it, or
    of what the zone has instead (a lost meter, local production only); smoothed, so that it rises a little later."""
    zones = [cycle["zones"][position] for position in path]
    head = [_("ZONE"), _("PHASE"), _("MAXIMUM"), _("REDUCED TO"), _("SUN"), _("MARGIN"), _("LIMIT"), _("BUILDING")]
    lost, local = any(map(_degraded_a, zones)), any(zone.get("local_only") for zone in zones)
    head += [*([_("DEGRADED")] if lost else []), *([_("LOCAL ONLY")] if local else []), _("RESERVED"), _("FREE")]
    rows = []
    for zone in zones:
        name = _("%(zone)s (meter lost)") % {"zone": zone["name"]} if zone["degraded"] else zone["name"]
        reduced = _a(zone["effective_ma"]) if zone["effective_ma"] != zone["max_ma"] else ""
        for line in lines:
            sun_ma = zone["limit_ma"][line] - zone["effective_ma"] + zone["margin_ma"]
            row = [name, LINE_NAMES[line], _a(zone["max_ma"]), reduced, _a(sun_ma), _a(zone["margin_ma"])]
            row += [_a(zone["limit_ma"][line]), _a(zone["building_ma"][line])]
            if lost:
                row.append(_degraded_a(zone))
            if local:
                row.append(_a(zone["production_ma"][line]) if zone["local_only"] else "")
            rows.append([*row, _a(zone["reserved_ma"][line]), _a(zone["free_ma"][line])])
    return aligned(head, rows)


def _degraded_a(zone: Picture) -> str:
    """What its cars share while its meter is lost, in ampere; empty where that does not count."""
    if not zone["degraded"] or "degraded_limit_ma" not in zone:
        return ""
    return _a(zone["degraded_limit_ma"])


def _reductions(cycle: Picture, path: Sequence[int]) -> str:
    """What lowered the zones of the path, with its source (ENE-6)."""
    said = []
    for position in path:
        zone = cycle["zones"][position]
        for source, quotient_pm in zone["reductions"]:
            figures = {"zone": zone["name"], "quotient": number(quotient_pm / 10), "source": spoken(source)}
            said.append(_("%(zone)s: reduced to %(quotient)s %% (%(source)s)") % figures)
        if zone.get("ebms"):
            source, max_ma = zone["ebms"]
            figures = {"zone": zone["name"], "maximum": _a(max_ma), "source": spoken(source)}
            said.append(_("%(zone)s: at most %(maximum)s A (%(source)s)") % figures)
    return "\n".join(printable(line, 200) for line in said)


def _order_table(cycle: Picture, path: Sequence[int], connector: int, names: Mapping[int, str]) -> str:
    """Every session that loads a zone of the connector's path; VIPs stand first, as they are served first."""
    head = ["", _("RANK"), _("CONNECTOR"), _("PHASES"), _("MINIMUM"), _("MAXIMUM"), _("GIVEN"), ""]
    numbered = list(enumerate(zip(cycle["demands"], cycle["grants"], strict=True), 1))
    rows = []
    for rank, (demand, grant) in sorted(numbered, key=lambda item: (not item[1][0]["vip"], item[0])):
        if set(path) & set(_above(cycle, demand["zone"])):
            rows.append(
                [
                    ">" if demand["connector"] == connector else "",
                    str(rank),
                    _name(names, demand["connector"]),
                    " ".join(LINE_NAMES[line] for line in demand["lines"]),
                    _a(demand["minimum_ma"]),
                    _a(demand["maximum_ma"]),
                    _a(grant["limit_ma"]),
                    _remark(cycle, demand, grant),
                ]
            )
    return aligned(head, rows) if rows else _("Nobody: no session asked for current.")


def _above(cycle: Picture, position: int) -> list[int]:
    return _path(cycle, cycle["zones"][position]["id"])


def _remark(cycle: Picture, demand: Picture, grant: Picture) -> str:
    said = ["VIP"] if demand["vip"] else []
    if grant["zone"] is not None:
        where = {"zone": cycle["zones"][grant["zone"]]["name"], "line": LINE_NAMES[grant["line"]]}
        full, paused = _("held by %(zone)s %(line)s"), _("paused by %(zone)s %(line)s")
        said.append((paused if grant["bound"] == "suspended" else full) % where)
    return ", ".join(said)


def _set_aside(cycle: Picture, path: Sequence[int], connector: int, names: Mapping[int, str]) -> str:
    """Connectors on the path that are not ours to set, with what is kept for them."""
    at = {cycle["zones"][position]["id"] for position in path}
    kept = [
        [_name(names, c["id"]), sentence(c["reason"])]
        for c in (*cycle["others"], *(c for c in cycle["connectors"] if not c["controlled"]))
        if c["zone"] in at and c["id"] != connector
    ]
    return aligned([_("CONNECTOR"), _("WHY")], kept) if kept else ""


def _result(cycle: Picture, own: Picture) -> str:
    said = []
    if "target_ma" in own:
        said.append(_("Setpoint aimed at: %(target)s A.") % {"target": _a(own["target_ma"])})
    said.append(
        _("It may draw up to %(entitled)s A until everything is confirmed.") % {"entitled": _a(own["entitled_ma"])}
    )
    waits = own.get("waits_for")
    if waits:
        zone, line = cycle["zones"][waits[0]]["name"], LINE_NAMES[waits[1]]
        said.append(
            _("Its raise waits until others have gone down in %(zone)s %(line)s.") % {"zone": zone, "line": line}
        )
    if own.get("crowded_by") is not None:
        zone = cycle["zones"][own["crowded_by"]]["name"]
        said.append(_("The standing limits of others leave no room for more in %(zone)s.") % {"zone": zone})
    sent = [write for write in cycle["writes"] if write["connector"] == own["id"]]
    said += [_write(write, standing=own.get("standing", False)) for write in sent] or [_unsent(own.get("commanded_ma"))]
    return "\n".join(said)


def _unsent(told_ma: int | None) -> str:
    if told_ma is None:
        return _("Nothing was sent to it in this cycle.")
    return _("Nothing was sent to it in this cycle; it was told %(told)s A before.") % {"told": _a(told_ma)}


def _write(write: Picture, *, standing: bool) -> str:
    """`standing`: the session's setpoint is what the station falls back to."""
    target = Target.LIMIT if standing and write["target"] == Target.DEFAULT else Target(write["target"])
    words = {
        Target.LIMIT: _("Sent: setpoint %(limit)s A (%(when)s)."),
        Target.DEFAULT: _("Sent: degraded current %(limit)s A (%(when)s)."),
        Target.HOLD: _("Sent: held at %(limit)s A while idle (%(when)s)."),
    }
    when = _("it can raise: once its row was stored") if write["raise"] else _("at once")
    return words[target] % {"limit": _a(write["limit_ma"]), "when": when}
