"""Stations, cars and clocks that do not do what they are told (F6, F7, F21, F33): which, at what rate, when.

They are drawn from a stream of their own, so that a seed's site, people and other faults stay what they were.
"""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from random import Random
from typing import TYPE_CHECKING

from simulator.car import CarSpec
from simulator.spec import StationSpec

if TYPE_CHECKING:
    from tests.simulation.scenario import Faults, Script
    from tests.simulation.wire import Wire

DAY_S, YEAR_S = 86_400.0, 365 * 86_400.0
ALWAYS = ("ignores_limits", "times_ten", "other_connector", "takes_watts", "clamps_up")
FOR_A_WHILE = ("ignores_limits", "times_ten", "other_connector")


def odd_station(odd: Random, spec: StationSpec, faults: "Faults") -> StationSpec:
    """One in twenty does not do what it accepts; one in ten writes nonsense where it says what it offers."""
    wrong, lie, clock = odd.random(), odd.random(), odd.random()
    if faults.disobedience:
        if wrong < 0.04:
            spec = replace(spec, **{odd.choice(ALWAYS): True})  # type: ignore[arg-type]  # all are booleans
        if lie < 0.1:
            spec = replace(spec, offers=odd.choice(["zero", "rating"]))
    if faults.clocks:
        if clock < 0.02:
            spec = replace(spec, clock_offset_s=odd.choice([-56 * YEAR_S, DAY_S, 60.0, 12.0, -30.0, -2 * DAY_S]))
        elif clock < 0.04:
            spec = replace(spec, clock_drift_pm=odd.choice([-20.0, 20.0]), ignores_time=odd.random() < 0.5)
        elif clock < 0.09:
            spec = replace(spec, loses_clock=True)
    return spec


def odd_car(odd: Random, spec: CarSpec, faults: "Faults") -> CarSpec:
    """One in thirty takes 30 % more than it is offered."""
    return replace(spec, overdraw_pm=1300) if odd.random() < 0.03 and faults.disobedience else spec


def play_oddities(script: "Script", odd: Random) -> None:
    world, faults = script.world, script.faults
    for wire in world.wires.values():
        if faults.disobedience:
            how = odd.choice(FOR_A_WHILE)
            _lasting(script, odd, 0.03, partial(world.misbehave, wire, **{how: True}), 60, 300)
        if faults.clocks:
            by_s = odd.choice([DAY_S, -2 * DAY_S, 3_600.0, 20.0, YEAR_S])
            _some(script, odd, 0.05, partial(_jump, script, wire, by_s))
    if faults.wall:
        _some(script, odd, 0.2, partial(world.step_wall, odd.choice([YEAR_S, -YEAR_S, 3_600.0, -40.0])))


def _jump(script: "Script", wire: "Wire", by_s: float) -> None:
    script.world.say(f"station {wire.number}: its clock jumps by {by_s:g} s")
    wire.station.shift_clock(by_s, script.world.now)
    wire.pump()


def _some(script: "Script", odd: Random, chance: float, act: Callable[[], None]) -> None:
    if odd.random() < chance and script.end_s > 30:
        script.world.at(odd.uniform(30, script.end_s), act)


def _lasting(
    script: "Script", odd: Random, chance: float, act: Callable[[float], None], least_s: float, most_s: float
) -> None:
    for_s = odd.uniform(least_s, most_s)
    _some(script, odd, chance, lambda: act(max(1.0, min(for_s, script.end_s - script.world.now))))
