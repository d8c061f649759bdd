"""Site files as text."""

import json
from typing import Any


def station(box_identity: str = "CP-1", **keys: Any) -> dict[str, Any]:
    connectors = [{"id": 1, "phases": "L1L2L3", "max_current_a": 32}]
    own = {"box_identity": box_identity, "name": box_identity, "vip": False, "volatile": False}
    return own | {"connectors": connectors} | keys


def zone(name: str = "Main", max_current_a: Any = 60, **keys: Any) -> dict[str, Any]:
    return {"name": name, "max_current_a": max_current_a} | keys


def meter(name: str = "Main meter", **keys: Any) -> dict[str, Any]:
    return {
        "name": name,
        "model": "PM5320, IEM3x5x",
        "host": "10.0.0.9",
        "port": 502,
        "unit": 1,
        "inverted": False,
    } | keys


def document(*zones: dict[str, Any], **sections: Any) -> dict[str, Any]:
    site = {
        "name": "Depot",
        "grid": "3x400N",
        "minimum": "iec",
        "shedding": "energy",
        "production": "grid",
        "review_s": 900,
        "settle_s": 6,
        "optimisation": {
            "enabled": True,
            "trigger_a": 10,
            "margin_a": 10,
            "gap_a": 5,
            "delay_s": 30,
            "suspension": "allow",
            "wake_up_s": 600,
        },
    }
    return {"site": site, "meters": [], "zones": list(zones), "groups": [], "cards": []} | sections


def text(*zones: dict[str, Any], **sections: Any) -> str:
    return json.dumps(document(*zones, **sections))
