"""What pages are told of a connector that does not do what it was told (S15, S16, F21)."""

from datetime import datetime, timedelta
from typing import Any

from engine.commands import Action
from engine.connector import Connector
from engine.state import Site

STEPS = {None: "zero", Action.STOP: "stop", Action.DISABLE: "disable"}
"""The last step against it: 0 A and its rating kept for it; a remote stop; out of service."""


def obedience(site: Site, connector: Connector, now: float, wall: datetime) -> dict[str, Any] | None:
    """None for one that obeys. Ampere; `since` in ISO 8601 UTC or None.

    `state`: disobeys, refuses (S16), clock (F21); starved: its car gets next to nothing of what it is allowed; doubted:
    it says that it offers more than it was told, and nothing bears that out.
    """
    figures: dict[str, Any] = {"rating_a": connector.config.rating_ma / 1000}
    if connector.disobeying_since is not None:
        since = wall - timedelta(seconds=now - connector.disobeying_since)
        return {
            "state": "disobeys",
            "since": None if connector.resumed else since.isoformat(timespec="seconds").replace("+00:00", "Z"),
            "allowed_a": connector.allowed_ma / 1000,
            "seen_a": connector.caught_ma / 1000,
            "step": STEPS.get(connector.sanction, "zero"),
            "for_good": connector.session is None or connector.relapsed,
            **figures,
        }
    if connector.unmanaged:
        return {"state": "refuses", "since": None, **figures}
    if connector.lease_void and site.station_of(connector).online:
        return {"state": "clock", "since": None, "degraded_a": connector.share_ma / 1000, **figures}
    if connector.session is not None and connector.session.starved:
        allowed_ma, taken_ma = connector.carrier.acked_ma or 0, connector.session.drawn_ma
        return {"state": "starved", "since": None, "allowed_a": allowed_ma / 1000, "seen_a": taken_ma / 1000, **figures}
    if connector.doubted:
        allowed_ma = connector.carrier.commanded_ma or 0
        told = {"allowed_a": allowed_ma / 1000, "seen_a": (connector.offered_ma or 0) / 1000}
        return {"state": "doubted", "since": None, **told, **figures}
    return None
