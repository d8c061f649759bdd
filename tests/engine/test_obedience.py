"""S15, S16, F6: a connector that draws more than it was told counts at what it can draw, and is stopped."""

from dataclasses import replace

import pytest

from engine.commands import Action, Alarm, Entry, Target
from engine.facts import Measured, Outcome, StationBooted, StationClock, StationDisconnected, Trusted, WriteEnded
from engine.obedience import MOST_STRIKES
from engine.reasons import ReasonCode
from engine.starving import TAKES_LESS
from tests.engine.builders import Bench, config, connector, zone


def pair(max_a: float = 40) -> Bench:
    """A zone and two cars, each told half of it (20 A), which take it."""
    bench = Bench(config([zone(1, max_a)], [connector(1), connector(2)]))
    bench.online(1, 2)
    bench.run(10)
    bench.plug(1, 2)
    bench.run(30)
    for identity in (1, 2):
        bench.measure(identity, 5, 5, 5)
    bench.orders.clear()
    return bench


def draws(bench: Bench, ampere: float, times: int = 2) -> None:
    for _ in range(times):
        bench.measure(1, ampere, ampere, ampere)
        bench.run(10)


def test_a_car_within_ten_percent_and_half_an_ampere_obeys_and_its_peers_leave_it_that() -> None:
    bench = pair()
    draws(bench, 22.5, 5)
    assert bench.at(1).disobeying_since is None
    assert bench.setpoints_a() == [20, 17.5]
    assert [bench.at(n).entitled_ma for n in (1, 2)] == [22_500, 17_500]
    assert bench.told.count("draws_a_little_more") == 1


def test_the_error_of_a_meter_is_left_alone() -> None:
    bench = pair()
    draws(bench, 20.5, 5)
    assert bench.setpoints_a() == [20, 20]


def test_what_it_draws_above_its_limit_goes_with_it() -> None:
    bench = pair()
    draws(bench, 22.5)
    draws(bench, 20)
    bench.run(30)
    assert bench.setpoints_a() == [20, 20]
    draws(bench, 22.5)
    bench.unplug(1)
    bench.run(30)
    assert bench.setpoints_a() == [32]


def test_all_give_way_where_the_others_alone_would_have_to_pause_for_it() -> None:
    bench = pair(13)
    assert bench.setpoints_a() == [6.5, 6.5]
    draws(bench, 7.1)
    bench.run(10)
    assert bench.setpoints_a() == [6.2, 6.2]


def test_where_there_is_room_nobody_gives_way() -> None:
    bench = pair(80)
    draws(bench, 34, 3)
    assert bench.setpoints_a() == [32, 32]


def test_what_is_measured_above_the_entitlement_counts_at_once() -> None:
    bench = pair()
    draws(bench, 26, 1)
    assert bench.at(1).entitled_ma == 26_000
    assert bench.setpoints_a()[1] <= 14


def test_the_second_report_makes_it_count_at_its_rating_with_an_alarm() -> None:
    bench = pair()
    draws(bench, 26)
    assert bench.at(1).entitled_ma == 32_000
    assert ("station_disobeys", "S1/1") in bench.site.alarms
    assert bench.at(1).reason.code is ReasonCode.UNMANAGED
    assert bench.setpoints_a() == [0, 8]


def test_a_report_right_after_a_decrease_says_nothing() -> None:
    bench = pair()
    bench.reconfigure(zones=(zone(1, 20),))
    bench.run(2)
    draws(bench, 20, 1)
    assert bench.at(1).excess_ma == 0


def test_one_that_goes_on_is_stopped_and_then_put_out_of_service() -> None:
    bench = pair()
    draws(bench, 26, 9)
    assert [order.action for order in bench.orders if order.action is not Action.MEASURE] == [
        Action.STOP,
        Action.DISABLE,
    ]


def test_one_that_still_draws_is_asked_to_stop_again_and_told_of_once() -> None:
    """The first time may have been lost with its link."""
    bench = pair()
    draws(bench, 26, 15)
    assert [order.action for order in bench.orders if order.action is not Action.MEASURE] == [
        Action.STOP,
        Action.DISABLE,
        Action.STOP,
        Action.STOP,
    ]
    assert bench.told.count("sanctioned") == 2


