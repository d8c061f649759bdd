"""L2: a while after the last fault no session could take more, reservations counted as used (ENE-10)."""

from engine.phases import SECONDS
from engine.state import Connector, Site
from engine.wiring import LINES
from simulator.plant import Cable
from tests.simulation.reading import connector_id
from tests.simulation.wire import Wire
from tests.simulation.world import World

STEP_MA = 100
SETTLED_S = 60.0
NEAR_MA = 200


def check_yield(world: World) -> None:
    """At the end of a run: cars that want more, and have room for it on every zone and line, are a violation."""
    site = world.process.site
    lately = _learned_lately(site, world.now)
    for wire in world.wires.values():
        spec = wire.station.spec
        if not wire.reachable or wire.removed or spec.unruly or spec.takes_watts or wire.clock_off:
            continue
        for cable in world.cables_of(wire):
            connector = site.connectors.get(connector_id(wire.number, cable.number))
            if connector is not None and (
                connector.disobeying_since is not None or lately.intersection(connector.path)
            ):
                continue
            missing_ma = 0 if connector is None else _missing_ma(site, connector, wire, cable)
            if connector is not None and missing_ma and _room_ma(site, connector) >= missing_ma:
                room_a, offered_a = _room_ma(site, connector) / 1000, _offered_ma(cable) / 1000
                where = f"{wire.number}/{cable.number}"
                world.judge.violate(cable.board, where, f"could take {room_a:g} A more than {offered_a:g} A (L2)")


def _learned_lately(site: Site, now: float) -> set[int]:
    """Zones below which a car's phases were learned in the last minute: what that frees is not given yet."""
    return {
        position
        for connector in site.connectors.values()
        if connector.session is not None
        and connector.session.lines is not None
        and now - connector.session.pattern_since < SECONDS + SETTLED_S
        for position in connector.path
    }


def _offered_ma(cable: Cable) -> int:
    return cable.station.charging.outlets[cable.number].offered_ma


def _missing_ma(site: Site, connector: Connector, wire: Wire, cable: Cable) -> int:
    """The least that its car would use more; 0 where it has all that it wants."""
    outlet = cable.station.charging.outlets[cable.number]
    if outlet.transaction is None or outlet.car is None or connector.session is None or connector.session.blocked:
        return 0
    offered = outlet.offered_ma
    wish = min(outlet.car.wish_ma, connector.config.rating_ma)
    if wish <= offered + NEAR_MA:
        return 0
    minimum = site.config.minimum_ma(len(connector.lines))
    return STEP_MA if offered else minimum


def _room_ma(site: Site, connector: Connector) -> int:
    """What is left for it, less what flooring to 0.1 A takes from each session."""
    rooms = []
    for position in connector.path:
        zone = site.zones[position]
        sharing = sum(position in c.path and c.session is not None for c in site.connectors.values())
        floors = STEP_MA * (sharing + 1)
        held = zone.held_ma or zone.capacity_ma
        free = [min(held[line], zone.capacity_ma[line]) for line in LINES]
        rooms += [free[line] - zone.entitled_ma[line] - floors for line in LINES if line in connector.lines]
    return min(rooms, default=0)
