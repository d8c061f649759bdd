"""What ends of writes, links and moves may pay for: cases that only an entitlement kept to the letter gets right."""

import pytest

from engine.commands import Target
from engine.facts import (
    Outcome,
    StationConnected,
    StationDisconnected,
    StationReady,
    TransactionStarted,
    WriteEnded,
    WriteResisted,
)
from tests.engine.builders import Bench, config, connector, zone


def one_charges_all(bench: Bench) -> Bench:
    """Car 1 has its maximum; car 2 is a VIP that wants as much and has just come."""
    bench.online(1, 2)
    bench.run(10)
    bench.plug(1)
    bench.run(20)
    assert bench.setpoints_a() == [32]
    bench.plug(2, vip=True)
    return bench


def highest_told(bench: Bench, identity: int) -> int:
    return max((limit for _, limit in bench.writes_to(identity)), default=0)


@pytest.mark.parametrize("outcome", [Outcome.TIMEOUT, Outcome.ERROR, Outcome.REJECTED], ids=lambda o: o.value)
def test_a_decrease_that_was_not_accepted_pays_for_nothing(outcome: Outcome) -> None:
    bench = one_charges_all(Bench(config([zone(1, 40)], [connector(1), connector(2)])))
    bench.silent = {1}
    for _ in range(80):
        bench.run(0.5)
        for write in bench.last.writes:
            if write.connector == 1:
                bench.tell(WriteEnded(1, write.generation, outcome))
    assert bench.at(1).entitled_ma == 32_000
    assert highest_told(bench, 2) <= 8_000


def test_peers_make_room_for_one_that_did_not_take_its_decrease() -> None:
    """S1b, S16: three cars at 16 A; the limit falls to 30 A, and station 1 does not answer. The others pay at once."""
    bench = Bench(config([zone(1, 48)], [connector(1), connector(2), connector(3)]))
    bench.online(1, 2, 3)
    bench.plug(1, 2, 3)
    bench.run(40)
    assert bench.setpoints_a() == [16, 16, 16]
    bench.silent = {1}
    bench.reconfigure(zones=(zone(1, 30),))
    bench.run(1)
    assert bench.setpoints_a() == [10, 10, 10]
    bench.tell(*(WriteEnded(1, d.generation, Outcome.TIMEOUT) for d in list(bench.at(1).limit.doubts)))
    bench.run(1)
    assert bench.setpoints_a()[1:] == [7, 7]
    bench.silent = set()
    bench.run(60)
    assert bench.setpoints_a() == [10, 10, 10]


def test_peers_do_not_wait_until_every_form_was_refused() -> None:
    """S1b, S16: of eight forms each may take a slow station seconds."""
    bench = Bench(config([zone(1, 48)], [connector(1), connector(2), connector(3)]))
    bench.online(1, 2, 3)
    bench.plug(1, 2, 3)
    bench.run(40)
    bench.silent = {1}
    bench.reconfigure(zones=(zone(1, 30),))
    bench.run(1)
    (doubt,) = bench.at(1).limit.doubts
    bench.tell(WriteResisted(1, doubt.generation))
    bench.run(1)
    assert bench.setpoints_a() == [10, 7, 7]
    bench.silent = set()
    bench.tell(WriteEnded(1, doubt.generation, Outcome.ACCEPTED))
    bench.run(60)
    assert bench.setpoints_a() == [10, 10, 10]


def test_one_that_refused_limits_is_held_down_like_any_other_when_its_car_has_left() -> None:
    """S16, L5: it takes standing defaults, so that an idle connector needs none of the current that a session might."""
    bench = Bench(config([zone(1, 48)], [connector(1), connector(2)]))
    bench.online(1, 2)
    bench.run(5)
    bench.refusing = {(1, Target.LIMIT)}
    bench.plug(1, 2)
    bench.run(90)
    assert (bench.at(1).unmanaged, bench.setpoints_a()[1]) == (True, 16)
    bench.unplug(1)
    bench.run(30)
    assert (bench.at(1).entitled_ma, bench.setpoints_a()) == (0, [32])


