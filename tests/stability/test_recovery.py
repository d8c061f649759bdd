"""L5: what was a fault and is over leaves nothing behind. Each car has again what it had, and nobody did anything.

A main board with a meter and a building, a hall below it, and three cars: 16 A each, to the ampere.
"""

from dataclasses import dataclass
from functools import partial

import pytest

from simulator.registers import Fault
from tests.stability import faults
from tests.stability.faults import DAY_S, YEAR_S, Act
from tests.stability.stage import Stage, board, site, stations

FAIR_A, NEAR_A = 16.0, 0.1
BEFORE_S, AFTER_S = 90.0, 120.0
BOUND_S = 60.0
"""From the end of the fault: L5 names no time, L2 does."""
HALF_S = 0.5
CARS = (1, 2, 3)


@dataclass(frozen=True, slots=True)
class Case:
    """The fault is that of car 1's station, or the site's. `floor_a`: what car 1, and what each of the others, is
    offered at least all along. `told_a`: what they are offered just before it ends; None where runs differ. `said`:
    what the time line shows of a fault that takes nothing from anybody."""

    name: str
    act: Act
    lasts_s: float
    floor_a: tuple[float, float]
    told_a: tuple[float, float, float] | None
    said: str = ""
    sunny: bool = False

    def __str__(self) -> str:
        return self.name


ALL = (FAIR_A,) * 3
DEGRADED = (10.0,) * 3
rejects_limits = partial(faults.misbehaves, rejects_profiles=frozenset({"TxProfile"}))
takes_nothing = partial(faults.misbehaves, no_smart_charging=True)
CASES = (
    Case("F1: offline", faults.offline, 60, (16, 16), ALL, "station 1 loses its link"),
    Case("F1: all of them", faults.all_offline, 60, (16, 16), ALL, "station 3 loses its link"),
    Case("F1: for longer than a setpoint lasts", faults.offline, 300, (0, 16), (0, 19, 19)),
    Case("F3: reboots", partial(faults.reboot, hard=False, volatile=False), 10, (0, 16), (0, 16, 16)),
    Case("F3: power cut", partial(faults.reboot, hard=True, volatile=False), 10, (0, 16), (0, 16, 16)),
    Case("F3: power cut, loses all", partial(faults.reboot, hard=True, volatile=True), 10, (0, 16), (0, 16, 16)),
    Case("F4: never answers", partial(faults.misbehaves, drop_answers=1.0), 45, (13, 12), (13.6, 12.5, 12.5)),
    Case("F4: answers late", partial(faults.misbehaves, answer_delay_s=9.0), 45, (13, 12), (13.6, 13.6, 13.6)),
    Case("F5: refuses limits", rejects_limits, 45, (16, 0), None),
    Case("F5: takes nothing", takes_nothing, 45, (16, 0), None),
    Case("F10: silent meter", partial(faults.meter, fault=Fault.SILENT), 60, (10, 10), DEGRADED),
    Case("F10: meter without figures", partial(faults.meter, fault=Fault.NAN), 60, (10, 10), DEGRADED),
    Case("F13: the sun goes", faults.clouds, 60, (6, 6), (8, 8, 8), sunny=True),
    Case("F13: its meter goes", faults.production_meter, 60, (11, 11), (12, 12, 12), sunny=True),
    Case("F14: reduced to half", partial(faults.reduction, percent=50), 60, (0, 0), (6, 6, 6)),
    Case("F14: reduced to nothing", partial(faults.reduction, percent=0), 60, (0, 0), (0, 0, 0)),
    Case("F17: half-open, a moment", faults.half_open, 15, (16, 16), ALL, "its network is dead"),
    Case("F17: half-open", faults.half_open, 60, (16, 16), ALL, "station 1 is given up"),
    Case("F18: second socket", faults.second_socket, 1, (16, 16), ALL, "station 1 opens a second socket"),
    Case("F21: clock ahead", partial(faults.clock, by_s=DAY_S), 10, (10, 16), (10, 16, 16)),
    Case("F21: clock behind", partial(faults.clock, by_s=-DAY_S), 10, (10, 16), (10, 16, 16)),
    Case("F22: killed", faults.killed, 5, (0, 0), ALL, "EVCE is killed"),
    Case("F23: stopped", faults.stopped, 30, (10, 10), ALL, "EVCE is stopped"),
    Case("F33: EVCE's clock ahead", partial(faults.evces_clock, by_s=YEAR_S), 60, (16, 16), ALL, "clock steps"),
    Case("F33: EVCE's clock behind", partial(faults.evces_clock, by_s=-YEAR_S), 60, (16, 16), ALL, "clock steps"),
)


def prepare(case: Case, seed: int) -> Stage:
    """Settled. Where it is sunny, half of the cars' current is the sun's."""
    hall = board("Hall", 48, stations(3))
    more = {"production_meter": "Main sun"} if case.sunny else {}
    main = board("Main", 36 if case.sunny else 60, meter=True, degraded_a=30, zones=[hall], **more)
    stage = Stage(site(main, production="local+grid" if case.sunny else "grid"), seed=seed)
    stage.world.load("Main", [12_000] * 3)
    if case.sunny:
        stage.world.shine("Main", 24_000)
    stage.run(15).plug(*CARS).run(BEFORE_S)
    assert tuple(stage.offered_a()) == ALL
    return stage


def offers(stage: Stage, seconds: float) -> list[tuple[float, ...]]:
    """What the cars are offered after each second."""
    return [tuple(stage.run(1).offered_a()) for _ in range(round(seconds))]


def open_charges(stage: Stage) -> int:
    return sum(charge.open for charge in stage.world.store.charges.values())


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_fault_that_is_over_leaves_nothing_behind(case: Case, seed: int) -> None:
    stage = prepare(case, seed)
    case.act(stage, case.lasts_s)
    stage.run(HALF_S)
    during = [tuple(stage.offered_a()), *offers(stage, case.lasts_s - 2 * HALF_S)]
    stage.run(HALF_S)
    recovery = offers(stage, BOUND_S)
    after = offers(stage, AFTER_S)
    assert case.told_a in (None, during[-1])
    assert any(case.said in text for _, text in stage.world.log)
    first, second, third = zip(*during, *recovery, strict=True)
    assert min(first) >= case.floor_a[0]
    assert min(second + third) >= case.floor_a[1]
    assert all(abs(offered - FAIR_A) <= NEAR_A for offered in recovery[-1])
    assert set(after) == {recovery[-1]}
    assert open_charges(stage) == len(CARS)
    assert stage.world.judge.violations == []
