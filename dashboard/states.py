"""The state of a connector as people tell them apart: a kind (colour, icon), a group (filter) and a word."""

from typing import Any

from django.utils.translation import gettext as _

from chargers.status_words import status_words

GROUPS = ("charging", "waiting", "fault", "offline")
"""The filter chips next to "all"; the other connectors are in the group "idle"."""

_GROUP_OF = {
    "charging": "charging",
    "suspended_evse": "waiting",
    "blocked": "waiting",
    "faulted": "fault",
    "unmanaged": "fault",
    "offline": "offline",
    "never_seen": "offline",
}


KINDS = (
    "available",
    "preparing",
    "charging",
    "suspended_ev",
    "suspended_evse",
    "finishing",
    "reserved",
    "unavailable",
    "faulted",
    "offline",
    "never_seen",
    "unmanaged",
    "blocked",
)

STATES = ("online", "offline", "never_seen", "unconfirmed", "unmanaged")
"""Of a station."""


def kind_of(connector: dict[str, Any], station_state: str) -> str:
    """A status of `engine.facts.Status`, or offline, never_seen, unmanaged, blocked.

    ENE-15: a session that EVCE holds at 0 A is suspended by the EVSE whatever the station says.
    """
    if station_state in ("offline", "never_seen"):
        return station_state
    status = str(connector["status"])
    if status == "faulted":
        return status
    if station_state == "unmanaged":
        return station_state
    if connector["session"] is not None:
        code = connector["reason"]["code"]
        if code == "blocked":
            return "blocked"
        if code in ("suspended", "system_suspended"):
            return "suspended_evse"
        if connector["setpoint_a"] == 0 and status in ("charging", "suspended_ev"):
            return "suspended_evse"
    return status


def group_of(kind: str) -> str:
    return _GROUP_OF.get(kind, "idle")


def kind_word(kind: str) -> str:
    words = {
        **status_words(),
        "offline": _("Offline"),
        "never_seen": _("Never connected"),
        "unmanaged": _("Not controllable"),
        "blocked": _("Card refused"),
    }
    return words.get(kind) or _("Unknown")


def station_word(state: str) -> str:
    words = {
        "online": _("Online"),
        "offline": _("Offline"),
        "never_seen": _("Never connected"),
        "unconfirmed": _("Online, limits not confirmed yet"),
        "unmanaged": _("Online, does not follow limits"),
    }
    return words.get(state) or _("Unknown")


def group_word(group: str) -> str:
    words = {
        "all": _("All"),
        "charging": _("Charging"),
        "waiting": _("Waiting"),
        "fault": _("Fault"),
        "offline": _("Offline"),
    }
    return words[group]
