"""L2 by what is true: the buildings, limits and pilots of the plant, and of EVCE's figures only how long a rise waits.

What is left on a line of a zone is its limit and the production that counts, less the margin, less the building, at
their worst in the time for which a rise must have lasted (L1); less what the pilots offer, and less what is kept for
connectors of which nobody can know what they draw.
"""

from collections import deque
from collections.abc import Iterator
from typing import TYPE_CHECKING

from engine.building import FROZEN, window_s
from engine.connector import Connector
from engine.smoothing import CALM_MA, DEAD_BAND_MA, MOST_S, NOISE_MA, SURE_S, wait_s
from engine.wiring import LINES, lines_of
from simulator.plant import Cable, Lines
from tests.simulation.reading import connector_id
from tests.simulation.sites import paths_of, zones_of
from tests.simulation.wanting import STEP_MA, missing_ma
from tests.simulation.wire import Wire

if TYPE_CHECKING:
    from tests.simulation.world import World

REPORT_MA = 500
"""Two reports that differ by less tell the same draw (ENE-3): the building may be taken for so much more, per car."""
LATE_S = 5.0
"""From a load to the cycle that counts it, and from a raise to the pilot."""
RAISED_S = 30.0
"""So long after a raise it is not settled what of a reading is the building's and what the car's that was raised."""
TROUBLED_S = 60.0
"""So long after a fault of its station a connector may still count for more than it is offered."""


