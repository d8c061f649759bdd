"""A kept cycle is planned again into the same plan."""

import copy
import re
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


STRANGE: list[tuple[list[str | int], Any, str]] = [
    (["zones", 0, "free_ma", 0], float("inf"), "“zones[0].free_ma[0]” must be a whole number"),
    (["zones", 0, "free_ma"], [1, 2], "“zones[0].free_ma” must be a list of 3"),
    (["zones", 1, "id"], "1", "“zones[1].id” must be a whole number"),
    (["zones", 1, "id"], 1, "“zones[1].id” comes twice"),
    (["parents"], [None, None], "“parents” must be a list of 3"),
    (["parents", 1], 2, "“parents[1]” must be a number from 0 to 0"),
    (["parents", 0], 0, "“parents[0]” must be null"),
    (["demands", 0, "lines"], [], "“demands[0].lines” must name lines"),
    (["demands", 0, "lines"], [0, 0], "“demands[0].lines” must name lines"),
    (["demands", 0, "lines", 0], 3, "“demands[0].lines[0]” must be a number from 0 to 2"),
    (["demands", 0, "vip"], 1, "“demands[0].vip” must be true or false"),
    (["demands", 0, "maximum_ma"], 10**400, "“demands[0].maximum_ma” must be a number from"),
    (["demands", 0], None, "“demands[0]” must be an object"),
    (["grants", 0, "limit_ma"], None, "“grants[0].limit_ma” must be a whole number"),
    (["grants", 0, "zone"], "x", "“grants[0].zone” must be a whole number"),
    (["grants", 0, "line"], [], "“grants[0].line” must be a whole number"),
    (["grants", 0, "zone"], 3, "“grants[0].zone” must be a number from 0 to 2"),
    (["grants", 0, "bound"], "x", "“grants[0].bound” must be one of at_maximum, limited, suspended"),
]


@pytest.mark.parametrize(("place", "value", "why"), STRANGE)
def test_what_is_strange_in_a_cycle_is_named_with_its_place(place: list[str | int], value: Any, why: str) -> None:
    cycle = copy.deepcopy(kept()[-1])
    *way, last = place
    part: Any = cycle
    for name in way:
        part = part[name]
    part[last] = value
    with pytest.raises(NoCycle, match=re.escape(why)):
        replay(cycle)


def test_what_is_missing_is_named_with_its_place() -> None:
    cycle = copy.deepcopy(kept()[-1])
    del cycle["demands"][1]["minimum_ma"]
    with pytest.raises(NoCycle, match=re.escape("“demands[1].minimum_ma” is missing")):
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
