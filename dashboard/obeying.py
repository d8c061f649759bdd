"""A connector that does not do what it was told, in words: what is wrong, what EVCE did, what a person can do."""

from typing import Any

from django.utils.dateparse import parse_datetime
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from control.figures import figures

Words = dict[str, str]


def told(obedience: dict[str, Any] | None) -> str:
    """One sentence for cards and rows; empty for one that obeys."""
    if obedience is None:
        return ""
    number = figures().number
    known = {name: number(value) for name, value in obedience.items() if name.endswith("_a")}
    return _said(obedience) % known


def _said(obedience: dict[str, Any]) -> str:
    match obedience["state"]:
        case "disobeys":
            return _("It was told %(allowed_a)s A and takes or offers %(seen_a)s A.")
        case "refuses":
            return _("It does not take limits, so its rating of %(rating_a)s A is kept for it.")
        case "starved":
            return _("It was told %(allowed_a)s A and its car gets %(seen_a)s A.")
        case "clock":
            return _("Its clock is wrong, so it has its degraded current of %(degraded_a)s A and nothing more.")
        case _:
            return _(
                "It says that it offers %(seen_a)s A where it was told %(allowed_a)s A; until its car shows otherwise, "
                "so much is kept for it."
            )


def explain(obedience: dict[str, Any]) -> Words:
    """For the station's page: `what`, `since`, `did`, `advice`; `trust` where a person can put it back into service."""
    trust = "1" if obedience["state"] in ("disobeys", "refuses") else ""
    said = {"what": told(obedience), "since": _since(obedience), "did": _did(obedience), "advice": _advice(obedience)}
    return {**said, "trust": trust}


def _since(obedience: dict[str, Any]) -> str:
    at = parse_datetime(obedience["since"]) if obedience["since"] else None
    return "" if at is None else date_format(localtime(at), "Y-m-d H:i")


def _did(obedience: dict[str, Any]) -> str:
    rating = {"rating": figures().number(obedience["rating_a"])}
    if obedience["state"] == "disobeys":
        steps = {
            "zero": _("EVCE keeps its rating of %(rating)s A for it, lowered the others and told it 0 A."),
            "stop": _("EVCE keeps its rating of %(rating)s A for it, told it 0 A and asked it to stop the session."),
            "disable": _("EVCE keeps its rating of %(rating)s A for it and asked it to go out of service."),
        }
        return steps[obedience["step"]] % rating
    if obedience["state"] == "clock":
        return _("EVCE asks it once a minute to set its clock, and keeps its degraded current for it.")
    if obedience["state"] == "starved":
        return _("EVCE goes on as before: the current stays allowed to it.")
    if obedience["state"] == "refuses":
        return _("EVCE counts it as if it drew that all the time, and tries again every minute.")
    return _("EVCE counts it with that figure and accuses nobody.")


def _advice(obedience: dict[str, Any]) -> str:
    match obedience["state"]:
        case "disobeys" if obedience["for_good"]:
            return _(
                "Find out whether the car or the station takes too much: try another car, restart the station, update "
                "its firmware. Then put the connector back into service here."
            )
        case "disobeys":
            return _("If it keeps to 0 A it is tried again by itself; caught again, it waits for the next car.")
        case "refuses":
            return _(
                "Look whether the station has a load balancing or external energy manager setting of its own that must "
                "be on, and whether its firmware can do smart charging."
            )
        case "starved":
            return _(
                "It may take ampere for watt, or have a limit or a schedule of its own: try another car, look at its "
                "settings, update its firmware, and let EVCE try every form of limits again (administration, stations)."
            )
        case "clock":
            return _("Look at the station's time settings; some need a time server, or a new battery for their clock.")
        case _:
            return _("Nothing, if the station is known to write its rating there whatever it was told.")
