"""Site documents (issue item 3) made for demonstration and load."""

from typing import Any

_LEAVES = 12
_WIRINGS = ("L1L2L3", "L2L3L1", "L3L1L2")


def large_site(stations: int = 250, *, modbus_port: int = 15021, host: str = "127.0.0.1") -> dict[str, Any]:
    """CAP-1's size: 19 zones on 4 levels, two connectors a station, a metered top. Everybody may charge."""
    leaves = [_leaf(i, [n for n in range(stations) if n % _LEAVES == i]) for i in range(_LEAVES)]
    floors = [_zone(f"Floor {i + 1}", 800, leaves[i * 3 : i * 3 + 3]) for i in range(4)]
    wings = [_zone(f"Wing {i + 1}", 1600, floors[i * 2 : i * 2 + 2]) for i in range(2)]
    top = _zone("Main board", 3200, wings) | {
        "meter": "Main meter",
        "degraded_a": 1600,
        "margin_a": 80,
        "production_meter": None,
    }
    return {
        "site": {
            "name": f"{stations} stations",
            "grid": "3x400N",
            "minimum": "iec",
            "shedding": "energy",
            "production": "grid",
            "review_s": 900,
            "settle_s": 6,
        },
        "meters": [
            {"name": "Main meter", "model": "PM5320, IEM3x5x", "host": host, "port": modbus_port, "unit": 1},
        ],
        "zones": [top],
        "groups": [{"name": "Everybody", "online": "all", "offline": "all", "stations": "all"}],
        "cards": [],
    }


def _zone(name: str, max_current_a: int, zones: list[dict[str, Any]]) -> dict[str, Any]:
    return {"name": name, "max_current_a": max_current_a, "reductions": [], "zones": zones, "stations": []}


def _leaf(index: int, numbers: list[int]) -> dict[str, Any]:
    return _zone(f"Row {index + 1:02d}", 250, []) | {"stations": [_station(n) for n in numbers]}


def _station(n: int) -> dict[str, Any]:
    wiring = _WIRINGS[n % 3]
    return {
        "box_identity": f"LARGE-{n + 1:04d}",
        "name": f"Station {n + 1}",
        "vip": n % 50 == 0,
        "connectors": [{"id": i, "phases": wiring, "max_current_a": 32} for i in (1, 2)],
    }
