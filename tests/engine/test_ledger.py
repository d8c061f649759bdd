"""E and the order of writes: what S1a, S3, S6, S11, S12, S22 to S25 ask, case by case."""

from dataclasses import replace

import pytest

from engine.commands import Target
from engine.facts import (
    Outcome,
    Restored,
    StartExpected,
    StationBooted,
    StationDisconnected,
    Status,
    StatusChanged,
    TransactionStarted,
    WriteEnded,
)
from engine.model import Reduction
from tests.engine.builders import Bench, config, connector, zone


def pair(max_a: float = 40) -> Bench:
    """Two sessions that have settled at half of the zone each."""
    bench = Bench(config([zone(1, max_a)], [connector(1), connector(2)]))
    bench.online(1, 2)
    bench.run(10)
    bench.plug(1, 2)
    bench.run(30)
    return bench


def test_a_raise_waits_until_the_decrease_that_pays_for_it_has_settled() -> None:
    bench = Bench(config([zone(1, 40)], [connector(1), connector(2, max_a=32)]))
    bench.online(1, 2)
    bench.run(10)
    bench.plug(1)
    bench.run(20)
    start = bench.now
    bench.plug(2, vip=True)
    bench.run(30)
    (lowered_at, lowered), *_ = [w for w in bench.writes_to(1) if w[0] > start]
    (raised_at, raised), *_ = [w for w in bench.writes_to(2) if w[1] > 20_000]
    assert (lowered, raised) == (8_000, 32_000)
    assert raised_at >= lowered_at + 6


def test_without_an_answer_to_the_decrease_there_is_no_raise() -> None:
    bench = pair()
    bench.silent = {1}
    bench.reconfigure(connectors=(connector(1), connector(2, vip=True)))
    bench.unplug(2)
    bench.plug(2, vip=True)
    bench.run(60)
    assert bench.setpoints_a()[1] <= 20


def test_a_decrease_goes_out_in_the_same_cycle_as_the_cause() -> None:
    bench = pair()
    bench.reconfigure(zones=(zone(1, 20),))
    bench.cycle()
    assert [w.limit_ma for w in bench.last.writes if w.target is Target.LIMIT] == [10_000, 10_000]


def test_an_offline_station_reserves_what_it_may_draw() -> None:
    bench = pair()
    bench.tell(StationDisconnected(1))
    bench.run(5)
    assert bench.at(1).entitled_ma == 20_000
    assert bench.setpoints_a()[1] == 20


def test_an_idle_offline_station_reserves_its_degraded_share() -> None:
    bench = pair()
    bench.unplug(1)
    bench.run(30)
    assert bench.setpoints_a() == [32]
    bench.tell(StationDisconnected(1))
    bench.run(10)
    assert bench.at(1).entitled_ma == 20_000
    assert bench.setpoints_a() == [20]


def test_an_offline_station_reserves_what_it_acknowledged_not_the_newest_share() -> None:
    """S6: 60 A, 3 connectors, one offline, lowered to 48 A: 20 A stay reserved."""
    bench = Bench(config([zone(1, 60)], [connector(1), connector(2), connector(3)]))
    bench.online(1, 2, 3)
    bench.run(10)
    bench.tell(StationDisconnected(3))
    bench.reconfigure(zones=(zone(1, 48),))
    bench.run(10)
    assert bench.at(3).entitled_ma == 20_000
    assert bench.at(3).share_ma == 16_000


def test_a_station_that_never_connected_reserves_nothing() -> None:
    bench = Bench(config([zone(1, 32)], [connector(1), connector(2)]))
    bench.online(1)
    bench.plug(1)
    bench.run(30)
    assert bench.at(2).entitled_ma == 0
    assert bench.setpoints_a() == [32]


def test_a_station_that_never_acknowledged_a_default_counts_at_its_rating() -> None:
    bench = Bench(config([zone(1, 40)], [connector(1), connector(2)]))
    bench.silent = {2}
    bench.online(1, 2)
    bench.plug(1)
    bench.run(30)
    assert bench.at(2).entitled_ma == 32_000
    assert bench.setpoints_a() == [8]


