"""A connector's status as people call it."""

from django.utils.translation import gettext as _


def status_words() -> dict[str, str]:
    """By `engine.facts.Status`, in the active language."""
    return {
        "available": _("Available"),
        "preparing": _("Preparing"),
        "charging": _("Charging"),
        "suspended_ev": _("Suspended by the car"),
        "suspended_evse": _("Suspended by EVCE"),
        "finishing": _("Finishing"),
        "reserved": _("Reserved"),
        "unavailable": _("Unavailable"),
        "faulted": _("Faulted"),
    }


def status_word(status: str) -> str:
    return status_words().get(status) or _("Unknown")
