"""S15 and E of the invariants: current at a connector where no session is counts as well, and is held against it."""

from dataclasses import replace

import pytest

from engine.commands import Action
from engine.conduct import conduct_of
from engine.facts import Restored, Status, StatusChanged, TransactionStarted
from tests.engine.builders import Bench, config, connector, zone


def beside() -> Bench:
    """40 A; a car at connector 2 has its 32 A, and none is at connector 1."""
    bench = Bench(config([zone(1, 40)], [connector(1), connector(2)]))
    bench.online(1, 2)
    bench.run(10)
    bench.plug(2)
    bench.run(30)
    assert bench.setpoints_a() == [32]
    return bench


def draws(bench: Bench, ampere: float, times: int = 1, every_s: float = 10) -> None:
    for _ in range(times):
        bench.measure(1, ampere, ampere, ampere)
        bench.run(every_s)


def test_two_reports_count_at_once_and_the_third_accuses() -> None:
    bench = beside()
    draws(bench, 20)
    assert bench.at(1).entitled_ma == 0
    draws(bench, 20)
    assert (bench.at(1).entitled_ma, bench.setpoints_a()) == (20_000, [20])
    assert ("station_disobeys", "S1/1") not in bench.site.alarms
    draws(bench, 20)
    assert (bench.at(1).entitled_ma, bench.setpoints_a()) == (32_000, [8])
    assert ("station_disobeys", "S1/1") in bench.site.alarms


def test_one_that_reports_seldom_is_asked_for_a_second_report_and_a_third() -> None:
    bench = beside()
    asked = []
    for _ in range(3):
        bench.orders.clear()
        draws(bench, 32, every_s=4)
        asked.append([order.action for order in bench.orders if order.connector == 1])
    assert asked == [[Action.MEASURE], [Action.MEASURE], []]
    assert bench.at(1).disobeying_since is not None


def test_one_that_goes_on_is_put_out_of_service_and_not_asked_to_stop_what_is_not_there() -> None:
    bench = beside()
    draws(bench, 32, 8)
    actions = [order.action for order in bench.orders if order.connector == 1 and order.action is not Action.MEASURE]
    assert actions[:1] == [Action.DISABLE]
    assert Action.STOP not in actions


def test_one_that_stops_is_as_good_as_before() -> None:
    bench = beside()
    draws(bench, 32, 3)
    draws(bench, 0, 2)
    bench.run(60)
    assert ("station_disobeys", "S1/1") not in bench.site.alarms
    assert (bench.at(1).entitled_ma, bench.setpoints_a()) == (0, [32])


def test_what_it_may_draw_without_a_session_is_no_fault() -> None:
    """Its station knows one stack level only: it may start on its share by itself."""
    bench = Bench(config([zone(1, 40)], [replace(connector(1), can_hold=False), connector(2)]))
    bench.online(1, 2)
    bench.run(10)
    draws(bench, 20, 5)
    assert (bench.at(1).entitled_ma, bench.at(1).disobeying_since) == (20_000, None)


def test_a_report_that_trails_its_session_says_nothing() -> None:
    bench = beside()
    bench.plug(1)
    bench.run(30)
    draws(bench, 20, 2)
    bench.unplug(1)
    bench.run(5)
    for ampere in (19.8, 19.9, 20):
        draws(bench, ampere, every_s=8)
    assert (bench.at(1).excess_ma, bench.at(1).stray_reports) == (0, 0)


@pytest.mark.parametrize("minutes", [2, 10])
def test_a_station_that_repeats_the_last_figure_of_its_session_is_not_put_out_of_service(minutes: int) -> None:
    """It looks like a contact that does not open: after three minutes it counts, with an alarm."""
    bench = beside()
    bench.plug(1)
    bench.run(30)
    draws(bench, 20)
    bench.unplug(1)
    draws(bench, 20, minutes * 6)
    assert (bench.at(1).disobeying_since is not None) is (minutes > 3)
    assert Action.DISABLE not in [order.action for order in bench.orders]


def test_several_reports_at_once_tell_of_one_moment() -> None:
    bench = beside()
    draws(bench, 32, 5, every_s=0.5)
    assert bench.at(1).excess_ma == 0


def test_a_suspicion_that_nothing_bears_out_is_forgotten() -> None:
    bench = beside()
    draws(bench, 20, 2)
    bench.run(400)
    assert (bench.at(1).entitled_ma, bench.setpoints_a()) == (0, [32])


def test_one_that_was_caught_and_goes_on_after_its_session_is_caught_again() -> None:
    bench = beside()
    bench.plug(1)
    bench.run(30)
    draws(bench, 32, 3)
    bench.unplug(1)
    draws(bench, 32, 5)
    assert bench.at(1).entitled_ma == 32_000


def test_a_session_that_is_told_of_late_is_controlled_when_it_keeps_to_its_limit() -> None:
    bench = beside()
    draws(bench, 32, 3)
    bench.tell(TransactionStarted(1, 101), StatusChanged(1, Status.CHARGING))
    bench.run(10)
    draws(bench, 0, 2)
    bench.run(60)
    assert bench.setpoints_a() == [20, 20]


def test_a_restart_of_evce_forgets_nothing_of_it() -> None:
    bench = beside()
    draws(bench, 32, 3)
    again = Bench(bench.site.config)
    again.tell(Restored(1, True, None, 0, 20_000, 20_000, 50, conduct=conduct_of(bench.at(1))))
    assert ("station_disobeys", "S1/1") in again.site.alarms
    again.online(1, 2)
    again.run(30)
    assert again.at(1).entitled_ma == 32_000
