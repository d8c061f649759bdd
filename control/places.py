"""What a connector counts on by the configurations that its station may still follow, as JSON in its setpoint's row.

Ids of zones, not references: a zone that is deleted stays named here until nobody needs it (S12).
"""

from collections.abc import Iterable, Mapping
from typing import Any

from engine.model import Place


def to_row(places: Iterable[Place]) -> list[dict[str, Any]]:
    return [
        {"zones": list(place.zones), "wiring": [list(lines) for lines in place.wiring], "rating_ma": place.rating_ma}
        for place in places
    ]


def from_row(row: Iterable[Mapping[str, Any]]) -> tuple[Place, ...]:
    return tuple(
        Place(tuple(entry["zones"]), tuple(tuple(lines) for lines in entry["wiring"]), entry["rating_ma"])
        for entry in row
    )
