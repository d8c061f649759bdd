"""Stations that take standing defaults only: the setpoint is what they fall back to, and their memory wears out."""

from dataclasses import replace
from typing import Any

from engine.commands import Action, Target
from engine.facts import Restored, StationDisconnected
from engine.reasons import ReasonCode
from engine.wear import REFILL_S, WRITES_PER_DAY
from tests.engine.builders import Bench, config, connector, zone


def bench(max_a: float = 60, others: int = 2, **more: Any) -> Bench:
    """Connector 1 takes standing defaults only; its share is a third of the zone."""
    outlets = [replace(connector(1), default_only=True), *(connector(i + 2) for i in range(others))]
    made = Bench(config([zone(1, max_a, **more)], outlets))
    made.online(*(outlet.station for outlet in outlets))
    made.run(20)
    return made


def defaults_a(made: Bench, identity: int = 1) -> list[float]:
    return [ma / 1000 for _, ma in made.writes_to(identity, Target.DEFAULT)]


def test_it_is_told_its_setpoint_by_its_default_and_by_nothing_else() -> None:
    made = bench()
    made.plug(1, 2, 3)
    made.reconfigure(zones=(zone(1, 60, ebms_max_ma=30_000),))
    made.run(60)
    assert {w.target for _, w in made.sent if w.connector == 1} == {Target.DEFAULT}
    assert made.at(1).default.acked_ma == 10_000
    assert made.at(1).entitled_ma == 10_000


def test_its_setpoint_is_never_above_its_share() -> None:
    """It would outlive EVCE: when the leases of the others lapse, they draw their shares beside it."""
    made = bench()
    made.plug(1)
    made.run(120)
    assert max(defaults_a(made)) == 20
    assert made.at(1).reason.code is ReasonCode.STANDING


def crowded(degraded_a: float) -> Bench:
    """100 A are free; but the other connector takes no default, and may fall back to 32 A."""
    outlets = [replace(connector(1), default_only=True), connector(2)]
    made = Bench(config([zone(1, 100, meter=1, degraded_ma=round(degraded_a * 1000), ebms_max_ma=0)], outlets))
    made.readings = {1: (0, 0, 0)}
    made.refusing = {(2, Target.DEFAULT)}
    made.online(1, 2)
    made.run(60)
    made.reconfigure(zones=(replace(made.site.config.zones[0], ebms_max_ma=None),))
    made.plug(1)
    made.run(60)
    return made


def test_its_session_gets_what_the_shares_of_others_leave() -> None:
    made = crowded(40.1)
    assert (made.at(1).default.acked_ma, made.at(1).crowded) == (8_100, 0)
    assert made.at(1).share_ma > 8_100


def test_its_session_gets_nothing_where_they_leave_less_than_a_minimum() -> None:
    made = crowded(37.9)
    assert (made.at(1).default.acked_ma, made.at(1).crowded) == (0, 0)


def test_offline_it_reserves_the_last_setpoint_that_may_stand() -> None:
    made = bench()
    made.plug(1)
    made.run(60)
    made.answers = False
    made.reconfigure(zones=(zone(1, 60, ebms_max_ma=30_000),))
    made.cycle()
    made.tell(StationDisconnected(1))
    made.run(10)
    assert made.at(1).entitled_ma == 20_000


def test_a_refused_decrease_leaves_the_larger_one_counted_and_then_its_rating() -> None:
    made = bench()
    made.plug(1)
    made.run(30)
    made.refusing = {(1, Target.DEFAULT)}
    made.reconfigure(zones=(zone(1, 60, ebms_max_ma=30_000),))
    made.run(2)
    assert made.at(1).entitled_ma == 20_000
    made.run(40)
    assert (made.at(1).unmanaged, made.at(1).entitled_ma) == (True, 32_000)
    made.refusing = set()
    made.run(90)
    assert (made.at(1).unmanaged, made.at(1).entitled_ma) == (False, 10_000)


def test_what_held_it_down_is_taken_away_when_it_turns_out_to_be_one() -> None:
    made = Bench(config([zone(1, 60)], [connector(1), connector(2)]))
    made.online(1, 2)
    made.run(20)
    assert made.at(1).entitled_ma == 0
    made.reconfigure(connectors=(replace(connector(1), default_only=True), connector(2)))
    made.run(2)
    assert [order.action for order in made.orders if order.connector == 1] == [Action.RELEASE]
    assert made.at(1).entitled_ma == 30_000


