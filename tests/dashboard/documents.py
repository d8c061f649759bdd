"""Builds site documents as `control.document` publishes them."""

from typing import Any

Document = dict[str, Any]


def zone(identity: int = 1, name: str = "Building", **changed: Any) -> Document:
    parent = changed.pop("parent", None)
    return {
        "id": identity,
        "name": name,
        "parent": parent,
        "level": 0 if parent is None else 1,
        "max_a": 160.0,
        "grid_a": 160.0,
        "margin_a": 0.0,
        "degraded_a": 60.0,
        "mode": "dynamic",
        "limit_a": [160.0, 160.0, 160.0],
        "building_a": [40.0, 38.5, 41.2],
        "measured_a": [20.0, 20.0, 20.5],
        "allocated_a": [32.0, 32.0, 32.0],
        "reserved_a": [16.0, 16.0, 16.0],
        "entitled_a": [48.0, 48.0, 48.0],
        "production_a": [0.0, 0.0, 0.0],
        "capacity_a": [120.0, 121.5, 118.8],
        "meter": {"id": 1, "name": "Main meter", "age_s": 1.2, "state": "ok", "reason": ""},
        "reductions": [],
        **changed,
    }


def station(identity: int = 1, **changed: Any) -> Document:
    return {
        "id": identity,
        "box_identity": f"BOX-{identity}",
        "name": f"Station {identity}",
        "zone": 1,
        "vip": False,
        "state": "online",
        **changed,
    }


def session(**changed: Any) -> Document:
    return {
        "transaction": 1001,
        "id_tag": "04A1B2C3",
        "vip": False,
        "started_at": "2026-01-01T10:00:00Z",
        "charging_s": 3905,
        "energy_wh": 12_340,
        "lines": ["L1", "L2", "L3"],
        **changed,
    }


def reason(code: str = "limited", **params: Any) -> Document:
    limited = {
        "zone": "Building",
        "line": "L2",
        "limit_a": 16.0,
        "max_a": 160.0,
        "effective_a": 160.0,
        "building_a": 38.5,
        "production_a": 0.0,
        "reserved_a": 0.0,
        "sharing": 3,
    }
    return {"code": code, "params": {**(limited if code == "limited" else {}), **params}}


def connector(identity: int = 1, **changed: Any) -> Document:
    return {
        "id": identity,
        "station": identity,
        "number": 1,
        "phases": "L1L2L3",
        "zone": 1,
        "status": "charging",
        "session": session(),
        "setpoint_a": 16.0,
        "confirmed_a": 16.0,
        "target_a": 16.0,
        "measured_a": [15.8, 15.9, 15.7],
        "entitled_a": 16.0,
        "degraded_a": 10.0,
        "max_a": 32.0,
        "rank": 1,
        "reason": reason(),
        **changed,
    }


def idle(identity: int, **changed: Any) -> Document:
    return connector(
        identity,
        status="available",
        session=None,
        setpoint_a=None,
        confirmed_a=None,
        measured_a=[0.0, 0.0, 0.0],
        entitled_a=0.0,
        reason=reason("no_session"),
        **changed,
    )


def document(
    zones: list[Document] | None = None,
    stations: list[Document] | None = None,
    connectors: list[Document] | None = None,
    **changed: Any,
) -> Document:
    return {
        "seq": 1,
        "at": "2026-01-01T12:00:00Z",
        "site_version": 1,
        "site": {"name": "Demo", "grid": "3x400N", "production": "grid", "review_s": 900.0, "next_review_s": 540},
        "zones": [zone()] if zones is None else zones,
        "stations": [station()] if stations is None else stations,
        "connectors": [connector()] if connectors is None else connectors,
        "counts": {"stations": 1, "online": 1, "offline": 0},
        "alarms": [],
        **changed,
    }


def big_document(stations: int = 250, zones: int = 20, seq: int = 1) -> Document:
    """Every fourth connector idle, some waiting, offline and faulted."""
    tree = [zone(1, "Building")]
    tree += [zone(i, f"Board {i}", parent=1, mode="static", meter=None, max_a=80.0) for i in range(2, zones + 1)]
    boxes = [
        station(i, zone=2 + i % (zones - 1), state="offline" if i % 25 == 0 else "online")
        for i in range(1, stations + 1)
    ]
    return document(tree, boxes, [_outlet(i, 2 + i % (zones - 1)) for i in range(1, stations + 1)], seq=seq)


def _outlet(identity: int, place: int) -> Document:
    if identity % 4 == 0:
        return idle(identity, zone=place)
    if identity % 7 == 0:
        waits = reason("suspended", zone=f"Board {place}", line="L1", rank=9, minimum_a=6.0, next_review_s=540)
        return connector(identity, zone=place, setpoint_a=0.0, status="suspended_evse", reason=waits)
    return connector(identity, zone=place, reason=reason(zone=f"Board {place}", building_a=0.0, sharing=7))
