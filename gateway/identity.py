"""Who calls: the box identity in the address, and the sub-protocol. Pure."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import unquote

from journal.records import Said

SUBPROTOCOL = "ocpp1.6"
MAX_CHARS = 48


class Refused(Exception):
    """The handshake is refused; `why` is for the journal."""

    def __init__(self, code: str, **params: str) -> None:
        super().__init__(code)
        self.why = Said(code, params)


def box_identity(scope: dict[str, Any]) -> str:
    """The last segment of the path, percent-decoded once; whatever prefix a station was given is ignored.

    STA-3's characters are checked where stations are looked up. Raises Refused.
    """
    raw = scope.get("raw_path")
    if raw:
        # Servers decode `path` as a whole: an encoded slash in an identity would look like a folder.
        identity = unquote(_last_segment(raw.partition(b"?")[0].decode("latin-1")))
    else:
        identity = _last_segment(str(scope.get("path", "")))
    if not identity:
        raise Refused("identity_missing")
    if len(identity) > MAX_CHARS:
        raise Refused("identity_too_long")
    return identity


def _last_segment(path: str) -> str:
    return path.rstrip("/").rpartition("/")[2]


def subprotocol(offered: Sequence[str]) -> str | None:
    """What to accept; None where the station offers nothing (a deviation that is let through). Raises Refused."""
    if not offered:
        return None
    for offer in offered:
        if offer.strip().lower() == SUBPROTOCOL:
            return offer
    raise Refused("other_protocol", spoken=", ".join(offered)[:80], ours=SUBPROTOCOL)
