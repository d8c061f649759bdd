"""ENE-16, S5: what each connector may draw with no control at all."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.degraded import Outlet, shares, too_small
from engine.model import Tree, ZoneConfig


def tree_of(*parents: int | None) -> Tree:
    return Tree.of(tuple(ZoneConfig(i, f"zone {i}", parent, 0) for i, parent in enumerate(parents)))


def outlet(
    connector: int, zone: int | None = 0, minimum_a: float = 6, rating_a: float = 32, vip: bool = False
) -> Outlet:
    return Outlet(connector, zone, round(minimum_a * 1_000), round(rating_a * 1_000), vip)


@pytest.mark.parametrize(
    ("limit_a", "expected_ma"),
    [
        (60, [20_000] * 3),
        (48, [16_000] * 3),
        (30, [10_000] * 3),
        (50, [16_600] * 3),
        (200, [32_000] * 3),
        (18, [6_000] * 3),
        (17, [6_000, 6_000, 0]),
        (15, [6_000, 6_000, 0]),
        (6, [6_000, 0, 0]),
        (5, [0, 0, 0]),
        (0, [0, 0, 0]),
        (-4, [0, 0, 0]),
    ],
)
def test_three_connectors_divide_a_zone(limit_a: int, expected_ma: list[int]) -> None:
    found = shares(tree_of(None), [limit_a * 1_000], [outlet(i) for i in range(3)])
    assert list(found.values()) == expected_ma


def test_vip_stations_keep_the_minimum_before_the_others() -> None:
    outlets = [outlet(1), outlet(2), outlet(3, vip=True)]
    assert shares(tree_of(None), [15_000], outlets) == {1: 6_000, 2: 0, 3: 6_000}


def test_the_tightest_zone_on_the_path_decides() -> None:
    outlets = [outlet(1, 1), outlet(2, 1), outlet(3), outlet(4)]
    assert shares(tree_of(None, 0), [80_000, 16_000], outlets) == {1: 8_000, 2: 8_000, 3: 20_000, 4: 20_000}


def test_a_parent_counts_the_connectors_of_its_sub_zones() -> None:
    outlets = [outlet(i, 1 + i % 2) for i in range(4)]
    assert shares(tree_of(None, 0, 0), [60_000, 60_000, 60_000], outlets) == dict.fromkeys(range(4), 15_000)


def test_a_share_never_exceeds_the_rating() -> None:
    assert shares(tree_of(None), [60_000], [outlet(1, rating_a=16), outlet(2)]) == {1: 16_000, 2: 30_000}


def test_a_connector_in_no_zone_gets_nothing_and_does_not_count() -> None:
    assert shares(tree_of(None), [60_000], [outlet(1, None), outlet(2), outlet(3)]) == {1: 0, 2: 30_000, 3: 30_000}


def test_a_rating_below_the_minimum_gets_nothing() -> None:
    assert shares(tree_of(None), [60_000], [outlet(1, minimum_a=14, rating_a=10)]) == {1: 0}


def test_a_higher_minimum_that_does_not_fit_beside_the_shares_gets_nothing() -> None:
    assert shares(tree_of(None), [20_000], [outlet(1, minimum_a=14), outlet(2)]) == {1: 0, 2: 10_000}


def test_a_limit_too_small_for_every_minimum_is_reported_with_its_zone() -> None:
    outlets = [outlet(1, 1), outlet(2, 1), outlet(3, 1), outlet(4)]
    assert too_small(tree_of(None, 0), [60_000, 15_000], outlets) == {1: [3]}


def test_limits_that_give_everybody_the_minimum_are_not_reported() -> None:
    assert too_small(tree_of(None), [18_000], [outlet(1), outlet(2), outlet(3), outlet(4, None)]) == {}


def test_a_rating_below_the_minimum_is_not_blamed_on_the_zone() -> None:
    assert too_small(tree_of(None), [60_000], [outlet(1, minimum_a=14, rating_a=10)]) == {}


@st.composite
def sites(draw: st.DrawFn) -> tuple[tuple[int | None, ...], list[int], list[Outlet]]:
    parents: list[int | None] = [None]
    levels = [1]
    for i in range(draw(st.integers(0, 6))):
        parent = draw(st.sampled_from([None, *[z for z in range(i + 1) if levels[z] < 4]]))
        parents.append(parent)
        levels.append(1 if parent is None else levels[parent] + 1)
    limits = draw(st.lists(st.integers(-1_000, 150_000), min_size=len(parents), max_size=len(parents)))
    kinds = st.tuples(
        st.none() | st.integers(0, len(parents) - 1),
        st.sampled_from([0, 6_000, 6_050, 8_000, 14_000]),
        st.integers(4_000, 63_000),
        st.booleans(),
    )
    return tuple(parents), limits, [Outlet(i, *kind) for i, kind in enumerate(draw(st.lists(kinds, max_size=15)))]


@settings(max_examples=300, deadline=None)
@given(sites())
def test_no_zone_is_overloaded_when_every_connector_draws_its_share(
    site: tuple[tuple[int | None, ...], list[int], list[Outlet]],
) -> None:
    parents, limits, outlets = site
    found = shares(tree_of(*parents), limits, outlets)
    used = [0] * len(parents)
    for place in outlets:
        zone = place.zone
        while zone is not None:
            used[zone] += found[place.connector]
            zone = parents[zone]
    assert all(ma <= max(0, limit) for ma, limit in zip(used, limits, strict=True))


@settings(max_examples=300, deadline=None)
@given(sites())
def test_a_share_is_0_or_from_the_minimum_to_the_rating_with_one_decimal(
    site: tuple[tuple[int | None, ...], list[int], list[Outlet]],
) -> None:
    parents, limits, outlets = site
    found = shares(tree_of(*parents), limits, outlets)
    for place in outlets:
        share_ma = found[place.connector]
        assert share_ma % 100 == 0
        assert share_ma == 0 or place.minimum_ma <= share_ma <= place.rating_ma
