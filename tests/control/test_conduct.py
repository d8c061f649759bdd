"""S15, S16, S24: a restart of EVCE is no reason to trust a station again."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from control.conductor import row_of
from control.obeying import obedience
from engine.commands import Action, Entry, Target
from engine.facts import (
    Conduct,
    Restored,
    StationBooted,
    StationClock,
    StationDisconnected,
    TransactionStarted,
    Trusted,
)
from engine.obedience import MOST_STRIKES
from tests.engine.builders import Bench, config, connector, zone
from tests.simulation.process import restored

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
SITE = config([zone(1, 40)], [connector(1), connector(2)])


def pair() -> Bench:
    """A zone of 40 A; both cars were told 20 A and take it."""
    bench = Bench(SITE)
    bench.online(1, 2)
    bench.run(10)
    bench.plug(1, 2)
    bench.run(30)
    return bench


def draws(bench: Bench, ampere: float, times: int = 2) -> None:
    for _ in range(times):
        bench.measure(1, ampere, ampere, ampere)
        bench.run(10)


def restarted(bench: Bench) -> Bench:
    """EVCE as the rows make it, before any station is back."""
    made = Bench(SITE)
    made.now = bench.now + 20
    for was in bench.site.connectors.values():
        if was.session is not None:
            made.tell(TransactionStarted(was.config.id, was.session.transaction))
        made.tell(restored(was.config.id, True, row_of(was)))
    made.cycle()
    return made


def told(bench: Bench) -> list[str]:
    return [entry.code for entry in bench.last.entries if isinstance(entry, Entry)]


def test_one_that_was_caught_still_counts_at_its_rating() -> None:
    bench = pair()
    draws(bench, 26)
    again = restarted(bench)
    assert again.at(1).entitled_ma == 32_000
    assert ("station_disobeys", "S1/1") in again.site.alarms
    assert "still_disobeys" in told(again)


def test_a_page_does_not_say_that_it_began_with_the_restart() -> None:
    bench = pair()
    draws(bench, 26)
    again = restarted(bench)
    found = obedience(again.site, again.at(1), again.now, NOON)
    assert found is not None
    assert (found["state"], found["seen_a"], found["since"]) == ("disobeys", 26, None)


def test_its_car_is_held_at_nothing_until_two_good_reports() -> None:
    bench = pair()
    draws(bench, 26)
    again = restarted(bench)
    again.online(1, 2)
    again.run(10)
    assert again.setpoints_a() == [0, 8]
    draws(again, 0, 3)
    again.run(30)
    assert again.setpoints_a() == [20, 20]


def test_one_that_goes_on_after_the_restart_is_stopped_and_put_out_of_service() -> None:
    bench = pair()
    draws(bench, 26)
    again = restarted(bench)
    again.online(1, 2)
    draws(again, 26, 7)
    assert [order.action for order in again.orders if order.action is not Action.MEASURE] == [
        Action.STOP,
        Action.DISABLE,
    ]


def test_what_was_seen_once_above_the_limit_still_counts() -> None:
    bench = pair()
    draws(bench, 26, 1)
    assert restarted(bench).at(1).entitled_ma == 26_000


def test_a_car_that_was_caught_twice_gets_no_third_offer() -> None:
    bench = pair()
    draws(bench, 26)
    draws(bench, 0, 3)
    bench.run(30)
    draws(bench, 26)
    again = restarted(bench)
    again.online(1, 2)
    draws(again, 0, 6)
    assert again.setpoints_a()[0] == 0


def test_what_was_found_out_in_a_session_ends_with_it_also_while_evce_is_down() -> None:
    bench = pair()
    draws(bench, 26)
    row = row_of(bench.at(1))
    again = Bench(SITE)
    again.tell(restored(row.connector, True, row))
    again.cycle()
    assert (again.at(1).disobeying_since, again.at(1).strikes) == (None, 1)
    assert again.site.alarms == set()


def test_a_connector_that_was_caught_too_often_stays_out_of_service() -> None:
    bench = pair()
    for _ in range(MOST_STRIKES):
        draws(bench, 26)
        bench.unplug(1)
        bench.run(10)
        bench.plug(1)
        bench.run(30)
    bench.unplug(1)
    bench.run(5)
    again = restarted(bench)
    again.online(1, 2)
    again.run(60)
    assert again.at(1).entitled_ma == 32_000
    assert again.at(1).sanction is Action.DISABLE
    assert [order.action for order in again.orders if order.connector == 1] == []


def test_a_station_that_refuses_its_limits_still_counts_at_its_rating() -> None:
    bench = pair()
    bench.refusing = {(1, Target.LIMIT)}
    bench.reconfigure(zones=(zone(1, 30),))
    bench.run(60)
    assert bench.at(1).unmanaged
    again = restarted(bench)
    assert again.at(1).entitled_ma == 32_000
    assert ("station_unmanaged", "S1/1") in again.site.alarms
    assert "still_refuses" in told(again)
    again.online(1, 2)
    again.run(60)
    assert again.setpoints_a() == [20, 20]
    assert again.site.alarms == set()


def test_a_station_whose_clock_is_wrong_may_run_on_what_it_was_told_for_ever() -> None:
    """S21, F21: it was told 32 A, and is away since before it could be told less; no lease of its ends for certain."""
    bench = Bench(SITE)
    bench.online(1, 2)
    bench.run(10)
    bench.plug(1)
    bench.run(30)
    bench.answers = False
    bench.tell(StationClock(1, wrong=True, skew_s=-86_400))
    bench.cycle()
    bench.tell(StationDisconnected(1))
    bench.cycle()
    again = restarted(bench)
    again.run(3_600, every=5)
    assert again.at(1).entitled_ma == 32_000
    assert ("clock_wrong", "S1") in again.site.alarms


def test_its_clock_is_found_right_after_the_restart() -> None:
    bench = pair()
    bench.tell(StationClock(1, wrong=True, skew_s=-86_400))
    bench.run(30)
    again = restarted(bench)
    again.online(1, 2)
    again.cycle()
    assert [order.action for order in again.orders] == [Action.CLOCK]
    again.tell(StationClock(1, wrong=False))
    again.run(60)
    assert (again.setpoints_a(), again.site.alarms) == ([20, 20], set())


def test_too_many_that_are_not_trusted_are_told_of_after_the_restart() -> None:
    """S24."""
    again = Bench(config([zone(1, 20)], [connector(1), connector(2)]))
    conduct = Conduct(strikes=1, disobeys=True, caught_ma=26_000, allowed_ma=10_000, excess_ma=26_000)
    again.tell(TransactionStarted(1, 101), Restored(1, True, 10_000, 10_000, 10_000, 10_000, 7, conduct=conduct))
    again.run(7)
    assert ("limit_not_enforceable", "Zone 1") in again.site.alarms


def test_a_person_who_trusts_it_again_clears_the_row() -> None:
    bench = pair()
    draws(bench, 26)
    bench.tell(Trusted(1))
    bench.cycle()
    assert row_of(bench.at(1)).conduct == Conduct()


def test_a_boot_clears_the_row() -> None:
    bench = pair()
    draws(bench, 26)
    bench.tell(StationBooted(1))
    bench.cycle()
    assert row_of(bench.at(1)).conduct == Conduct()


def test_a_station_that_was_away_when_it_was_trusted_is_told_after_the_restart() -> None:
    bench = pair()
    draws(bench, 26)
    bench.site.stations[1].ready = False
    bench.tell(Trusted(1))
    bench.cycle()
    again = restarted(bench)
    again.online(1, 2)
    again.cycle()
    assert [order.action for order in again.orders] == [Action.ENABLE]
    assert row_of(again.at(1)).conduct == Conduct()


@pytest.mark.parametrize("rounds", [1, 2, 6, 10])
def test_whatever_is_known_of_it_comes_back_as_it_was(rounds: int) -> None:
    bench = pair()
    draws(bench, 26, rounds)
    conduct = row_of(bench.at(1)).conduct
    again = row_of(restarted(bench).at(1)).conduct
    assert again == replace(conduct, disabled=False)