def test_after_a_boot_the_peers_are_left_alone_for_five_seconds() -> None:
    bench = pair()
    bench.unplug(1)
    bench.run(30)
    bench.silent = {1}
    bench.tell(StationBooted(1))
    bench.run(4)
    assert bench.setpoints_a() == [32]
    bench.run(4)
    assert bench.setpoints_a() == [20]


def test_a_late_answer_to_an_older_write_changes_nothing() -> None:
    bench = pair()
    old = bench.at(1).generation
    bench.tell(WriteEnded(1, old, Outcome.REJECTED), WriteEnded(1, old - 1, Outcome.ACCEPTED))
    bench.cycle()
    assert bench.at(1).limit.acked_ma == 20_000


def test_a_refused_raise_counts_until_something_lower_is_accepted() -> None:
    bench = pair()
    bench.answers = False
    bench.unplug(2)
    bench.run(1)
    (raised,) = [w for _, w in bench.sent if w.connector == 1 and w.limit_ma == 32_000]
    bench.tell(WriteEnded(1, raised.generation, Outcome.REJECTED))
    bench.cycle()
    assert bench.at(1).entitled_ma == 32_000


def test_a_station_that_keeps_refusing_counts_at_its_rating_with_an_alarm() -> None:
    bench = pair()
    bench.answers = False
    bench.reconfigure(zones=(zone(1, 30),))
    for _ in range(4):
        for write in bench.cycle().writes:
            outcome = Outcome.REJECTED if write.connector == 1 else Outcome.ACCEPTED
            bench.tell(WriteEnded(write.connector, write.generation, outcome))
        bench.now += 11
    bench.cycle()
    assert bench.at(1).entitled_ma == 32_000
    assert ("station_unmanaged", "S1/1") in bench.site.alarms


def test_settle_windows_stack() -> None:
    """S25: after several cuts in a row the largest limit whose window is open counts."""
    bench = pair(60)
    for limit in (50, 40, 30):
        bench.reconfigure(zones=(zone(1, limit),))
        bench.run(1)
    assert bench.at(1).entitled_ma == 30_000
    bench.run(7)
    assert bench.at(1).entitled_ma == 15_000


def test_an_idle_connector_is_held_down_and_reserves_nothing() -> None:
    bench = pair()
    bench.unplug(1)
    bench.run(30)
    assert (bench.at(1).hold.acked_ma, bench.at(1).entitled_ma) == (0, 0)
    assert bench.setpoints_a() == [32]


def test_a_station_with_one_stack_level_reserves_its_share_while_idle() -> None:
    """S21."""
    outlets = [connector(1), replace(connector(2), can_hold=False)]
    bench = Bench(config([zone(1, 40)], outlets))
    bench.online(1, 2)
    bench.plug(1)
    bench.run(30)
    assert bench.at(2).entitled_ma == 20_000
    assert bench.setpoints_a() == [20]


def test_a_station_that_refuses_to_be_held_down_reserves_its_share() -> None:
    bench = Bench(config([zone(1, 40)], [connector(1), connector(2)]))
    bench.refusing = {(2, Target.HOLD)}
    bench.online(1, 2)
    bench.plug(1)
    bench.run(60)
    assert bench.at(2).entitled_ma == 20_000
    assert bench.setpoints_a() == [20]


def test_a_hold_that_is_not_refreshed_gives_the_share_back_before_it_lapses() -> None:
    bench = pair()
    bench.unplug(1)
    bench.run(30)
    told = max(at for at, _ in bench.writes_to(1, Target.HOLD))
    bench.silent = {1}
    bench.run(1800 + told - bench.now - 670, every=5)
    assert bench.at(1).entitled_ma == 0
    bench.run(20)
    assert bench.at(1).entitled_ma == 20_000


