"""What a connector gave up, and no meter has been read without yet.

A reading tells of the building and the cars in one figure, so a building that has grown can hide behind what a car may
draw. While that stands it is counted all the same. When it falls, the next reading tells what of it was the building's;
until then nobody is raised on so much of it as can hide there (S1, S3).
"""

from engine.building import LAG_S
from engine.connector import Connector
from engine.state import Lines, Meter, Site
from engine.wiring import LINES


def let_go(site: Site, connector: Connector, before_ma: int, now: float) -> None:
    """Its entitlement has just fallen from so much."""
    if _meters(site, connector):
        connector.unseen_ma += before_ma - connector.entitled_ma
        connector.let_go_at = now
        site.unseen.add(connector.config.id)


def hidden_ma(site: Site) -> list[Lines] | None:
    """By zone and line, what its building may draw more than it is taken for; None where nothing is."""
    for identity in sorted(site.unseen):
        connector = site.connectors.get(identity)
        if connector is None or not _waits(site, connector):
            site.unseen.discard(identity)
            if connector is not None:
                connector.unseen_ma = 0
    return _by_zone(site) if site.unseen else None


def _by_zone(site: Site) -> list[Lines]:
    found: list[Lines] = [[0, 0, 0] for _ in site.zones]
    for identity in sorted(site.unseen):
        connector = site.connectors[identity]
        for position in connector.path:
            for line in connector.lines:
                found[position][line] += connector.unseen_ma
    tree = site.config.tree
    below: list[Lines] = [[0, 0, 0] for _ in site.zones]
    for position in range(len(found) - 1, -1, -1):
        # As buildings add up (`engine.building.unmanaged_ma`): a zone's own meter tells all that is behind it.
        metered = site.config.zones[position].meter is not None
        gap = site.zones[position].gap_ma
        own = [min(found[position][line], gap[line]) for line in LINES] if metered else below[position]
        found[position] = own
        parent = tree.parents[position]
        if parent is not None:
            below[parent] = [a + b for a, b in zip(below[parent], own, strict=True)]
    return found


def _waits(site: Site, connector: Connector) -> bool:
    since = connector.let_go_at + LAG_S
    return any(meter.read_at is not None and meter.read_at < since for meter in _meters(site, connector))


def _meters(site: Site, connector: Connector) -> list[Meter]:
    """Those that measure it and are believed: where one is lost its degraded setpoint holds."""
    found = [site.meters.get(site.config.zones[position].meter or 0) for position in connector.path]
    return [meter for meter in found if meter is not None and meter.trusted]
