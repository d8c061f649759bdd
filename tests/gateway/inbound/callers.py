"""A caller for translations that are tested alone."""

from chargers.records import StationRecord
from gateway.protocol.charges import Charges
from gateway.protocol.replies import Caller
from tests.gateway.talk import NOON, a_station


def a_caller(station: StationRecord | None = None, quirks: list[str] | None = None, one: int | None = None) -> Caller:
    """`quirks` collects the codes noted; `one=5`: transaction 5 runs on connector 1."""
    charges = Charges()
    if one is not None:
        charges.started(1, one)
    noted = quirks if quirks is not None else []
    return Caller(station or a_station(), NOON, lambda code, detail: noted.append(code), charges)