def test_one_that_obeys_again_is_served_again() -> None:
    bench = pair()
    draws(bench, 26)
    draws(bench, 0, 3)
    bench.run(30)
    assert ("station_disobeys", "S1/1") not in bench.site.alarms
    assert bench.setpoints_a() == [20, 20]


def test_a_boot_is_a_new_chance() -> None:
    bench = pair()
    draws(bench, 26)
    bench.tell(StationBooted(1))
    bench.run(30)
    assert bench.at(1).disobeying_since is None


def test_a_fresh_meter_value_is_asked_for_after_a_decrease() -> None:
    bench = pair()
    bench.reconfigure(zones=(zone(1, 20),))
    bench.run(12)
    assert [order.connector for order in bench.orders if order.action is Action.MEASURE] == [1, 2]


def test_no_meter_value_is_asked_for_where_one_has_come() -> None:
    bench = pair()
    bench.reconfigure(zones=(zone(1, 20),))
    bench.run(4)
    bench.measure(1, 10, 10, 10)
    bench.measure(2, 10, 10, 10)
    bench.run(8)
    assert bench.orders == []


def test_a_station_that_refuses_its_default_only_is_told_of_and_still_controlled() -> None:
    bench = Bench(config([zone(1, 60)], [connector(1)]))
    bench.refusing = {(1, Target.DEFAULT)}
    bench.online(1)
    bench.plug(1)
    bench.run(60)
    assert ("station_unmanaged", "S1/1") in bench.site.alarms
    assert bench.setpoints_a() == [32]


def test_an_answer_that_comes_after_the_time_out_settles_the_doubt() -> None:
    """F4."""
    bench = pair()
    bench.answers = False
    bench.reconfigure(zones=(zone(1, 20),))
    bench.cycle()
    write = next(w for w in bench.last.writes if w.connector == 1 and w.target is Target.LIMIT)
    bench.tell(WriteEnded(1, write.generation, Outcome.TIMEOUT))
    bench.tell(WriteEnded(1, write.generation, Outcome.ACCEPTED))
    bench.now += 7
    bench.cycle()
    assert bench.at(1).entitled_ma == 10_000


def test_a_station_known_to_lose_its_profiles_counts_at_its_rating_while_it_is_away() -> None:
    """F3."""
    bench = Bench(config([zone(1, 40)], [replace(connector(1), volatile=True), connector(2)]))
    bench.online(1, 2)
    bench.plug(1, 2)
    bench.run(30)
    bench.tell(StationDisconnected(1))
    bench.run(3)
    assert (bench.at(1).entitled_ma, bench.setpoints_a()[1]) == (32_000, 8)
    bench.online(1)
    bench.run(60)
    assert bench.setpoints_a() == [20, 20]


def test_one_that_comes_back_drawing_more_than_it_was_told_is_remembered() -> None:
    """F3: it was seen to have lost its profiles, so from then on it counts at its rating while it is away."""
    bench = pair()
    bench.tell(StationDisconnected(1))
    bench.run(3)
    assert bench.at(1).entitled_ma == 20_000
    bench.online(1)
    bench.measure(1, 32, 32, 32)
    bench.run(1)
    for _ in range(8):
        bench.run(10)
        told_a = bench.setpoints_a()[0]
        bench.measure(1, told_a, told_a, told_a)
    assert bench.setpoints_a() == [20, 20]
    bench.tell(StationDisconnected(1))
    bench.run(3)
    assert bench.at(1).entitled_ma == 32_000


def test_a_second_report_is_asked_for_at_once_after_a_first_one_above_the_limit() -> None:
    """F6: found out within 30 s, also where reports come seldom."""
    bench = pair()
    bench.measure(1, 26, 26, 26)
    bench.run(15)
    assert Action.MEASURE in [order.action for order in bench.orders if order.connector == 1]


