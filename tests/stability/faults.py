"""Faults that begin on a quiet site and end by themselves."""

from collections.abc import Callable

from simulator.registers import Fault
from tests.simulation.sites import zones_of
from tests.stability.stage import Stage

DAY_S, YEAR_S = 86_400.0, 365 * 86_400.0

Act = Callable[[Stage, float], None]
"""Begins a fault that lasts so many seconds."""


def offline(stage: Stage, for_s: float) -> None:
    stage.wire(1).drop(for_s)


def all_offline(stage: Stage, for_s: float) -> None:
    for wire in stage.world.wires.values():
        wire.drop(for_s)


def reboot(stage: Stage, for_s: float, *, hard: bool, volatile: bool) -> None:
    stage.world.misbehave(stage.wire(1), for_s, volatile_profiles=volatile, boot_s=for_s)
    stage.world.reboot(stage.wire(1), hard)


def misbehaves(stage: Stage, for_s: float, **how: object) -> None:
    """At first the building draws 6 A more, so that there is something to tell it."""
    stage.world.misbehave(stage.wire(1), for_s, **how)
    stage.world.load("Main", [18_000] * 3)
    stage.at(for_s / 2, stage.world.load, "Main", [12_000] * 3)


def meter(stage: Stage, for_s: float, fault: Fault) -> None:
    stage.world.break_meter("Main meter", fault, for_s)


def clouds(stage: Stage, for_s: float) -> None:
    """From all to nothing in a second, and back."""
    stage.world.shine("Main", 0)
    stage.at(for_s, stage.world.shine, "Main", 24_000)


def production_meter(stage: Stage, for_s: float) -> None:
    stage.world.break_meter("Main sun", Fault.SILENT, for_s)


def reduction(stage: Stage, for_s: float, percent: int) -> None:
    main = zones_of(stage.world.document)[0]
    stage.world.reduce(main, percent)
    stage.at(for_s, stage.world.reduce, main, None)


def half_open(stage: Stage, for_s: float) -> None:
    stage.wire(1).stick(for_s)


def second_socket(stage: Stage, for_s: float) -> None:
    stage.wire(1).double()


def killed(stage: Stage, for_s: float) -> None:
    stage.world.kill(for_s)


def stopped(stage: Stage, for_s: float) -> None:
    stage.world.process.pause(for_s)


def clock(stage: Stage, for_s: float, by_s: float) -> None:
    """It jumps; EVCE is to put it right."""
    stage.wire(1).station.shift_clock(by_s, stage.now)
    stage.wire(1).pump()


def evces_clock(stage: Stage, for_s: float, by_s: float) -> None:
    stage.world.step_wall(by_s)
    stage.at(for_s, stage.world.step_wall, -by_s)