def test_a_session_that_was_not_managed_is_when_its_default_carries_it() -> None:
    made = Bench(config([zone(1, 60)], [connector(1), connector(2)]))
    made.online(1, 2)
    made.run(20)
    made.refusing = {(1, Target.LIMIT)}
    made.plug(1, 2)
    made.run(40)
    assert (made.at(1).unmanaged, made.at(1).entitled_ma) == (True, 32_000)
    made.reconfigure(connectors=(replace(connector(1), default_only=True), connector(2)))
    made.run(60)
    assert (made.at(1).unmanaged, made.at(1).entitled_ma) == (False, 30_000)
    assert ("station_unmanaged", "S1/1") not in made.site.alarms


def wear_out(made: Bench) -> None:
    """Lower and raise the zone until raises of its default have to wait."""
    for _ in range(WRITES_PER_DAY):
        made.reconfigure(zones=(zone(1, 60, ebms_max_ma=30_000),))
        made.run(5)
        made.reconfigure(zones=(zone(1, 60),))
        made.run(5)


def test_raises_wait_when_the_memory_has_borne_enough_and_decreases_never_do() -> None:
    made = bench()
    wear_out(made)
    stands = made.at(1).default.acked_ma
    assert stands == 10_000
    assert ("default_writes_used_up", "S1/1") in made.site.alarms
    made.reconfigure(zones=(zone(1, 60, ebms_max_ma=24_000),))
    made.run(5)
    assert made.at(1).default.acked_ma == 8_000


def test_the_allowance_comes_back_with_time() -> None:
    made = bench()
    wear_out(made)
    sent = made.at(1).wear.writes
    made.run(REFILL_S * (WRITES_PER_DAY + 2), every=60)
    assert made.at(1).default.acked_ma == 20_000
    assert made.at(1).wear.writes > sent
    assert ("default_writes_used_up", "S1/1") not in made.site.alarms


def test_the_counter_survives_a_restart() -> None:
    made = Bench(config([zone(1, 60)], [replace(connector(1), default_only=True)]))
    made.tell(Restored(1, True, None, 0, 10_000, 10_000, 9, default_writes=300, default_allowance=0.0))
    made.online(1)
    made.run(60)
    assert made.at(1).wear.writes == 301
    assert made.at(1).default.acked_ma == 10_000


def test_a_day_of_quiet_charging_writes_few_transaction_profiles() -> None:
    """S21: at or above its share a setpoint is refreshed at a third of its 600 s, and by nothing else."""
    made = Bench(config([zone(1, 10)], [connector(1)]))
    made.online(1)
    made.plug(1)
    made.run(30)
    before = len(made.writes_to(1))
    made.run(86_400, every=10)
    assert len(made.writes_to(1)) - before <= 3 * 86_400 // 600


def test_a_connector_on_its_default_is_not_held_before_that_stands() -> None:
    """Some stations keep one profile: it has to be the default."""
    made = Bench(config([zone(1, 60)], [connector(1)]))
    made.refusing = {(1, Target.DEFAULT)}
    made.online(1)
    made.run(20)
    assert made.writes_to(1, Target.HOLD) == []


def test_what_a_station_refused_did_not_wear_it_out() -> None:
    """It is retried each minute: when it takes its default again nothing has to wait."""
    made = Bench(config([zone(1, 60)], [connector(1)]))
    made.refusing = {(1, Target.DEFAULT)}
    made.online(1)
    made.run(3_600, every=5)
    assert made.at(1).wear.writes == 0
    made.refusing = set()
    made.run(120)
    assert made.at(1).default.acked_ma == 32_000


def test_a_limit_that_it_refused_before_it_was_known_counts_no_more() -> None:
    """It would block the raises of the others until its lease is over."""
    made = Bench(config([zone(1, 43)], [connector(1), connector(2)]))
    made.online(1, 2)
    made.run(10)
    made.refusing = {(1, Target.LIMIT)}
    made.plug(1, 2)
    made.run(1)
    made.silent = {1}
    made.reconfigure(connectors=(replace(connector(1), default_only=True), connector(2)))
    made.answer()
    made.silent = set()
    made.run(60)
    assert not made.at(1).limit.doubts
    assert made.at(1).entitled_ma == made.at(1).default.acked_ma


def test_after_a_restart_a_limit_that_it_never_took_counts_no_more_either() -> None:
    made = bench()
    made.plug(1)
    made.tell(Restored(1, True, None, 27_800, 10_000, 10_000, 7))
    assert not made.at(1).limit.doubts


def test_a_hold_of_the_process_before_is_taken_away_as_well() -> None:
    """Rows know nothing of it; it would keep the car at 0 A until its lease is over."""
    made = bench()
    made.orders.clear()
    made.tell(StationDisconnected(1))
    made.online(1)
    made.run(100)
    assert [order.action for order in made.orders if order.connector == 1].count(Action.RELEASE) > 2
