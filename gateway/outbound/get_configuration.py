"""GetConfiguration, and what its answer says."""

from collections.abc import Sequence

from gateway.outbound.request import Request
from gateway.protocol.framing import Json


def build(keys: Sequence[str] = ()) -> Request:
    """No keys: all of them."""
    return Request("GetConfiguration", {"key": list(keys)} if keys else {})


def read(payload: Json) -> dict[str, str | None]:
    """Key -> value (None where the station keeps it to itself). Entries that are none are left out."""
    entries = payload.get("configurationKey")
    found: dict[str, str | None] = {}
    for entry in entries if isinstance(entries, list) else ():
        if isinstance(entry, dict) and isinstance(entry.get("key"), str):
            value = entry.get("value")
            found[entry["key"]] = None if value is None else str(value)
    return found