class TrueRoom:
    """Follows what each zone could give to cars; `note` whenever a load, the sun or a limit has changed."""

    def __init__(self, world: "World") -> None:
        self._world = world
        self._paths = paths_of(world.document)
        self._past: deque[tuple[float, dict[str, Lines]]] = deque()
        self._sound_at: dict[int, float] = {}
        """By station: since when nothing has been wrong with it."""
        self._misread_at: dict[str, float] = {}
        """By zone: when its meter last told what was not so."""

    def note(self) -> None:
        now, past = self._world.now, self._past
        past.append((now, self._capacities()))
        while len(past) > 1 and past[1][0] < now - 2 * MOST_S:
            past.popleft()

    def misread(self, meter: str) -> None:
        """Until now it told what was not so, of its zone and to those above."""
        for name, board in self._world.plant.boards.items():
            if meter in [m.name for m in (board.meter, board.production_meter) if m is not None]:
                self._misread_at |= dict.fromkeys(self._paths[name], self._world.now)

    def _capacities(self) -> dict[str, Lines]:
        boards = self._world.plant.boards
        load = {name: [0, 0, 0] for name in boards}
        sun = {name: [0, 0, 0] for name in boards}
        for name, board in boards.items():
            for above in self._paths[name]:
                load[above] = [a + b for a, b in zip(load[above], board.building_ma, strict=True)]
                sun[above] = [a + b for a, b in zip(sun[above], board.solar_ma, strict=True)]
        strategy = self._world.document["site"]["production"]
        found = {}
        for zone in zones_of(self._world.document):
            name = zone["name"]
            own_ma = boards[name].limit_ma - round(zone.get("margin_a", 0) * 1000)
            credited = sun[name] if strategy != "grid" else [0, 0, 0]
            lines = [own_ma + extra - building for extra, building in zip(credited, load[name], strict=True)]
            if strategy == "local":
                lines = [min(a, b) for a, b in zip(lines, sun[name], strict=True)]
            found[name] = [max(0, ma) for ma in lines]
        return found

    def shorts(self) -> Iterator[tuple[Wire, Cable, int]]:
        """The cars that could take more, and how much more there is for each."""
        self.look_for_trouble()
        world = self._world
        rooms: dict[str, Lines] | None = None
        connectors = world.process.site.connectors.values()
        stirred = {zone for c in connectors if world.now - c.raised_at < RAISED_S for zone in c.path}
        for wire in world.wires.values():
            if not wire.reachable or wire.removed or wire.odd or not self._sound(wire):
                continue
            for cable in world.cables_of(wire):
                connector = world.process.site.connectors.get(connector_id(wire.number, cable.number))
                wanted_ma = 0 if connector is None else self._wanted_ma(connector, cable)
                if connector is None or not wanted_ma or connector.disobeying_since is not None:
                    continue
                if stirred.intersection(connector.path):
                    continue
                rooms = rooms or self._rooms()
                lines = connector.lines
                room_ma = min(rooms[zone][line] for zone in self._paths[cable.board] for line in lines)
                if room_ma >= wanted_ma:
                    yield wire, cable, room_ma

    def look_for_trouble(self) -> None:
        """To be called every few seconds before `shorts` means anything."""
        for wire in self._world.wires.values():
            if not wire.reachable:
                self._sound_at[wire.number] = self._world.now

    def _sound(self, wire: Wire) -> bool:
        return self._world.now - self._sound_at.get(wire.number, 0.0) >= TROUBLED_S

    def _wanted_ma(self, connector: Connector, cable: Cable) -> int:
        """The least that its car would use more; also where EVCE does not know of the session at all."""
        site = self._world.process.site
        if connector.session is not None:
            return missing_ma(site, connector, cable, self._world.now)
        outlet = cable.station.charging.outlets[cable.number]
        wants = outlet.transaction is not None and outlet.car is not None and outlet.car.wish_ma > outlet.offered_ma
        return site.config.minimum_of(connector.config, len(connector.lines)) if wants else 0

    def _rooms(self) -> dict[str, Lines]:
        worst = self._worst()
        for wire in self._world.wires.values():
            for cable in self._world.cables_of(wire):
                connector = self._world.process.site.connectors.get(connector_id(wire.number, cable.number))
                if connector is None:
                    continue
                counted_ma = self._counted_ma(wire, cable, connector)
                counts = {(zone, line) for zone in self._paths[cable.board] for line in connector.lines}
                for zone, line in counts | self._where_it_was(connector):
                    worst[zone][line] -= counted_ma
        return worst

    def _where_it_was(self, connector: Connector) -> set[tuple[str, int]]:
        """S12: one that was moved counts there as well until it has taken a limit."""
        names = {config.id: config.name for config in self._world.process.site.config.zones}
        before = [(zone, lines_of(place.wiring)) for place in connector.former for zone in place.zones]
        return {(names[zone], line) for zone, lines in before if zone in names for line in lines}

    def _worst(self) -> dict[str, Lines]:
        """The least that each line could give in the last time that a rise must have lasted."""
        site, now = self._world.process.site, self._world.now
        least_s = window_s(site) + SURE_S
        worst: dict[str, Lines] = {}
        for config, zone in zip(site.config.zones, site.zones, strict=True):
            waits = [wait_s(patience, least_s, now) + LATE_S for patience in zone.patience]
            worst[config.name] = [self._least_ma(config.name, line, now - waits[line]) for line in LINES]
            if config.meter is not None and site.meters[config.meter].reason == FROZEN:
                # It is believed again when its value moves, as that of every real one does (S7, MET-5).
                worst[config.name] = list(zone.capacity_ma)
            for line, rise in enumerate(zone.rises):
                if zone.held_ma is None or rise is None:
                    continue
                least, held_ma = worst[config.name][line], zone.held_ma[line]
                # A car's start was taken for the building's, or a meter told what was not so: that was put right, and
                # waits like any other rise. A small gain that trembles waits for its round, and what one cut takes more
                # than it needs stays away for longer than any run (docs/stability.md).
                since = max(rise.began_at, self._misread_at.get(config.name, 0.0))
                # What it was taken for meanwhile counts where it is taken for what it is by now.
                right = zone.capacity_ma[line] >= least - REPORT_MA
                lately = [ma for at, ma in rise.lows if right and at >= now - waits[line]]
                small, trembles = min([least, *lately]) - held_ma <= NOISE_MA, now - rise.still_since < waits[line]
                least_of_all = least - held_ma <= DEAD_BAND_MA + CALM_MA
                if now - since < waits[line] or (small and trembles) or least_of_all:
                    least = min(least, held_ma)
                worst[config.name][line] = least
        return worst

    def _least_ma(self, zone: str, line: int, since: float) -> int:
        least = None
        for at, capacities in reversed(self._past):
            ma = capacities[zone][line]
            least = ma if least is None else min(least, ma)
            if at <= since:
                break
        return least or 0

    def _counted_ma(self, wire: Wire, cable: Cable, connector: Connector) -> int:
        """What a connector takes of the room: what it is offered, with what flooring and reports may hide; what EVCE
        says only where its station was in trouble, does not take its limits or can't be held down, or a car is about to
        start there."""
        outlet, weight = cable.station.charging.outlets[cable.number], connector.weight
        in_watts = connector.config.supply.in_watts
        refuses = connector.unmanaged or connector.carrier.failures > 0 or connector.disobeying_since is not None
        loose = not connector.config.can_hold or connector.config.default_only
        loose = loose or connector.lease_void
        doubtful = in_watts or refuses or loose or wire.odd or wire.known_volatile or not self._sound(wire)
        kept_ma = connector.target_ma if connector.config.default_only else 0
        said_ma = max(kept_ma, connector.entitled_ma, weight.set_aside_ma if weight else 0)
        said_ma += STEP_MA if in_watts else 0
        if outlet.transaction is None:
            return said_ma if doubtful or outlet.car is not None else 0
        # Of these it can't be told what they follow, so what they draw may count as the building's as well.
        unclear = refuses or connector.lease_void
        twice_ma = max(cable.station.currents_ma(cable.number, self._world.now)) if unclear else 0
        return max(outlet.offered_ma + STEP_MA + REPORT_MA, said_ma + twice_ma if doubtful else 0)