def test_what_holds_a_connector_down_is_refreshed_in_time() -> None:
    bench = pair()
    bench.unplug(1)
    bench.run(4 * 3600, every=5)
    assert bench.at(1).entitled_ma == 0
    assert 12 <= len(bench.writes_to(1, Target.HOLD)) <= 16


def test_a_setpoint_above_the_share_is_refreshed_at_a_third_of_its_lease() -> None:
    bench = pair()
    bench.unplug(2)
    bench.run(3600, every=5)
    assert bench.setpoints_a() == [32]
    assert 15 <= len(bench.writes_to(1)) - len(bench.changes_to(1)) <= 20


def test_an_offline_station_falls_back_to_its_share_when_its_setpoint_has_lapsed() -> None:
    bench = pair()
    bench.unplug(2)
    bench.run(30)
    bench.tell(StationDisconnected(1))
    bench.run(560)
    assert bench.at(1).entitled_ma == 32_000
    bench.run(60)
    assert bench.at(1).entitled_ma == 20_000


def test_a_setpoint_below_the_share_counts_only_while_its_lease_lasts() -> None:
    bench = pair()
    bench.reconfigure(zones=(zone(1, 40), zone(2, 14, parent=1)), connectors=(connector(1), connector(2, 2)))
    bench.run(60)
    lowered = bench.at(2).limit.acked_ma
    bench.reconfigure(zones=(zone(1, 40), zone(2, 14, parent=1)))
    assert lowered is not None
    assert bench.at(2).entitled_ma == lowered


def test_a_car_that_is_about_to_start_finds_its_minimum_free() -> None:
    bench = Bench(config([zone(1, 36)], [connector(1), connector(2)]))
    bench.online(1, 2)
    bench.run(10)
    bench.plug(2)
    bench.run(30)
    bench.tell(StatusChanged(1, Status.PREPARING))
    bench.run(10)
    assert bench.setpoints_a() == [30]
    bench.run(140)
    assert bench.setpoints_a() == [32]


def test_a_card_counts_for_the_other_connectors_of_its_station_only_until_one_starts() -> None:
    sites = [replace(connector(i), station=1, number=i) for i in (1, 2)]
    bench = Bench(config([zone(1, 40)], sites))
    bench.online(1)
    bench.run(10)
    bench.tell(StartExpected(1), StartExpected(2))
    bench.cycle()
    assert bench.site.zones[0].reserved_ma == [12_000] * 3
    bench.plug(1)
    bench.cycle()
    assert bench.site.zones[0].reserved_ma == [0] * 3


def test_a_moved_connector_counts_in_both_zones_until_a_setpoint_has_settled() -> None:
    """S12."""
    bench = Bench(config([zone(1, 40), zone(2, 40)], [connector(1, 1), connector(2, 1)]))
    bench.online(1, 2)
    bench.run(10)
    bench.plug(1)
    bench.run(20)
    bench.answers = False
    bench.reconfigure(connectors=(connector(1, 2), connector(2, 1)))
    bench.cycle()
    assert [z.entitled_ma[0] for z in bench.site.zones] == [32_000, 32_000]
    bench.answer()
    bench.run(30)
    assert [z.entitled_ma[0] for z in bench.site.zones] == [0, 32_000]


def test_after_a_restart_nothing_is_raised_before_every_station_answered_or_is_reserved() -> None:
    """S11: the rows say 20 A and 20 A in a zone of 40 A; only one station comes back."""
    bench = Bench(config([zone(1, 40)], [connector(1), connector(2)]))
    for identity in (1, 2):
        bench.tell(
            TransactionStarted(identity, 100 + identity),
            Restored(identity, True, 20_000, 20_000, 20_000, 20_000, 7),
        )
    bench.online(1)
    bench.run(60)
    assert max(limit for _, limit in bench.writes_to(1)) == 20_000
    assert bench.at(2).entitled_ma == 20_000


