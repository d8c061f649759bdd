"""OCPP's spellings of our words."""

from engine.facts import Status
from rfid.decisions import Verdict

STATUSES = {
    "Available": Status.AVAILABLE,
    "Preparing": Status.PREPARING,
    "Charging": Status.CHARGING,
    "SuspendedEV": Status.SUSPENDED_EV,
    "SuspendedEVSE": Status.SUSPENDED_EVSE,
    "Finishing": Status.FINISHING,
    "Reserved": Status.RESERVED,
    "Unavailable": Status.UNAVAILABLE,
    "Faulted": Status.FAULTED,
}

AUTHORISATION = {
    Verdict.ACCEPTED: "Accepted",
    Verdict.BLOCKED: "Blocked",
    Verdict.EXPIRED: "Expired",
    Verdict.INVALID: "Invalid",
    Verdict.CONCURRENT: "ConcurrentTx",
}

MAX_ID_TAG_CHARS = 36
"""The schema says 20; longer tags are in the field and must stay different from each other."""


def id_tag_info(verdict: Verdict) -> dict[str, str]:
    return {"status": AUTHORISATION[verdict]}
