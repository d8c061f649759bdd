"""L3 and ENE-11: where not all minimums fit, a fixed set of equal sessions is served in turn."""

from math import ceil

import pytest

from engine.facts import RanksReviewed, Status, StatusChanged
from engine.model import Shedding
from tests.engine.builders import Bench, config, connector, zone

REVIEW_S = 120.0


def served(bench: Bench, cars: int) -> set[int]:
    return {n for n in range(1, cars + 1) if bench.at(n).limit.acked_ma}


def charge_until_review(bench: Bench, cars: int, energy_wh: dict[int, int]) -> set[int]:
    """One review period: who has current gains energy."""
    seen: set[int] = set()
    for _ in range(int(REVIEW_S / 10)):
        bench.run(10, every=1)
        for n in range(1, cars + 1):
            charging = n in served(bench, cars)
            bench.tell(StatusChanged(n, Status.CHARGING if charging else Status.SUSPENDED_EVSE))
        for n in served(bench, cars):
            energy_wh[n] += 40
            told_a = bench.setpoints_a()[n - 1]
            bench.measure(n, told_a, told_a, told_a, energy_wh=energy_wh[n])
            seen.add(n)
    bench.tell(RanksReviewed())
    return seen


@pytest.mark.parametrize("shedding", list(Shedding))
@pytest.mark.parametrize(("cars", "room"), [(3, 1), (4, 3), (5, 2), (7, 3)])
def test_equal_sessions_are_served_in_turn(cars: int, room: int, shedding: Shedding) -> None:
    outlets = [connector(n) for n in range(1, cars + 1)]
    bench = Bench(config([zone(1, 6.5 * room)], outlets, shedding=shedding, review_s=REVIEW_S))
    bench.online(*range(1, cars + 1))
    bench.run(10)
    bench.plug(*range(1, cars + 1))
    energy_wh = dict.fromkeys(range(1, cars + 1), 0)
    waited = dict.fromkeys(range(1, cars + 1), 0)
    most = ceil(cars / room) + 1
    for _ in range(3 * most):
        seen = charge_until_review(bench, cars, energy_wh)
        waited = {n: 0 if n in seen else reviews + 1 for n, reviews in waited.items()}
        assert max(waited.values()) < most, (waited, energy_wh)


def test_between_two_reviews_nobody_changes_places() -> None:
    bench = Bench(config([zone(1, 13)], [connector(n) for n in (1, 2, 3)], review_s=REVIEW_S))
    bench.online(1, 2, 3)
    bench.run(10)
    bench.plug(1, 2, 3)
    bench.run(20)
    for second in range(80):
        bench.measure(1, 6, 6, 6, energy_wh=second * 100)
        bench.run(1)
        assert served(bench, 3) == {1, 2}


def test_of_those_who_received_the_same_the_one_that_waits_longest_is_next() -> None:
    """L3: a turn that began late is a turn; car 1 does not have the next one as well, for 2 Wh."""
    bench = Bench(config([zone(1, 6.5)], [connector(n) for n in (1, 2)], review_s=REVIEW_S))
    bench.online(1, 2)
    bench.run(10)
    bench.plug(1, 2)
    turns = []
    for energy_wh in ({1: 40}, {2: 45}, {1: 43}, {2: 90}):
        bench.run(30)
        turns.append(served(bench, 2))
        for n, wh in energy_wh.items():
            bench.measure(n, 6, 6, 6, energy_wh=wh)
        bench.tell(RanksReviewed())
    assert turns == [{1}, {2}, {1}, {2}]


def test_a_newcomer_that_fits_is_served_at_once_and_displaces_no_other_newcomer() -> None:
    bench = Bench(config([zone(1, 13)], [connector(n) for n in (1, 2, 3)], review_s=REVIEW_S))
    bench.online(1, 2, 3)
    bench.run(10)
    bench.plug(1, 2)
    bench.run(20)
    bench.plug(3)
    bench.run(20)
    assert served(bench, 3) == {1, 2}
    bench.tell(RanksReviewed())
    bench.run(20)
    bench.unplug(3)
    bench.run(10)
    bench.plug(3)
    bench.run(20)
    assert 3 in served(bench, 3)


def test_a_vip_pushes_nobody_below_the_minimum_but_to_nothing() -> None:
    """L4."""
    bench = Bench(config([zone(1, 20)], [connector(n) for n in (1, 2, 3)]))
    bench.online(1, 2, 3)
    bench.run(10)
    bench.plug(1, 2)
    bench.run(20)
    bench.plug(3, vip=True)
    bench.run(60)
    told = [limit for n in (1, 2, 3) for _, limit in bench.writes_to(n)]
    assert not [limit for limit in told if 0 < limit < 6_000]
    assert bench.setpoints_a()[2] == 20
