"""S12: an edit counts under the old and the new configuration until the stations have acknowledged and settled."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from engine.commands import Target
from engine.model import ZoneConfig
from engine.wiring import Grid, parse_wiring
from tests.engine.builders import Bench, config, connector, zone

LEFT, RIGHT = zone(1, 40), zone(2, 40)
BRANCH, PEERS, AWAY = zone(3, 40, parent=1), zone(4, 40, parent=1), zone(5, 40, parent=2)


def charging(*zones: ZoneConfig, places: tuple[int, int] = (1, 1)) -> Bench:
    """Car 1 has 32 A of 40 A; car 2 is there and has nothing yet; station 1 has just fallen silent."""
    bench = Bench(config(zones, [connector(1, places[0]), connector(2, places[1])]))
    bench.online(1, 2)
    bench.run(10)
    bench.plug(1)
    bench.run(40)
    bench.plug(2)
    bench.silent.add(1)
    bench.run(2)
    return bench


def alter(bench: Bench, **changes: Any) -> None:
    """Edit connector 1."""
    first, *others = bench.site.config.connectors
    bench.reconfigure(connectors=(replace(first, **changes), *others))


def lower_the_rating(bench: Bench) -> None:
    alter(bench, rating_ma=10_000)


def hang_its_zone_elsewhere(bench: Bench) -> None:
    bench.reconfigure(zones=(LEFT, RIGHT, replace(BRANCH, parent=2), PEERS, AWAY))


def delete_the_zone_that_it_leaves(bench: Bench) -> None:
    first, second = bench.site.config.connectors
    bench.reconfigure(zones=(LEFT, RIGHT, PEERS, AWAY), connectors=(replace(first, zone=5), second))


EDITS = pytest.mark.parametrize(
    "edit", [lower_the_rating, hang_its_zone_elsewhere, delete_the_zone_that_it_leaves], ids=lambda edit: edit.__name__
)
Edit = Callable[[Bench], None]


def tree() -> Bench:
    return charging(LEFT, RIGHT, BRANCH, PEERS, AWAY, places=(3, 4))


@EDITS
def test_a_silent_station_keeps_what_it_had_before_the_edit(edit: Edit) -> None:
    bench = tree()
    edit(bench)
    bench.run(20)
    assert bench.at(2).limit.highest_ma <= 8_000
    assert bench.site.zones[0].entitled_ma[0] >= 32_000


@EDITS
def test_the_old_configuration_is_let_go_when_the_station_has_answered_and_settled(edit: Edit) -> None:
    bench = tree()
    edit(bench)
    bench.silent.clear()
    bench.answer()
    bench.run(60)
    assert bench.at(1).former == ()
    assert bench.at(2).limit.acked_ma == (30_000 if edit is lower_the_rating else 32_000)


def test_a_station_that_has_not_heard_of_its_lower_rating_is_not_accused() -> None:
    bench = tree()
    lower_the_rating(bench)
    for _ in range(3):
        bench.run(10)
        bench.measure(1, 32, 32, 32)
    assert bench.at(1).disobeying_since is None
    assert not bench.at(1).excess_ma


def test_a_rating_that_is_raised_again_counts_at_once() -> None:
    bench = tree()
    lower_the_rating(bench)
    bench.run(2)
    alter(bench, rating_ma=20_000)
    bench.run(2)
    assert bench.at(1).entitled_ma == 32_000


def test_a_station_that_refuses_is_told_nothing_above_its_new_rating() -> None:
    """S4."""
    bench = tree()
    bench.sent.clear()
    bench.silent.clear()
    bench.refusing.add((1, Target.LIMIT))
    lower_the_rating(bench)
    bench.run(90)
    assert max(limit_ma for _, limit_ma in bench.writes_to(1)) <= 10_000


def test_a_station_that_was_never_seen_has_nothing_to_let_go() -> None:
    bench = Bench(config([LEFT], [connector(1), connector(2)]))
    lower_the_rating(bench)
    assert bench.at(1).former == ()


def turned() -> Bench:
    """One car alone on L1, which the other connectors leave to it; then terminal 1 is said to hang on L2."""
    bench = Bench(config([LEFT], [connector(1), connector(2, phases="L2")]))
    bench.online(1, 2)
    bench.run(10)
    bench.plug(1)
    for _ in range(12):
        bench.measure(1, 32, 0, 0)
        bench.run(10)
    assert bench.at(1).lines == (0,)
    bench.silent.add(1)
    alter(bench, wiring=parse_wiring("L2L3L1", Grid.STAR))
    bench.cycle()
    return bench


def test_a_rotation_forgets_the_lines_that_were_learned_by_the_old_one() -> None:
    """Before and after the station has answered, until its car is seen again."""
    bench = turned()
    assert bench.site.zones[0].entitled_ma == [32_000] * 3
    bench.silent.clear()
    bench.answer()
    bench.run(20)
    assert bench.at(1).former == ()
    assert bench.site.zones[0].entitled_ma == [32_000] * 3


def test_after_a_rotation_both_the_old_lines_and_the_new_ones_count_until_the_station_has_answered() -> None:
    bench = turned()
    for _ in range(12):
        bench.measure(1, 32, 0, 0)
        bench.run(10)
    assert bench.site.zones[0].entitled_ma == [32_000] * 3
    bench.silent.clear()
    bench.answer()
    bench.run(20)
    assert bench.site.zones[0].entitled_ma == [0, 32_000, 0]


def test_a_connector_of_a_tree_that_shrinks_is_found_in_the_new_one() -> None:
    bench = charging(LEFT, RIGHT, BRANCH, PEERS, AWAY, places=(5, 4))
    first, second = bench.site.config.connectors
    bench.reconfigure(zones=(LEFT, RIGHT), connectors=(replace(first, zone=1), replace(second, zone=2)))
    assert bench.at(1).path == (0,)


def test_a_zone_added_elsewhere_asks_nothing_of_the_others() -> None:
    bench = Bench(config([LEFT, BRANCH], [connector(1, 3)]))
    bench.online(1)
    bench.run(60)
    bench.sent.clear()
    bench.reconfigure(zones=(RIGHT, LEFT, BRANCH))
    bench.run(20)
    assert bench.writes_to(1) == []
    assert bench.at(1).path == (2, 1)