def test_a_raise_whose_answer_was_lost_with_the_link_stays_counted() -> None:
    bench = Bench(config([zone(1, 40)], [connector(1), connector(2)]))
    bench.online(1, 2)
    bench.plug(1, 2)
    bench.run(30)
    bench.silent = {1}
    bench.unplug(2)
    bench.run(12)
    for doubt in list(bench.at(1).limit.doubts):
        bench.tell(WriteEnded(1, doubt.generation, Outcome.LOST))
    bench.tell(StationDisconnected(1))
    bench.plug(2)
    bench.run(10)
    assert (bench.at(1).entitled_ma, bench.setpoints_a()[1]) == (32_000, 8)


def test_after_a_reconnection_every_profile_is_written_again() -> None:
    bench = Bench(config([zone(1, 40)], [connector(1), connector(2)]))
    bench.online(1, 2)
    bench.plug(1, 2)
    bench.run(30)
    bench.tell(StationDisconnected(1))
    bench.run(5)
    bench.tell(StationConnected(1), StationReady(1))
    bench.cycle()
    assert {w.target for w in bench.last.writes if w.station == 1} == {Target.DEFAULT, Target.LIMIT}


def test_a_share_is_not_raised_before_the_others_gave_theirs_up() -> None:
    """S5, S12, S22: connector 3 leaves the zone; until it took its new share, its old one is not for the others."""
    both = [connector(1), connector(2)]
    bench = Bench(config([zone(1, 60), zone(2, 60)], [*both, connector(3)]))
    bench.online(1, 2, 3)
    bench.run(20)
    bench.silent = {3}
    bench.reconfigure(connectors=(*both, connector(3, 2)))
    bench.run(30)
    assert [bench.at(i).default.highest_ma for i in (1, 2)] == [20_000, 20_000]
    bench.silent = set()
    bench.answer()
    bench.run(60)
    assert [bench.at(i).default.highest_ma for i in (1, 2)] == [30_000, 30_000]


def test_a_raise_waits_for_a_decrease_in_another_zone_of_the_same_parent() -> None:
    zones = [zone(1, 40), zone(2, 40, parent=1), zone(3, 40, parent=1)]
    bench = one_charges_all(Bench(config(zones, [connector(1, 2), connector(2, 3)])))
    bench.silent = {1}
    bench.run(60)
    assert highest_told(bench, 2) <= 8_000


@pytest.mark.parametrize("line", ["L1", "L2", "L3"])
def test_every_line_is_shared_by_those_who_load_it(line: str) -> None:
    bench = Bench(config([zone(1, 32)], [connector(1, phases=line), connector(2, phases=line)]))
    bench.online(1, 2)
    bench.plug(1, 2)
    bench.run(30)
    assert bench.setpoints_a() == [16, 16]


@pytest.mark.parametrize("line", ["L1", "L2", "L3"])
def test_a_raise_waits_for_a_decrease_on_its_line(line: str) -> None:
    bench = one_charges_all(Bench(config([zone(1, 40)], [connector(1, phases=line), connector(2, phases=line)])))
    bench.silent = {1}
    bench.run(60)
    assert highest_told(bench, 2) <= 8_000


def test_two_raises_of_one_cycle_have_to_fit_together() -> None:
    """Car 1 is told to stop and does not answer: 32 of the 64 A are left for two VIPs who could have 32 A each."""
    bench = Bench(config([zone(1, 64)], [connector(1), connector(2), connector(3)]))
    bench.online(1, 2, 3)
    bench.run(10)
    bench.plug(1)
    bench.run(20)
    bench.silent = {1}
    bench.plug(2, 3, vip=True)
    bench.run(30)
    assert sorted([highest_told(bench, 2), highest_told(bench, 3)]) == [0, 32_000]


def test_a_car_that_starts_after_the_move_is_not_held_by_the_zone_that_was_left() -> None:
    """S12, L5: zone 1 is full, and connector 3 was moved out of it while it was offline."""
    outlets = [connector(1), connector(2), connector(3)]
    bench = Bench(config([zone(1, 40), zone(2, 32)], outlets))
    bench.online(1, 2, 3)
    bench.plug(1, 2)
    bench.run(40)
    bench.tell(StationDisconnected(3))
    bench.run(2)
    bench.reconfigure(connectors=(connector(1), connector(2), connector(3, zone_id=2)))
    bench.run(2)
    bench.tell(StationConnected(3), StationReady(3))
    bench.silent = {3}
    bench.cycle()
    bench.tell(TransactionStarted(3, 103))
    bench.answer()
    bench.silent = set()
    bench.run(40)
    assert bench.setpoints_a() == [20, 20, 32]
