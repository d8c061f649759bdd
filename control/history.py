"""A cycle as data: what it was given, in which order, and what came out; enough to plan it again."""

from datetime import datetime
from typing import Any

from control.conductor import Turn
from engine.planning import controlled
from engine.state import Connector, Site
from engine.wiring import LINES


def picture(site: Site, turn: Turn, at: datetime) -> dict[str, Any]:
    """JSON-ready; currents in milliampere as the engine had them."""
    return {
        "at": at.isoformat(),
        "site_version": site.config.version,
        "parents": site.config.tree.parents,
        "zones": [
            {
                "id": config.id,
                "name": config.name,
                "limit_ma": zone.limit_ma,
                "building_ma": zone.unmanaged_ma,
                "reserved_ma": zone.reserved_ma,
                "free_ma": [(zone.held_ma or zone.capacity_ma)[line] - zone.reserved_ma[line] for line in LINES],
                "degraded": zone.degraded,
            }
            for config, zone in zip(site.config.zones, site.zones, strict=True)
        ],
        "connectors": [_connector(site, c) for c in site.connectors.values() if c.session is not None],
        "writes": [
            {"connector": w.connector, "target": w.target.value, "limit_ma": w.limit_ma, "raise": w.durable}
            for w in (*turn.send, *turn.held)
        ],
    }


def _connector(site: Site, connector: Connector) -> dict[str, Any]:
    assert connector.session is not None
    return {
        "id": connector.config.id,
        "zone": connector.config.zone,
        "lines": connector.lines,
        "rating_ma": connector.config.rating_ma,
        "vip": connector.session.vip,
        "energy_wh": connector.session.energy_wh,
        "controlled": controlled(site, connector),
        "rank": connector.rank,
        "target_ma": connector.target_ma,
        "entitled_ma": connector.entitled_ma,
        "reason": {"code": connector.reason.code.value, "params": connector.reason.as_dict()},
    }
