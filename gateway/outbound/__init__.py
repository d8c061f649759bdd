"""One module per action that goes to stations. Pure: `build(...) -> Request`, checked strictly before it is sent."""

from engine.facts import Outcome
from gateway.protocol.framing import Json

_ACCEPTED = {
    "ChangeAvailability": {"Accepted", "Scheduled"},
    "ChangeConfiguration": {"Accepted", "RebootRequired"},
    "UnlockConnector": {"Unlocked"},
}
_WITHOUT_STATUS = frozenset({"GetConfiguration", "GetLocalListVersion", "GetDiagnostics", "UpdateFirmware"})


def outcome(action: str, payload: Json) -> Outcome:
    """What a CALLRESULT says; ERROR where it does not say it."""
    if action in _WITHOUT_STATUS:
        return Outcome.ACCEPTED
    status = payload.get("status")
    if not isinstance(status, str):
        return Outcome.ERROR
    return Outcome.ACCEPTED if status in _ACCEPTED.get(action, {"Accepted"}) else Outcome.REJECTED
