"""A cycle as data: what it was given, in which order, and what came out; enough to plan it again."""

from datetime import datetime
from typing import Any

from control.conductor import Turn
from engine.allocation import Demand, Grant
from engine.connector import Connector
from engine.model import Production
from engine.planning import controlled
from engine.reasons import ReasonCode
from engine.state import Site

Picture = dict[str, Any]

_COUNTS_NOTHING = frozenset({ReasonCode.NO_SESSION, ReasonCode.NEVER_SEEN, ReasonCode.NO_ZONE})


def picture(site: Site, turn: Turn, at: datetime) -> Picture:
    """JSON-ready; currents in milliampere as the engine had them.

    `parents` and the `zone` of demands and grants are positions in `zones`; `demands` come best rank first, and
    `grants` in their order. `others` have no setpoint of ours and set something aside.
    """
    plan = site.last_plan
    connectors = site.connectors.values()
    return {
        "at": at.isoformat(),
        "site_version": site.config.version,
        "parents": site.config.tree.parents,
        "zones": _zones(site),
        "demands": [_demand(demand) for demand in plan.demands] if plan else [],
        "grants": [_grant(grant) for grant in plan.grants] if plan else [],
        "connectors": [_connector(site, c) for c in connectors if c.session is not None],
        "others": [_other(c) for c in connectors if c.session is None and c.reason.code not in _COUNTS_NOTHING],
        "writes": [
            {"connector": w.connector, "target": w.target.value, "limit_ma": w.limit_ma, "raise": w.durable}
            for w in (*turn.send, *turn.held)
        ],
    }


def _zones(site: Site) -> list[Picture]:
    free = site.last_plan.free_ma if site.last_plan else [[0, 0, 0] for _ in site.zones]
    local = site.config.production is Production.LOCAL
    return [
        {
            "id": config.id,
            "name": config.name,
            "max_ma": config.max_ma,
            "effective_ma": config.effective_max_ma,
            "reductions": [[r.source, r.quotient_pm] for r in config.reductions],
            "ebms": None if config.ebms_max_ma is None else [config.ebms_source, config.ebms_max_ma],
            "margin_ma": config.margin_ma,
            "degraded_limit_ma": config.degraded_limit_ma,
            "local_only": local and capped,
            "limit_ma": list(zone.limit_ma),
            "building_ma": list(zone.unmanaged_ma),
            "production_ma": list(zone.production_ma),
            "capacity_ma": list(zone.capacity_ma),
            "reserved_ma": list(zone.reserved_ma),
            "free_ma": list(free_ma),
            "degraded": zone.degraded,
        }
        for config, zone, free_ma, capped in zip(
            site.config.zones, site.zones, free, site.config.capped_by_production, strict=True
        )
    ]


def _demand(demand: Demand) -> Picture:
    return {
        "connector": demand.connector,
        "zone": demand.zone,
        "lines": demand.lines,
        "minimum_ma": demand.minimum_ma,
        "maximum_ma": demand.maximum_ma,
        "vip": demand.vip,
    }


def _grant(grant: Grant) -> Picture:
    bound = grant.bound
    return {
        "connector": grant.connector,
        "limit_ma": grant.limit_ma,
        "bound": bound.kind.value,
        "zone": bound.zone,
        "line": bound.line,
        "sharing": bound.sharing,
    }


def _connector(site: Site, connector: Connector) -> Picture:
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
        "commanded_ma": connector.carrier.commanded_ma,
        "standing": connector.config.default_only,
        "entitled_ma": connector.entitled_ma,
        "waits_for": list(connector.waiting) if connector.waiting else None,
        "crowded_by": connector.crowded,
        "reason": _reason(connector),
    }


def _other(connector: Connector) -> Picture:
    return {
        "id": connector.config.id,
        "zone": connector.config.zone,
        "lines": connector.lines,
        "entitled_ma": connector.entitled_ma,
        "reason": _reason(connector),
    }


def _reason(connector: Connector) -> Picture:
    return {"code": connector.reason.code.value, "params": connector.reason.as_dict()}