def test_a_write_in_doubt_survives_the_restart() -> None:
    bench = Bench(config([zone(1, 60)], [connector(1), connector(2)]))
    bench.tell(TransactionStarted(1, 101), Restored(1, True, 10_000, 32_000, 20_000, 20_000, 9))
    bench.online(2)
    bench.plug(2)
    bench.run(30)
    assert bench.at(1).entitled_ma == 32_000
    assert bench.setpoints_a()[1] == 28


def test_power_on_with_unknown_stations_never_promises_more_than_the_zone() -> None:
    """S23: 20 stations that were never seen, all at once, answers delayed."""
    bench = Bench(config([zone(1, 200)], [connector(i) for i in range(1, 21)]))
    bench.answers = False
    bench.online(*range(1, 21))
    bench.cycle()
    assert {w.limit_ma for _, w in bench.sent} == {0}


def test_shares_are_written_once_the_stations_are_known() -> None:
    bench = Bench(config([zone(1, 200)], [connector(i) for i in range(1, 21)]))
    bench.online(*range(1, 21))
    bench.run(15)
    assert {c.default.acked_ma for c in bench.site.connectors.values()} == {10_000}


def test_a_share_is_not_raised_under_a_car_that_runs_on_it_while_the_zone_is_full() -> None:
    """S22: the first connector can't be held down, and its car starts on the share."""
    bench = Bench(config([zone(1, 40)], [replace(connector(1), can_hold=False), connector(2)]))
    bench.online(1, 2)
    bench.run(10)
    bench.plug(2)
    bench.run(20)
    bench.silent = {2}
    bench.plug(1)
    bench.reconfigure(zones=(zone(1, 50, reductions=(Reduction("x", 800),)),))
    bench.reconfigure(zones=(zone(1, 45),))
    bench.run(2)
    raised = [w for _, w in bench.sent if w.connector == 1 and w.target is Target.DEFAULT and w.limit_ma > 20_000]
    assert raised == [] or bench.site.zones[0].entitled_ma[0] <= 45_000


def test_a_limit_that_cannot_be_kept_raises_an_alarm() -> None:
    """S24: the zone is lowered while the only other station is silent."""
    bench = pair()
    bench.tell(StationDisconnected(1))
    bench.reconfigure(zones=(zone(1, 15),))
    bench.run(2)
    assert bench.setpoints_a()[1] == 0
    assert ("limit_not_enforceable", "Zone 1") not in bench.site.alarms
    bench.run(5)
    assert ("limit_not_enforceable", "Zone 1") in bench.site.alarms


@pytest.mark.parametrize(
    ("most_a", "reduced_a", "codes"),
    [
        (40, 15, {"reduction_not_enforceable"}),
        (15, None, {"limit_not_enforceable"}),
        (15, 10, {"limit_not_enforceable", "reduction_not_enforceable"}),
    ],
)
def test_the_breaker_is_told_apart_from_a_reduction(most_a: int, reduced_a: int | None, codes: set[str]) -> None:
    """S24: 20 A are kept for the silent one; only a soft limit may become unenforceable without harm."""
    bench = pair()
    bench.tell(StationDisconnected(1))
    bench.reconfigure(zones=(zone(1, most_a, ebms_max_ma=reduced_a and reduced_a * 1000),))
    bench.run(7)
    assert {code for code, _ in bench.site.alarms} == codes
    bench.reconfigure(zones=(zone(1, 40),))
    bench.run(7)
    assert bench.site.alarms == set()


def test_setpoints_are_never_between_zero_and_the_minimum() -> None:
    bench = Bench(config([zone(1, 50)], [connector(i) for i in range(1, 11)]))
    bench.online(*range(1, 11))
    bench.plug(*range(1, 11))
    bench.run(60)
    assert all(w.limit_ma == 0 or w.limit_ma >= 6_000 for _, w in bench.sent)
    assert bench.setpoints_a() == [6.2] * 8 + [0, 0]
