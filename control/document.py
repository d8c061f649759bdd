"""The site document: what pages, `site_status`, `/healthz` and the API read. A pure picture of the state."""

from datetime import datetime, timedelta
from math import ceil
from typing import Any

from control.loading import Names
from control.obeying import obedience
from control.statuses import shown_status
from engine.building import measured_ma
from engine.connector import Connector
from engine.facts import Status
from engine.ledger import add_up
from engine.reasons import Reason, ReasonCode
from engine.state import Lines, Site, Station, Zone
from engine.supply import to_watts
from engine.wiring import LINE_NAMES

Document = dict[str, Any]

_WAITING = frozenset({ReasonCode.SUSPENDED})


def draw(site: Site, names: Names, now: float, wall: datetime) -> Document:
    """Everything by id, ampere with at most three decimals, instants in ISO 8601 UTC."""
    connectors = list(site.connectors.values())
    measured = add_up_lines(site, [(c, measured_ma(c)) for c in connectors])
    allocated = add_up(site, [(c, _commanded(c)) for c in connectors if c.session is not None])
    return {
        "at": _iso(wall),
        "site_version": site.config.version,
        "site": {
            "name": site.config.name,
            "grid": site.config.grid.value,
            "production": site.config.production.value,
            "review_s": site.config.review_s,
            "next_review_s": max(0, round(site.reviewed_at + site.config.review_s - now)),
        },
        "zones": [
            _zone(site, position, measured[position], allocated[position], now) for position in range(len(site.zones))
        ],
        "stations": [
            _station(site, names, station) for station in site.stations.values() if station.id in names.station
        ],
        "connectors": [_connector(site, names, c, now, wall) for c in connectors],
        "counts": counts(site, now),
    }


def add_up_lines(site: Site, values: list[tuple[Connector, Lines]]) -> list[Lines]:
    """Sums of figures that differ by line, per zone and every zone above."""
    sums: list[Lines] = [[0, 0, 0] for _ in site.zones]
    for connector, figures in values:
        for position in connector.path:
            for line, figure in enumerate(figures):
                sums[position][line] += figure
    return sums


def counts(site: Site, now: float) -> dict[str, int]:
    """UI-2 and UI-3: stations by link, connectors by status, sessions that wait. One that does not follow its limits is
    faulted, as on its page."""
    stations, connectors = site.stations.values(), site.connectors.values()
    by_status = {status.value: 0 for status in Status}
    faulted = {station.id for station in stations if station.online and _disobeys(site, station)}
    for connector in connectors:
        status = shown_status(site, connector, now)
        by_status[status.value] += 1
        if status is Status.FAULTED:
            faulted.add(connector.config.station)
    return {
        "stations": len(stations),
        "online": sum(s.online for s in stations),
        "offline": sum(not s.online for s in stations),
        "stations_faulted": len(faulted),
        "connectors": len(connectors),
        "sessions": sum(c.session is not None for c in connectors),
        "waiting": sum(c.session is not None and c.reason.code in _WAITING for c in connectors),
        **by_status,
    }


def _zone(site: Site, position: int, measured: Lines, allocated: Lines, now: float) -> Document:
    zone, config = site.zones[position], site.config.zones[position]
    mode = "static" if not config.dynamic else "degraded" if zone.degraded else "dynamic"
    return {
        "id": config.id,
        "name": config.name,
        "parent": config.parent,
        "level": len(site.config.tree.paths[position]) - 1,
        "max_a": config.max_ma / 1000,
        "grid_a": config.effective_max_ma / 1000,
        "margin_a": config.margin_ma / 1000,
        "degraded_a": None if config.degraded_ma is None else config.degraded_ma / 1000,
        "mode": mode,
        "limit_a": _a(zone.limit_ma),
        "building_a": _a(zone.unmanaged_ma),
        "measured_a": _a(measured),
        "allocated_a": _a(allocated),
        "reserved_a": _a(zone.reserved_ma),
        "entitled_a": _a(zone.entitled_ma),
        "production_a": _a(zone.production_ma),
        "capacity_a": _a(zone.capacity_ma),
        "meter": _meter(site, zone, config.meter, now),
        "ebms_max_a": None if config.ebms_max_ma is None else config.ebms_max_ma / 1000,
        "ebms_source": config.ebms_source,
        "reductions": [{"source": r.source, "quotient_pct": r.quotient_pm / 10} for r in config.reductions],
    }


