"""Site files for the scenarios: small, and said in the words of the issue."""

from typing import Any

Node = dict[str, Any]

CARD, VIP_CARD = "04AAAA01", "04FFFF01"
METER_MODEL = "PM5320, IEM3x5x"


def site(zones: list[Node], meters: list[Node] = [], **more: Any) -> Node:  # noqa: B006  # never changed
    """Everybody with `CARD` may charge everywhere; `VIP_CARD` goes first. `more` are keys of `site`."""
    return {
        "site": {"name": "Scenario", "grid": "3x400N", "settle_s": 1, **more},
        "meters": meters,
        "zones": zones,
        "groups": [{"name": "All", "online": "known", "offline": "all", "stations": "all"}],
        "cards": [
            {"id_tag": CARD, "authorised": True, "groups": ["All"]},
            {"id_tag": VIP_CARD, "authorised": True, "vip": True, "groups": ["All"]},
        ],
    }


def zone(name: str, max_a: float, stations: list[Node], **more: Any) -> Node:
    return {"name": name, "max_current_a": max_a, "stations": stations, **more}


def stations(prefix: str, *phases: str) -> list[Node]:
    """`prefix`1, `prefix`2 ... with one 32 A connector each, wired as said."""
    return [
        {
            "box_identity": f"{prefix}{n}",
            "connectors": [{"id": 1, "phases": wiring, "max_current_a": 32}],
        }
        for n, wiring in enumerate(phases, start=1)
    ]


def three_phase(prefix: str, count: int) -> list[Node]:
    return stations(prefix, *["L1L2L3"] * count)


def meter(name: str, port: int, unit: int = 1) -> Node:
    return {"name": name, "model": METER_MODEL, "host": "127.0.0.1", "port": port, "unit": unit}