def test_a_report_that_came_too_early_is_followed_by_a_question() -> None:
    bench = pair()
    bench.reconfigure(zones=(zone(1, 20),))
    bench.run(2)
    bench.measure(1, 10, 10, 10)
    bench.measure(2, 10, 10, 10)
    bench.run(15)
    assert [order.connector for order in bench.orders] == [1, 2]


def test_caught_again_in_the_same_session_it_stays_at_nothing_until_the_next_car() -> None:
    bench = pair()
    draws(bench, 26)
    draws(bench, 0, 3)
    bench.run(30)
    draws(bench, 26)
    draws(bench, 0, 6)
    assert bench.setpoints_a()[0] == 0
    bench.unplug(1)
    bench.run(20)
    bench.plug(1)
    bench.run(30)
    assert bench.setpoints_a() == [20, 20]
    assert ("station_disobeys", "S1/1") not in bench.site.alarms


def test_a_connector_that_was_caught_with_three_cars_goes_out_of_service() -> None:
    bench = pair()
    for _ in range(MOST_STRIKES):
        draws(bench, 26)
        bench.unplug(1)
        bench.run(10)
        bench.plug(1)
        bench.run(30)
    bench.unplug(1)
    bench.run(5)
    assert [o.connector for o in bench.orders if o.action is Action.DISABLE] == [1]
    assert ("station_disobeys", "S1/1") in bench.site.alarms
    assert bench.at(1).entitled_ma == 32_000


def test_a_person_that_trusts_it_again_puts_it_back_into_service() -> None:
    bench = pair()
    draws(bench, 26, 12)
    bench.tell(Trusted(1))
    bench.unplug(1)
    bench.run(10)
    bench.plug(1)
    bench.run(30)
    assert [o.connector for o in bench.orders if o.action is Action.ENABLE] == [1]
    assert ("station_disobeys", "S1/1") not in bench.site.alarms
    assert bench.setpoints_a() == [20, 20]


def test_the_alarms_of_a_station_that_is_deleted_end() -> None:
    bench = pair()
    draws(bench, 26)
    bench.tell(StationClock(1, wrong=True, skew_s=60))
    assert bench.site.alarms == {("station_disobeys", "S1/1"), ("clock_wrong", "S1")}
    bench.reconfigure(connectors=(connector(2),))
    ended = [(e.code, e.subject) for e in bench.cycle().entries if isinstance(e, Alarm) and not e.raised]
    assert bench.site.alarms == set()
    assert {("station_disobeys", "S1/1"), ("clock_wrong", "S1"), (TAKES_LESS, "S1/1")} <= set(ended)


def test_each_step_against_it_is_journalled() -> None:
    bench = pair()
    told: list[str] = []
    for _ in range(12):
        bench.measure(1, 26, 26, 26)
        for _ in range(20):
            bench.run(0.5)
            told += [e.code for e in bench.last.entries if isinstance(e, Entry) and e.connector == 1]
    steps = [code for code in told if code != "setpoint_changed"]
    assert steps == ["disobeys", "counted_at", "sanctioned", "sanctioned"]
    assert "setpoint_changed" in told[: told.index("sanctioned")]


def test_a_station_that_always_offers_its_rating_does_not_starve_the_others() -> None:
    """F6: its figure counts at once; three reports of a car that keeps to its limit say more than that."""
    bench = pair()
    bench.reconfigure(zones=(zone(1, 20),))
    bench.run(20)
    assert bench.setpoints_a() == [10, 10]
    counted = []
    for _ in range(7):
        drawn_ma = int(min(8.0, bench.setpoints_a()[0]) * 1000)
        bench.tell(Measured(1, (drawn_ma, drawn_ma, drawn_ma), offered_ma=32_000))
        bench.run(10)
        counted.append(bench.at(1).entitled_ma)
    assert (counted[0], counted[-1]) == (32_000, 10_000)
    bench.run(60)
    assert bench.setpoints_a() == [10, 10]


