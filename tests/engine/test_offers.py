"""S15, F6: what a station says that it offers. It counts at once, and accuses only where such figures were proven."""

import pytest

from engine.facts import Measured
from tests.engine.builders import Bench, config, connector, zone

RATING_A = 32


def pair(limit_a: float = 40) -> Bench:
    """Two cars in a zone; both were told half of it."""
    bench = Bench(config([zone(1, limit_a)], [connector(1), connector(2)]))
    bench.online(1, 2)
    bench.run(10)
    bench.plug(1, 2)
    bench.run(30)
    return bench


def says(bench: Bench, drawn_a: float, offered_a: float | None, times: int = 1) -> None:
    for _ in range(times):
        ma = int(drawn_a * 1000)
        offered_ma = None if offered_a is None else int(offered_a * 1000)
        bench.tell(Measured(1, (ma, ma, ma), offered_ma=offered_ma))
        bench.run(10)


def shrink(bench: Bench, limit_a: float) -> None:
    bench.reconfigure(zones=(zone(1, limit_a),))
    bench.run(20)


def proven() -> Bench:
    """Its figures followed 20 A and then 10 A."""
    bench = pair()
    says(bench, 6, 20)
    shrink(bench, 20)
    says(bench, 6, 10)
    return bench


def disobeys(bench: Bench) -> bool:
    return bench.at(1).disobeying_since is not None


@pytest.mark.parametrize("offered_a", [None, 0, 6, 20, 22.5])
def test_within_the_limit_or_saying_nothing_it_counts_for_what_it_was_told(offered_a: float | None) -> None:
    bench = pair()
    says(bench, 6, offered_a, 4)
    assert bench.at(1).entitled_ma == 20_000
    assert not disobeys(bench)


@pytest.mark.parametrize("offered_a", [16, RATING_A])
def test_a_proven_station_that_offers_more_than_told_disobeys_though_its_car_draws_less(offered_a: float) -> None:
    bench = proven()
    says(bench, 6, offered_a, 3)
    assert disobeys(bench)
    assert ("station_disobeys", "S1/1") in bench.site.alarms
    assert bench.at(1).entitled_ma == RATING_A * 1000
    assert bench.setpoints_a() == [0, 0]


def test_an_unproven_figure_counts_for_the_peers_and_accuses_nobody() -> None:
    bench = pair()
    says(bench, 6, RATING_A, 3)
    assert bench.at(1).entitled_ma == RATING_A * 1000
    assert bench.setpoints_a()[1] < 20
    assert not disobeys(bench)
    assert not [key for key in bench.site.alarms if key[1] == "S1/1"]


def test_a_constant_rating_says_nothing_any_more_once_its_car_followed_two_limits() -> None:
    bench = pair()
    says(bench, 20, RATING_A)
    bench.run(30)
    says(bench, bench.setpoints_a()[0], RATING_A)
    bench.run(40)
    assert bench.at(1).excess_ma == 0
    assert bench.setpoints_a() == [20, 20]


def test_a_figure_that_no_station_of_its_rating_can_offer_never_accuses() -> None:
    bench = proven()
    says(bench, 0, 160, 3)
    assert not disobeys(bench)
    assert bench.at(1).entitled_ma == RATING_A * 1000


def test_right_after_a_decrease_the_figure_says_nothing() -> None:
    bench = proven()
    bench.reconfigure(zones=(zone(1, 14),))
    bench.run(2)
    says(bench, 6, 10, 1)
    assert bench.at(1).excess_ma == 0


def test_a_figure_alone_is_judged_as_well() -> None:
    bench = proven()
    for _ in range(2):
        bench.tell(Measured(1, offered_ma=RATING_A * 1000))
        bench.run(10)
    assert disobeys(bench)
