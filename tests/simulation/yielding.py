"""L2: a while after the last fault no session could take more, reservations counted as used (ENE-10)."""

from collections.abc import Iterator
from dataclasses import dataclass

from engine.connector import Connector
from engine.phases import SECONDS
from engine.state import Site
from engine.wiring import LINES
from simulator.plant import Cable
from tests.simulation.reading import connector_id
from tests.simulation.wanting import STEP_MA, missing_ma
from tests.simulation.world import World

WATCHED_S = (25.0, 15.0, 7.0, 0.0)
"""Before the end of a run."""
TROUBLE_S, LOOK_S = 85.0, 5.0
"""From so long before the end on, and so often, it is looked whether stations can be told something."""
SETTLED_S = 60.0


@dataclass(frozen=True, slots=True)
class Short:
    """A car that could take more."""

    zone: str
    where: str
    room_a: float
    offered_a: float
    raised_at: float


def run_and_check_yield(world: World, until: float) -> None:
    """Run to the end. Cars that want more all along its last seconds, and have room for it on every zone and line, are
    a violation; what one of them gave up a moment ago first has to settle. One that was raised meanwhile is served."""
    could: dict[str, Short] | None = None
    for look in range(int((TROUBLE_S - WATCHED_S[0]) / LOOK_S)):
        world.run(until - TROUBLE_S + look * LOOK_S)
        world.room.look_for_trouble()
    for left_s in WATCHED_S:
        world.run(until - left_s)
        found = (*shorts(world), *truly_short(world))
        now = {short.where: short for short in found if short.raised_at < until - WATCHED_S[0]}
        could = now if could is None else {where: now[where] for where in could if where in now}
    for short in (could or {}).values():
        world.judge.violate(
            short.zone, short.where, f"could take {short.room_a:g} A more than {short.offered_a:g} A (L2)"
        )


def shorts(world: World) -> Iterator[Short]:
    """The cars that could take more now."""
    site = world.process.site
    lately = _learned_lately(site, world.now)
    for wire in world.wires.values():
        if not wire.reachable or wire.removed or wire.odd:
            continue
        for cable in world.cables_of(wire):
            connector = site.connectors.get(connector_id(wire.number, cable.number))
            if connector is not None and (
                connector.disobeying_since is not None or lately.intersection(connector.path)
            ):
                continue
            wanted_ma = 0 if connector is None else missing_ma(site, connector, cable, world.now)
            if connector is not None and wanted_ma and _room_ma(site, connector) >= wanted_ma:
                where = f"{wire.number}/{cable.number}"
                room_a, offered_a = _room_ma(site, connector) / 1000, _offered_ma(cable) / 1000
                yield Short(cable.board, where, room_a, offered_a, connector.raised_at)


def truly_short(world: World) -> Iterator[Short]:
    """The same by the currents of the plant: EVCE may also be wrong about the room."""
    connectors = world.process.site.connectors
    for wire, cable, room_ma in world.room.shorts():
        raised_at = connectors[connector_id(wire.number, cable.number)].raised_at
        where = f"{wire.number}/{cable.number} truly"
        yield Short(cable.board, where, room_ma / 1000, _offered_ma(cable) / 1000, raised_at)


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


def _room_ma(site: Site, connector: Connector) -> int:
    """What is left for it, less what flooring to 0.1 A takes from each session, and what is kept for cars that come."""
    rooms = []
    for position in connector.path:
        zone = site.zones[position]
        sharing = sum(position in c.path and c.session is not None for c in site.connectors.values())
        floors = STEP_MA * (sharing + 1)
        held = zone.held_ma or zone.capacity_ma
        free = [min(held[line], zone.capacity_ma[line]) for line in LINES]
        kept = [c for c in site.connectors.values() if position in c.path and c.weight and not c.weight.controlled]
        floors += sum(max(0, c.weight.set_aside_ma - c.entitled_ma) for c in kept if c.weight)
        # What stands in a station's flash rises seldom, and only beside the other shares (S5): it is kept until then.
        slow = [c for c in site.connectors.values() if position in c.path and c.config.default_only]
        floors += sum(max(0, c.target_ma - c.entitled_ma) for c in slow if c is not connector)
        rooms += [free[line] - zone.entitled_ma[line] - floors for line in LINES if line in connector.lines]
    return min(rooms, default=0)
