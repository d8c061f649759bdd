"""Why a CALL is refused: plain English to the station, made of a code for the journal."""

from dataclasses import dataclass

from gateway.protocol.framing import ErrorCode
from journal.records import Said

_WHY = {
    "field_missing": "%(field)s is missing",
    "field_no_integer": "%(field)s is no integer",
    "field_out_of_range": "%(field)s is out of range",
    "status_unknown": "unknown status %(field)s",
    "not_stored": "can't be stored now",
    "action_not_served": "this action is not served",
    "station_not_installed": "the station is not installed yet",
}


@dataclass(frozen=True, slots=True)
class Refusal:
    """`code` is one of those above; `field` is what it is about."""

    error: ErrorCode
    code: str
    field: str = ""

    @property
    def why(self) -> str:
        return _WHY[self.code] % {"field": self.field}

    @property
    def said(self) -> Said:
        return Said("call_refused", {"error": self.error.value, "why": Said(self.code, {"field": self.field})})
