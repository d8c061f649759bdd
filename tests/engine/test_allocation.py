"""ENE-4, 9 to 12 by example: who gets how much, and why."""

from collections.abc import Sequence

import pytest

from engine.allocation import Bound, BoundKind, Demand, Grant, allocate
from engine.model import Tree, ZoneConfig

ALL = (0, 1, 2)


def tree_of(*parents: int | None) -> Tree:
    return Tree.of(tuple(ZoneConfig(i, f"zone {i}", parent, 0) for i, parent in enumerate(parents)))


def car(connector: int, lines: tuple[int, ...] = ALL, zone: int = 0, vip: bool = False, **ma: int) -> Demand:
    return Demand(connector, zone, lines, ma.get("minimum_ma", 6_000), ma.get("maximum_ma", 32_000), vip)


def share(free_a: float, *demands: Demand) -> list[Grant]:
    return allocate(tree_of(None), [[round(free_a * 1_000)] * 3], demands)


def amps(grants: Sequence[Grant]) -> list[float]:
    return [grant.limit_ma / 1_000 for grant in grants]


@pytest.mark.parametrize(
    ("free_a", "cars", "expected_a"),
    [
        (60, 1, [32]),
        (60, 2, [30, 30]),
        (60, 3, [20, 20, 20]),
        (15, 3, [7.5, 7.5, 0]),
        (81, 3, [27, 27, 27]),
        (50, 3, [16.6, 16.6, 16.6]),
        (18, 3, [6, 6, 6]),
        (17.9, 3, [8.9, 8.9, 0]),
        (5.9, 1, [0]),
        (0, 2, [0, 0]),
        (-3, 2, [0, 0]),
    ],
)
def test_equal_cars_share_a_zone(free_a: float, cars: int, expected_a: list[float]) -> None:
    assert amps(share(free_a, *[car(i) for i in range(cars)])) == expected_a


def test_a_vip_gets_all_it_can_take_and_the_others_share_the_rest() -> None:
    assert amps(share(60, car(1), car(2, vip=True), car(3))) == [14, 32, 14]


def test_several_vips_share_fairly_among_themselves() -> None:
    assert amps(share(50, car(1), car(2, vip=True), car(3, vip=True))) == [0, 25, 25]


def test_a_vip_suspends_another_cleanly_rather_than_below_its_minimum() -> None:
    assert amps(share(36, car(1), car(2, vip=True))) == [0, 32]


def test_a_vip_with_the_last_rank_is_admitted_before_the_first_of_the_others() -> None:
    assert amps(share(6, car(1), car(2, vip=True))) == [0, 6]


def test_single_phase_cars_load_only_their_own_line() -> None:
    assert amps(share(32, car(1, (0,)), car(2, (0,)), car(3, (1,)))) == [16, 16, 32]


def test_a_load_between_two_lines_counts_in_full_on_both() -> None:
    assert amps(share(30, car(1, (0, 1)), car(2, (1, 2)))) == [15, 15]


def test_a_three_phase_car_is_held_by_its_fullest_line() -> None:
    assert amps(share(32, car(1), car(2, (0,)), car(3, (1,)), car(4, (1,)))) == [
        pytest.approx(10.6),
        pytest.approx(21.3),
        pytest.approx(10.6),
        pytest.approx(10.6),
    ]


def test_a_minimum_that_does_not_fit_is_skipped_and_a_later_one_that_fits_is_admitted() -> None:
    assert amps(share(20, car(1), car(2, minimum_ma=16_000), car(3))) == [10, 0, 10]


def test_a_higher_minimum_is_kept_while_the_others_share_less() -> None:
    assert amps(share(24, car(1), car(2, minimum_ma=14_000))) == [10, 14]


def test_every_zone_up_to_the_root_holds_at_once() -> None:
    tree = tree_of(None, 0, 0, 1)
    free = [[50_000] * 3, [30_000] * 3, [40_000] * 3, [16_000] * 3]
    grants = allocate(tree, free, [car(1, zone=3), car(2, zone=3), car(3, zone=1), car(4, zone=2)])
    assert amps(grants) == [8, 8, 14, 20]


def test_twenty_zones_on_four_levels_fill_the_root() -> None:
    tree = tree_of(None, 0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 9)
    free = [[800_000] * 3] + [[1_000_000] * 3] * 19
    grants = allocate(tree, free, [car(i, zone=i % 20) for i in range(50)])
    assert amps(grants) == [16] * 50


def test_a_maximum_below_the_minimum_gets_nothing_and_takes_nothing_from_the_others() -> None:
    grants = share(32, car(1, minimum_ma=14_000, maximum_ma=10_000), car(2))
    assert amps(grants) == [0, 32]
    assert grants[0].bound.kind is BoundKind.AT_MAXIMUM


def test_a_minimum_between_two_steps_is_never_undercut() -> None:
    assert amps(share(6.05, car(1, minimum_ma=6_050))) == [0]
    assert amps(share(6.1, car(1, minimum_ma=6_050))) == [6.1]


def test_a_maximum_between_two_steps_is_never_exceeded() -> None:
    assert amps(share(60, car(1, maximum_ma=13_990))) == [13.9]


def test_what_a_vip_tier_leaves_is_the_exact_rest() -> None:
    tree, free = tree_of(None, 0), [[100_000] * 3, [50_000] * 3]
    vips = [car(i, zone=1, vip=True) for i in range(3)]
    assert amps(allocate(tree, free, [*vips, car(9, maximum_ma=63_000)])) == [16.6, 16.6, 16.6, 50]


def test_the_grants_come_in_the_order_of_the_demands() -> None:
    grants = share(60, car(7), car(3, vip=True), car(5))
    assert [grant.connector for grant in grants] == [7, 3, 5]


def test_no_demand_gives_no_grant() -> None:
    assert share(60) == []


def test_a_car_at_its_maximum_says_so() -> None:
    assert share(60, car(1))[0].bound == Bound(BoundKind.AT_MAXIMUM)


def test_a_limited_car_names_the_zone_the_line_and_how_many_share_it() -> None:
    grants = allocate(tree_of(None, 0), [[90_000] * 3, [99_000, 40_000, 99_000]], [car(1, zone=1), car(2, zone=1)])
    assert {grant.bound for grant in grants} == {Bound(BoundKind.LIMITED, zone=1, line=1, sharing=2)}


def test_of_equally_tight_zones_the_nearest_is_named() -> None:
    grants = allocate(tree_of(None, 0), [[20_000] * 3, [20_000] * 3], [car(1, zone=1)])
    assert grants[0].bound == Bound(BoundKind.LIMITED, zone=1, line=0, sharing=1)


def test_a_suspended_car_names_the_zone_and_line_where_its_minimum_did_not_fit() -> None:
    grants = share(15, car(1), car(2, (2,)), car(3, (0,)), car(4, (2,)))
    assert grants[3].bound == Bound(BoundKind.SUSPENDED, zone=0, line=2, sharing=2)


def test_a_vip_is_counted_among_those_that_share_a_line_with_the_others() -> None:
    grants = share(60, car(1), car(2, vip=True), car(3))
    assert grants[0].bound == Bound(BoundKind.LIMITED, zone=0, line=0, sharing=3)