def test_what_one_takes_too_much_is_made_room_for_at_once() -> None:
    """One setpoint each, not a row of ever smaller ones."""
    bench = pair()
    before = len(bench.changes_to(1)), len(bench.changes_to(2))
    draws(bench, 26, 1)
    assert (len(bench.changes_to(1)), len(bench.changes_to(2))) == (before[0] + 1, before[1] + 1)
    assert bench.at(1).entitled_ma + bench.at(2).entitled_ma <= 40_000


def test_one_cut_after_the_other_does_not_hide_a_station_that_ignores_them() -> None:
    """F6: found out within 30 s, also while it is told something lower every six seconds."""
    bench = pair()
    for limit_a in (36, 32, 28, 24, 20):
        bench.reconfigure(zones=(zone(1, limit_a),))
        bench.run(6)
        bench.measure(1, 20, 20, 20)
    assert bench.at(1).disobeying_since is not None
    assert bench.at(1).entitled_ma == 32_000


def test_a_car_that_takes_too_much_at_every_offer_gets_no_third_one() -> None:
    """F7: 30 % above its pilot; each time it is cut to 0 A it obeys, of course."""
    bench = Bench(config([zone(1, 11)], [connector(1)]))
    bench.online(1)
    bench.plug(1)
    for _ in range(20):
        bench.run(10)
        drawn_a = bench.setpoints_a()[0] * 1.3
        bench.measure(1, drawn_a, drawn_a, drawn_a)
    assert [limit for _, limit in bench.changes_to(1)] == [11_000, 0, 11_000, 0]


def asked(bench: Bench, identity: int) -> int:
    return [order.action for order in bench.orders if order.connector == identity].count(Action.MEASURE)


@pytest.mark.parametrize("how", ["start", "raise", "reconnection", "silence"])
def test_a_station_that_does_not_report_by_itself_is_asked_after_every_limit(how: str) -> None:
    """F6, S15: not after a decrease only; one that reports each five minutes is found out within 30 s as well."""
    bench = Bench(config([zone(1, 40)], [connector(1), connector(2)]))
    bench.online(1, 2)
    bench.run(10)
    bench.plug(1)
    if how != "start":
        bench.run(10)
        bench.measure(1, 20, 20, 20)
        bench.orders.clear()
    if how == "raise":
        bench.reconfigure(zones=(zone(1, 60),))
    if how == "reconnection":
        bench.tell(StationDisconnected(1))
        bench.run(60)
        bench.online(1)
    bench.run(25)
    assert asked(bench, 1) == 1


def test_one_that_reports_by_itself_is_asked_for_nothing() -> None:
    bench = pair()
    draws(bench, 20, 60)
    assert asked(bench, 1) == 0


def test_one_that_answers_no_question_is_asked_less_and_less_often() -> None:
    """In a static zone its limit is written anew every 200 s: it is expected to show that each time."""
    bench = pair()
    bench.run(1_200)
    assert 5 <= asked(bench, 1) <= 30


def test_cut_after_cut_puts_the_question_off_for_no_longer_than_a_report() -> None:
    bench = pair()
    for limit_a in (38, 36, 34, 32, 30):
        bench.reconfigure(zones=(zone(1, limit_a),))
        bench.run(5)
    assert asked(bench, 1) >= 1


def test_a_station_that_takes_limits_again_at_one_connector_is_asked_at_the_others_soon() -> None:
    """Not a minute later: until then each of them counts at its rating."""
    outlets = [replace(connector(n, max_a=16), station=1, number=n) for n in (1, 2)]
    bench = Bench(config([zone(1, 40)], outlets))
    bench.online(1)
    bench.run(10)
    bench.plug(1, 2)
    bench.run(30)
    bench.refusing |= {(1, Target.LIMIT)}
    bench.reconfigure(zones=(zone(1, 20),))
    bench.run(40)
    assert [bench.at(n).unmanaged for n in (1, 2)] == [True, True]
    bench.refusing.clear()
    first_at = bench.at(1).carrier.retry_at
    bench.at(2).carrier.retry_at = first_at + 45
    bench.run(first_at - bench.now + 5)
    assert [bench.at(n).unmanaged for n in (1, 2)] == [False, False]
