"""What hangs on the boards of a day besides cars: the building with its ripples and jumps, and the sun."""

from math import pi, sin
from random import Random

from engine.model import SiteConfig, ZoneConfig
from engine.wiring import LINES, Grid
from simulator.scenario import DAY_S, Scenario

SLOT_S = 60
"""Loads stay so long as they are."""
_MEMORY = 0.9
_UNEVEN = 0.12
"""How differently the phases are loaded."""

Lines = list[int]


def lines_of_site(config: SiteConfig) -> tuple[int, ...]:
    """Those that there are."""
    return LINES[:1] if config.grid is Grid.SINGLE else LINES


class Weather:
    """mA per zone position and line, of what hangs directly on its board; buildings where a meter sees them."""

    def __init__(self, config: SiteConfig, scenario: Scenario, rng: Random) -> None:
        self._config, self._scenario = config, scenario
        slots = DAY_S // SLOT_S + 1
        self._own: list[list[Lines] | None] = [None] * len(config.zones)
        self._sun: list[list[Lines] | None] = [None] * len(config.zones)
        below: dict[int, list[int]] = {}
        for position, parent in enumerate(config.tree.parents):
            if parent is not None:
                below.setdefault(parent, []).append(position)
        for position in range(len(config.zones) - 1, -1, -1):
            zone = config.zones[position]
            if zone.meter is not None:
                self._own[position] = self._building(zone, slots, rng)
            if zone.production_meter is not None and scenario.solar is not None:
                self._sun[position] = self._solar(zone, slots, rng)
        self._leave_to_children(below)
        for slots_ma in (*self._own, *self._sun):
            for line in LINES[len(lines_of_site(config)) :]:
                for lines in slots_ma or ():
                    lines[line] = 0

    def building_ma(self, position: int, now: float) -> Lines:
        return self._at(self._own[position], now)

    def solar_ma(self, position: int, now: float) -> Lines:
        return self._at(self._sun[position], now)

    def _at(self, slots: list[Lines] | None, now: float) -> Lines:
        if slots is None:
            return [0, 0, 0]
        return slots[min(int((now - self._scenario.from_s) // SLOT_S), len(slots) - 1)]

    def _building(self, zone: ZoneConfig, slots: int, rng: Random) -> list[Lines]:
        scenario = self._scenario
        curve = scenario.building.get(zone.name, scenario.building.get(None))
        if curve is None:
            return [[0, 0, 0] for _ in range(slots)]
        uneven = [1 + rng.uniform(-_UNEVEN, _UNEVEN) for _ in LINES]
        ripple = [0.0, 0.0, 0.0]
        jump, jump_slots, found = [0.0, 0.0, 0.0], 0, []
        for slot in range(slots):
            if jump_slots > 0:
                jump_slots -= 1
            else:
                jump = [0.0, 0.0, 0.0]
                if rng.random() < scenario.jumps_per_hour * SLOT_S / 3600:
                    jump = [scenario.jump * rng.choice([0, 1, 1]) for _ in LINES]
                    jump_slots = round(scenario.jump_s / SLOT_S * rng.uniform(0.5, 1.5))
            share = curve.at(scenario.from_s + slot * SLOT_S)
            for line in LINES:
                ripple[line] = _MEMORY * ripple[line] + rng.gauss(0, 1) * scenario.ripple * (1 - _MEMORY**2) ** 0.5
            found.append([max(0, round(zone.max_ma * (share * uneven[p] * (1 + ripple[p]) + jump[p]))) for p in LINES])
        return found

    def _solar(self, zone: ZoneConfig, slots: int, rng: Random) -> list[Lines]:
        solar = self._scenario.solar
        assert solar is not None
        sky, found = 1.0, []
        for slot in range(slots):
            second = (self._scenario.from_s + slot * SLOT_S) % DAY_S
            height = (second - solar.from_s) / (solar.to_s - solar.from_s)
            sky = min(1.0, max(1 - solar.clouds, sky + rng.gauss(0, 0.08) * solar.clouds))
            share = sin(pi * height) ** 1.3 * sky if 0 < height < 1 else 0.0
            found.append([round(zone.max_ma * solar.peak * share)] * 3)
        return found

    def _leave_to_children(self, below: dict[int, list[int]]) -> None:
        """A zone's curve is all that is behind its meter: what sub-zones take is not on its own board."""
        totals: list[list[Lines]] = [[]] * len(self._own)
        for position in range(len(self._own) - 1, -1, -1):
            own = self._own[position]
            children = [totals[child] for child in below.get(position, ()) if totals[child]]
            under = [[sum(lines[p] for lines in slot) for p in LINES] for slot in zip(*children, strict=True)]
            if own is None:
                totals[position] = under
                continue
            if under:
                own = [
                    [max(0, a - b) for a, b in zip(mine, theirs, strict=True)]
                    for mine, theirs in zip(own, under, strict=True)
                ]
                self._own[position] = own
                totals[position] = [[a + b for a, b in zip(m, t, strict=True)] for m, t in zip(own, under, strict=True)]
            else:
                totals[position] = own
