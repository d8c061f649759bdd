"""F21, S21: a station whose clock is off can only be held to its degraded current."""

from engine.commands import Action, Target
from engine.facts import StationClock, StationDisconnected
from engine.ledger import told_ma
from engine.reasons import ReasonCode
from tests.engine.builders import Bench, config, connector, zone

WRONG, RIGHT = StationClock(1, wrong=True, skew_s=86_400), StationClock(1, wrong=False)


def pair() -> Bench:
    """60 A for three connectors, of which two charge; each one's share is 20 A."""
    bench = Bench(config([zone(1, 60)], [connector(1), connector(2), connector(3)]))
    bench.online(1, 2, 3)
    bench.run(10)
    bench.plug(1, 2)
    bench.run(40)
    return bench


def test_it_has_its_degraded_current_and_the_others_the_rest() -> None:
    bench = pair()
    assert bench.setpoints_a() == [30, 30]
    bench.tell(WRONG)
    bench.run(40)
    assert bench.setpoints_a() == [20, 32]
    assert bench.at(1).reason.code is ReasonCode.CLOCK_WRONG
    assert ("clock_wrong", "S1") in bench.site.alarms


def test_a_lower_limit_that_may_have_lapsed_holds_nothing_down() -> None:
    """The building leaves it 8 A, its standing default is 16 A: it may be running on either."""
    bench = Bench(config([zone(1, 60, meter=1, degraded_ma=48_000)], [connector(1), connector(2), connector(3)]))
    bench.readings = {1: (52_000, 52_000, 52_000)}
    bench.online(1, 2, 3)
    bench.run(20)
    bench.plug(1)
    bench.run(40)
    assert told_ma(bench.site, bench.at(1), bench.now) < 16_000
    bench.tell(WRONG)
    assert told_ma(bench.site, bench.at(1), bench.now) == 16_000


def test_it_is_asked_once_a_minute_to_set_its_clock() -> None:
    bench = pair()
    bench.tell(WRONG)
    bench.run(100)
    assert [(o.station, o.action) for o in bench.orders if o.action is Action.CLOCK] == [(1, Action.CLOCK)] * 2


def test_right_again_it_is_served_as_before() -> None:
    bench = pair()
    bench.tell(WRONG)
    bench.run(40)
    bench.tell(RIGHT)
    bench.run(60)
    assert bench.setpoints_a() == [30, 30]
    assert ("clock_wrong", "S1") not in bench.site.alarms


def test_what_it_was_told_for_a_while_may_stand_for_ever_when_it_is_lost() -> None:
    bench = pair()
    bench.tell(WRONG)
    bench.run(1)
    told_ma = bench.at(1).limit.highest_ma
    bench.tell(StationDisconnected(1))
    bench.run(3_000, every=5)
    assert bench.at(1).entitled_ma == max(told_ma, bench.at(1).default.highest_ma)


def test_the_same_setpoint_is_not_written_again_and_again() -> None:
    bench = pair()
    bench.tell(WRONG)
    bench.run(30)
    before = len(bench.writes_to(1, Target.LIMIT))
    bench.run(60)
    assert len(bench.writes_to(1, Target.LIMIT)) - before <= 2


def test_a_clock_that_was_moved_makes_every_profile_be_written_anew() -> None:
    """F33."""
    bench = pair()
    before = len(bench.writes_to(1, Target.LIMIT))
    bench.tell(StationClock(1, wrong=False, moved=True))
    bench.run(2)
    assert len(bench.writes_to(1, Target.LIMIT)) == before + 1
