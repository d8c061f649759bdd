"""S16, F4, L5: stations that answer no limit, and stations that refused to be held down once."""

import pytest

from engine.commands import Target
from engine.facts import Outcome, StationBooted, StationConnected, StationDisconnected, StationReady, WriteEnded
from tests.engine.builders import Bench, config, connector, zone


def time_out(bench: Bench, target: Target, times: int) -> None:
    """Station 1 answers no such write; each is given up after 15 s."""
    profile = bench.at(1).profile(target)
    for _ in range(times):
        bench.run(15)
        bench.tell(*(WriteEnded(1, doubt.generation, Outcome.TIMEOUT) for doubt in profile.doubts if doubt.in_flight))
        bench.run(6)


def unanswered(times: int) -> Bench:
    bench = Bench(config([zone(1, 40)], [connector(1), connector(2)]))
    bench.online(1, 2)
    bench.run(10)
    bench.silent = {1}
    bench.plug(1, 2)
    time_out(bench, Target.LIMIT, times)
    return bench


def test_a_station_that_answers_no_limit_is_not_controllable() -> None:
    bench = unanswered(3)
    bench.run(10)
    assert (bench.at(1).unmanaged, bench.at(1).entitled_ma, bench.setpoints_a()[1]) == (True, 32_000, 8)
    assert ("station_unmanaged", "S1/1") in bench.site.alarms


def test_two_limits_without_an_answer_are_no_verdict() -> None:
    bench = unanswered(2)
    assert (bench.at(1).unmanaged, bench.site.alarms) == (False, set())


def test_it_is_served_again_when_it_answers() -> None:
    bench = unanswered(3)
    bench.silent = set()
    bench.answer()
    bench.run(90)
    assert (bench.at(1).unmanaged, bench.setpoints_a(), bench.site.alarms) == (False, [20, 20], set())


def refused_hold() -> Bench:
    bench = Bench(config([zone(1, 40)], [connector(1), connector(2)]))
    bench.refusing = {(1, Target.HOLD)}
    bench.online(1, 2)
    bench.run(25)
    bench.refusing = set()
    assert (bench.at(1).hold_refused, bench.at(1).entitled_ma) == (True, 20_000)
    return bench


@pytest.mark.parametrize("seconds", [300, 600])
def test_a_refused_hold_is_tried_again(seconds: int) -> None:
    bench = refused_hold()
    bench.run(seconds)
    assert bench.at(1).hold_refused is (seconds < 600)
    bench.plug(2)
    bench.run(60)
    assert bench.setpoints_a() == [32 if seconds == 600 else 20]


def test_one_that_goes_on_refusing_is_tried_less_and_less_often() -> None:
    bench = refused_hold()
    bench.refusing = {(1, Target.HOLD)}
    bench.sent.clear()
    bench.run(4 * 3_600, every=5)
    assert 2 <= len(bench.writes_to(1, Target.HOLD)) <= 5


@pytest.mark.parametrize("boots", [True, False])
def test_one_that_comes_back_is_held_down_at_once(boots: bool) -> None:
    bench = refused_hold()
    bench.tell(StationDisconnected(1))
    bench.run(5)
    bench.tell(StationConnected(1), *([StationBooted(1)] if boots else []), StationReady(1))
    bench.run(20)
    assert (bench.at(1).hold_refused, bench.at(1).entitled_ma) == (False, 0)
