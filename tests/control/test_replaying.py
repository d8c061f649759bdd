"""A kept cycle is planned again into the same plan."""

import copy
from typing import Any

import pytest

from control.history import Picture
from control.replaying import FORMAT, NoCycle, NoExport, cycles_of, replay
from tests.control.cycles import Kept
from tests.control.recorded import recorded_cycles
from tests.engine.builders import config, connector, zone


def kept() -> list[Picture]:
    zones = [zone(1, 40), zone(2, 14, parent=1), zone(3, 40, parent=1)]
    connectors = [connector(1, 3, max_a=16), *(connector(n, 2, "L2L3L1") for n in (2, 3, 4))]
    return Kept(config(zones, connectors)).plug(1, vip=True).plug(2, 3, 4).cycles


def test_every_cycle_gives_the_same_plan_again() -> None:
    cycles = kept()
    assert any(cycle["demands"] for cycle in cycles)
    assert [replay(cycle) for cycle in cycles] == [[]] * len(cycles)


def test_a_cycle_in_which_a_raise_leaves_that_had_waited_gives_the_same_plan_again() -> None:
    late = Kept(config([zone(1, 30)], [connector(1), connector(2)])).plug(1).plug(2).cycles[-1]
    assert [(write["connector"], write["limit_ma"]) for write in late["writes"]] == [(2, 15_000)]
    assert late["demands"]
    assert replay(late) == []


def test_cycles_with_capped_suspended_and_woken_cars_give_the_same_plan_again() -> None:
    """ENE-13, ENE-14."""
    site = Kept(config([zone(1, 60)], [connector(n) for n in (1, 2, 3)])).plug(1, 2, 3)
    cycles = site.draw(800, c1=0, c2=4, c3=20).cycles
    told = {c["reason"]["code"] for cycle in cycles for c in cycle["connectors"]}
    assert told >= {"system_suspended", "optimised", "wake_up"}
    assert [replay(cycle) for cycle in cycles] == [[]] * len(cycles)


def test_a_different_capacity_shows_as_a_difference() -> None:
    cycle = kept()[-1]
    cycle["zones"][1]["free_ma"] = [20_000] * 3
    assert [str(difference) for difference in replay(cycle)] == [
        "connector #2: then 7 A limited by Zone 2 L1, now 6.6 A limited by Zone 2 L1",
        "connector #3: then 7 A limited by Zone 2 L1, now 6.6 A limited by Zone 2 L1",
        "connector #4: then 0 A suspended by Zone 2 L1, now 6.6 A limited by Zone 2 L1",
    ]


def test_another_order_shows_as_a_difference() -> None:
    cycle = kept()[-1]
    cycle["demands"].append(cycle["demands"].pop(1))
    cycle["grants"].append(cycle["grants"].pop(1))
    assert {difference.connector for difference in replay(cycle)} == {2, 4}


@pytest.mark.parametrize("part", ["zones", "parents", "demands", "grants"])
def test_a_cycle_that_lacks_a_part_is_refused(part: str) -> None:
    cycle = copy.deepcopy(kept()[-1])
    del cycle[part]
    with pytest.raises(NoCycle, match=part):
        replay(cycle)


HEAD = {"format": FORMAT}


@pytest.mark.parametrize(
    "exported",
    [None, [], {}, {"cycles": []}, {"format": "other", "cycles": []}, HEAD | {"cycles": 3}, HEAD | {"cycles": [3]}],
)
def test_what_is_no_export_is_refused(exported: Any) -> None:
    with pytest.raises(NoExport):
        list(cycles_of(exported))


@pytest.mark.parametrize("seed", range(8))
def test_every_cycle_of_the_deterministic_simulation_replays_to_the_same_plan(seed: int) -> None:
    cycles = list(recorded_cycles(seed))
    assert sum(len(cycle["demands"]) for cycle in cycles) > 3
    assert [difference for cycle in cycles for difference in replay(cycle)] == []