def _meter(site: Site, zone: Zone, identity: int | None, now: float) -> Document | None:
    if identity is None:
        return None
    meter = site.meters[identity]
    age = meter.age_s(now)
    state = "ok" if meter.trusted else "waiting" if meter.read_at is None or meter.good_in_a_row else "lost"
    return {
        "id": identity,
        "name": meter.config.name,
        "age_s": None if age is None else round(age, 1),
        "state": state,
        "reason": meter.reason,
        "currents_a": _a(list(meter.currents_ma)),
    }


def _disobeys(site: Site, station: Station) -> bool:
    return any(c.unmanaged or c.disobeying_since is not None for c in site.connectors_of(station.id))


def _station(site: Site, names: Names, station: Station) -> Document:
    connectors = site.connectors_of(station.id)
    if not station.ever_connected:
        state = "never_seen"
    elif not station.online:
        state = "offline"
    elif _disobeys(site, station):
        state = "unmanaged"
    else:
        state = "online" if all(c.proven for c in connectors) else "unconfirmed"
    return {
        "id": station.id,
        "box_identity": names.box_identity.get(station.id, ""),
        "name": names.station.get(station.id, ""),
        "zone": names.zone_of_station.get(station.id),
        "vip": names.vip.get(station.id, False),
        "state": state,
    }


def _connector(site: Site, names: Names, connector: Connector, now: float, wall: datetime) -> Document:
    config = connector.config
    confirmed = connector.carrier.acked_ma if connector.session is not None else None
    setpoint_ma = _commanded(connector) if connector.session is not None else None
    return {
        "id": config.id,
        "station": config.station,
        "number": config.number,
        "phases": names.phases.get(config.id, ""),
        "zone": config.zone,
        "status": shown_status(site, connector, now).value,
        "session": _session(connector, now, wall),
        "dc": config.supply.dc,
        "setpoint_a": None if setpoint_ma is None else setpoint_ma / 1000,
        "setpoint_w": _watts(connector, setpoint_ma),
        "confirmed_a": None if confirmed is None else confirmed / 1000,
        "target_a": connector.target_ma / 1000,
        "measured_a": _a(measured_ma(connector)),
        "entitled_a": connector.entitled_ma / 1000,
        "degraded_a": connector.share_ma / 1000,
        "max_a": config.rating_ma / 1000,
        "rank": connector.rank,
        "reason": _reason(site, connector, now),
        "obedience": obedience(site, connector, now, wall),
    }


def _session(connector: Connector, now: float, wall: datetime) -> Document | None:
    session = connector.session
    if session is None:
        return None
    return {
        "transaction": session.transaction,
        "id_tag": session.id_tag,
        "vip": session.vip,
        "started_at": _iso(wall - timedelta(seconds=now - session.started_at)),
        "charging_s": round(session.charging_time(now)),
        "energy_wh": session.energy_wh,
        "lines": [LINE_NAMES[line] for line in connector.lines],
    }


def _watts(connector: Connector, setpoint_ma: int | None) -> int | None:
    """The setpoint as the station is told it; None where it is told in A."""
    supply = connector.config.supply
    if setpoint_ma is None or not supply.in_watts:
        return None
    return to_watts(setpoint_ma, supply, connector.config.wiring, len(connector.lines))


def _commanded(connector: Connector) -> int:
    """The setpoint in force: the newest that was sent, or the default that a young session starts on."""
    commanded = connector.carrier.commanded_ma
    return (connector.default.commanded_ma or 0) if commanded is None else commanded


def _reason(site: Site, connector: Connector, now: float) -> Document:
    reason = connector.reason
    if reason.code is ReasonCode.SYSTEM_SUSPENDED and connector.session is not None:
        # Time goes on while the plan that gave the reason stands; by the minute, so that a page need not change often.
        wakes_s = (connector.session.usage.wakes_at or now) - now
        reason = Reason(reason.code, (("next_wake_up_s", max(60, ceil(wakes_s / 60) * 60)),))
    if connector.waiting is not None and connector.session is not None:
        position, line = connector.waiting
        reason = Reason(
            ReasonCode.WAITING,
            (
                ("target_a", connector.target_ma / 1000),
                ("zone", site.config.zones[position].name),
                ("line", LINE_NAMES[line]),
            ),
        )
    elif connector.crowded is not None and connector.session is not None:
        reason = Reason(
            ReasonCode.CROWDED,
            (
                ("limit_a", _commanded(connector) / 1000),
                ("zone", site.config.zones[connector.crowded].name),
                ("degraded_a", site.config.degraded_limit_ma[connector.crowded] / 1000),
            ),
        )
    return {"code": reason.code.value, "params": reason.as_dict()}


def _a(lines: Lines) -> list[float]:
    return [round(ma / 1000, 1) for ma in lines]


def _iso(at: datetime) -> str:
    return at.isoformat(timespec="seconds").replace("+00:00", "Z")
