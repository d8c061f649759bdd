"""S7 to S9: what meters and reports may claim, and what is believed of it."""

from dataclasses import replace

import pytest

from engine.building import PULSE_S, span, window_s
from engine.commands import Target
from engine.facts import MeterRead, Outcome, StationBooted, StationDisconnected, WriteEnded
from engine.model import Production
from tests.engine.builders import Bench, config, connector, zone


def metered(max_a: float, building_a: float, *ratings_a: float) -> Bench:
    outlets = [connector(i, max_a=rating_a) for i, rating_a in enumerate(ratings_a, 1)]
    bench = Bench(config([zone(1, max_a, meter=1, degraded_ma=30_000)], outlets))
    bench.readings = {1: (int(building_a * 1000),) * 3}
    bench.online(*range(1, len(ratings_a) + 1))
    bench.run(20)
    return bench


def test_a_station_can_not_make_room_by_reporting_too_much() -> None:
    """S8: it may draw 20 A and says 80 A; the 60 A that the meter reads are building but for 20 A."""
    bench = metered(100, 60, 20, 32)
    bench.plug(1, 2)
    bench.run(30)
    for _ in range(6):
        bench.measure(1, 80, 80, 80)
        bench.run(10)
    building_ma = bench.site.zones[0].building_ma
    assert building_ma is not None
    assert min(building_ma) >= 40_000


def test_a_line_that_is_read_above_its_limit_sheds_whatever_the_estimate_says() -> None:
    """S9: station 1 has rebooted and may draw its share of 15 A, which would explain all of the new load."""
    bench = metered(80, 47, 32, 32)
    bench.plug(2)
    bench.run(10)
    bench.readings = {1: (79_000,) * 3}
    bench.run(30)
    assert bench.setpoints_a() == [32]
    bench.silent = {1}
    bench.tell(StationBooted(1))
    bench.run(1)
    bench.readings = {1: (90_000,) * 3}
    bench.run(3)
    assert bench.setpoints_a()[0] <= 23


def test_a_line_far_above_its_limit_is_shed_by_what_its_cars_draw_at_once() -> None:
    """S9, S10: four cars draw half of what they were told, and have said so once. The building takes 60 of 91 A."""
    bench = metered(91, 0, 20, 20, 20, 20)
    bench.plug(1, 2, 3, 4)
    bench.run(25)
    assert bench.setpoints_a() == [20, 20, 20, 20]
    for car in (1, 2, 3, 4):
        bench.measure(car, 10, 10, 10)
    bench.readings = {1: (100_000,) * 3}
    bench.run(3)
    assert sum(bench.setpoints_a()) <= 91 - 60


def test_a_building_that_grew_behind_a_reservation_is_read_before_that_is_given_away() -> None:
    """S1, S3: station 1 is away and may draw 32 A; what the building takes more meanwhile could be its."""
    outlets = [replace(connector(1), volatile=True), connector(2)]
    bench = Bench(config([zone(1, 80, meter=1, degraded_ma=30_000)], outlets))
    bench.readings = {1: (20_000,) * 3}
    bench.online(1, 2)
    bench.run(20)
    bench.tell(StationDisconnected(1))
    bench.plug(2)
    bench.run(10)
    for building_a in (20, 20, 50, 50):
        bench.measure(2, 28, 28, 28)
        bench.readings = {1: ((building_a + 28) * 1000,) * 3}
        bench.run(10)
    assert bench.setpoints_a() == [28]
    bench.online(1)
    for _ in range(4):
        bench.measure(2, 28, 28, 28)
        bench.run(5)
        told = [limit_ma for _, limit_ma in bench.writes_to(2)]
        assert max(told[-2:]) <= 30_000


def test_what_hides_nothing_is_given_away_at_once() -> None:
    """ENE-20: all reports agree with the reading when a car leaves."""
    bench = metered(60, 12, 32, 32)
    bench.plug(1, 2)
    bench.run(30)
    for _ in range(4):
        bench.measure(1, 24, 24, 24)
        bench.measure(2, 24, 24, 24)
        bench.readings = {1: (60_000,) * 3}
        bench.run(10)
    assert bench.setpoints_a() == [24, 24]
    bench.unplug(1)
    bench.readings = {1: (36_000,) * 3}
    bench.run(1)
    assert bench.setpoints_a() == [32]


def test_a_building_that_is_too_much_alone_takes_nothing_twice_from_the_zone_above() -> None:
    """S9, L2: zone 2 is reduced to nothing, its building goes on; the cars of zone 3 get what zone 1 has left."""
    zones = (zone(1, 60), zone(2, 40, parent=1, meter=1, degraded_ma=20_000, ebms_max_ma=0), zone(3, 60, parent=1))
    bench = Bench(config(zones, [connector(1, zone_id=2), connector(2, zone_id=3), connector(3, zone_id=3)]))
    bench.readings = {1: (20_000,) * 3}
    bench.online(1, 2, 3)
    bench.run(20)
    bench.plug(2, 3)
    bench.run(120)
    assert bench.setpoints_a() == [20, 20]


def test_a_meter_that_stands_still_while_the_cars_change_is_lost() -> None:
    bench = metered(100, 40, 32)
    bench.readings = {}
    bench.plug(1)
    for second in range(90):
        bench.tell(MeterRead(1, (40_000,) * 3, raw=7))
        if second % 10 == 0:
            drawn_a = 10 if second < 30 else 20
            bench.measure(1, drawn_a, drawn_a, drawn_a)
        bench.run(1)
    assert bench.site.zones[0].degraded
    assert bench.site.meters[1].reason == "frozen"


def test_what_cars_begin_to_draw_is_not_taken_off_words_that_have_stood_still() -> None:
    """F10: for the minute until it is called frozen it would make room for each car that begins."""
    bench = metered(50, 30, 32, 32)
    bench.readings = {}
    bench.plug(1, 2)
    for second in range(60):
        bench.tell(MeterRead(1, (30_000,) * 3, raw=7))
        if second > 10 and second % 10 == 0:
            drawn_a = bench.setpoints_a()[0]
            bench.measure(1, drawn_a, drawn_a, drawn_a)
        bench.run(1)
        assert sum(bench.setpoints_a()) <= 20.1
    bench.tell(MeterRead(1, (38_000,) * 3, raw=8))
    bench.cycle()
    building_ma = bench.site.zones[0].building_ma
    assert building_ma is not None
    assert max(building_ma) < 30_000


@pytest.mark.parametrize(("sun_a", "believed"), [(20, False), (0, True)])
def test_a_production_meter_that_stands_still_while_the_cars_change_is_lost_but_not_at_night(
    sun_a: int, believed: bool
) -> None:
    """MET-5: in a zone without a meter nothing else would tell that the sun is gone."""
    board = zone(1, 32, production_meter=2)
    bench = Bench(config([board], [connector(1), connector(2)], production=Production.LOCAL_GRID))
    bench.online(1, 2)
    bench.plug(1, 2)
    for second in range(150):
        bench.tell(MeterRead(2, (sun_a * 1_000,) * 3, raw=7))
        if second % 10 == 0:
            drawn_a = 16 if second < 60 else 8
            bench.measure(1, drawn_a, drawn_a, drawn_a)
        bench.run(1)
    assert bench.site.meters[2].trusted is believed
    assert sum(bench.setpoints_a()) == 32


def test_a_frozen_meter_that_moves_again_is_trusted_though_the_load_stands_still() -> None:
    """L5."""
    bench = metered(100, 40, 32)
    bench.readings = {}
    bench.plug(1)
    for second in range(120):
        bench.tell(MeterRead(1, (40_000,) * 3, raw=7 if second < 100 else 8))
        if second % 10 == 0:
            drawn_a = 10 if second < 30 else 20
            bench.measure(1, drawn_a, drawn_a, drawn_a)
        bench.run(1)
        if second == 95:
            assert bench.site.meters[1].reason == "frozen"
    assert bench.site.meters[1].trusted


def test_a_meter_is_not_frozen_because_a_car_left_a_moment_ago() -> None:
    """The reports of a session end with it at once; the meter shows it with its next readings."""
    bench = metered(100, 40, 32)
    bench.readings = {}
    bench.plug(1)
    for second in range(90):
        bench.tell(MeterRead(1, (40_000,) * 3, raw=7))
        if second % 10 == 0:
            bench.measure(1, 20, 20, 20)
        bench.run(1)
    bench.unplug(1)
    bench.run(2)
    bench.tell(MeterRead(1, (20_000,) * 3, raw=8))
    bench.run(1)
    assert not bench.site.zones[0].degraded


def test_a_meter_is_not_frozen_because_a_station_came_back_with_an_idle_car() -> None:
    """What it said before it went is no longer what it draws; whether the meter has seen that nobody can tell."""
    bench = metered(100, 40, 32)
    bench.plug(1)
    bench.run(20)
    bench.measure(1, 20, 20, 20)
    bench.run(2)
    bench.tell(StationDisconnected(1))
    bench.readings = {}
    for second in range(200):
        bench.tell(MeterRead(1, (20_000,) * 3, raw=7))
        if second == 100:
            bench.online(1)
        if second > 100 and second % 10 == 0:
            bench.measure(1, 0, 0, 0)
        bench.run(1)
    assert not bench.site.zones[0].degraded


def test_a_station_that_draws_more_than_it_was_told_counts_at_its_rating() -> None:
    """S15: told 20 A of 40, it goes on at 30; its peer is not raised beside it, but lowered."""
    bench = Bench(config([zone(1, 40)], [connector(1), connector(2)]))
    bench.online(1, 2)
    bench.plug(1, 2)
    bench.run(30)
    for _ in range(3):
        bench.measure(1, 30, 30, 30)
        bench.run(10)
    assert bench.at(1).entitled_ma == 32_000
    assert bench.setpoints_a()[1] <= 8


def test_a_raise_after_a_decrease_that_nobody_answered_is_no_building() -> None:
    """L5, F4: the car had followed 13 A all the same. What it reported then says nothing about what it draws at 20 A,
    though it counted for 20 A all along."""
    bench = Bench(config([zone(1, 20)], [connector(1)]))
    bench.online(1)
    bench.plug(1)
    bench.run(10)
    bench.silent = {1}
    bench.reconfigure(zones=(zone(1, 13),))
    for _ in range(3):
        bench.run(10)
        bench.measure(1, 13, 13, 13)
    assert span(bench.at(1), bench.now, window_s(bench.site)).hi == [13_000] * 3
    bench.tell(WriteEnded(1, bench.at(1).generation, Outcome.TIMEOUT))
    bench.silent = set()
    bench.reconfigure(zones=(zone(1, 20),))
    bench.run(6)
    assert bench.setpoints_a() == [20]
    assert span(bench.at(1), bench.now, window_s(bench.site)).hi == [20_000] * 3


def test_what_a_station_that_refuses_its_limits_draws_is_not_counted_twice() -> None:
    """L2: it is set aside at its rating; the building behind the meter is what is left without what it reports."""
    bench = metered(100, 20, 32, 32)
    bench.refusing = {(1, Target.LIMIT)}
    bench.plug(1)
    bench.readings = {1: (36_000,) * 3}
    for _ in range(6):
        bench.run(10)
        bench.measure(1, 16, 16, 16)
    assert bench.at(1).unmanaged
    assert bench.site.zones[0].building_ma == [20_000] * 3
    bench.plug(2)
    bench.run(30)
    assert bench.setpoints_a()[1] == 32


def paused() -> Bench:
    """A car that has drawn 16 A pauses: two reports say so. The building takes 10 A of 60."""
    bench = metered(60, 10, 16, 32)
    bench.plug(1, 2)
    bench.run(20)
    bench.measure(2, 6, 6, 6)
    for car_a in (16, 16, 0, 0):
        bench.readings = {1: ((16 + car_a) * 1000,) * 3}
        bench.measure(1, car_a, car_a, car_a)
        bench.measure(2, 6, 6, 6)
        bench.run(10)
    assert bench.site.zones[0].building_ma == [10_000] * 3
    return bench


def test_a_car_that_goes_on_is_no_building() -> None:
    """Else all are cut whenever its fan starts, until reports have caught up (ENE-3)."""
    bench = paused()
    bench.readings = {1: (32_000,) * 3}
    bench.run(8)
    assert bench.site.zones[0].building_ma == [10_000] * 3
    bench.measure(1, 16, 16, 16)
    bench.measure(2, 6, 6, 6)
    bench.run(10)
    assert bench.site.zones[0].building_ma == [10_000] * 3


def test_a_building_that_rises_beside_a_paused_car_is_known_with_its_next_report() -> None:
    bench = paused()
    bench.readings = {1: (32_000,) * 3}
    bench.run(8)
    bench.measure(1, 0, 0, 0)
    bench.measure(2, 6, 6, 6)
    bench.run(1)
    assert bench.site.zones[0].building_ma == [26_000] * 3


def test_what_is_more_than_a_paused_car_can_take_is_building_at_once() -> None:
    """S1: its 16 A are kept for it and not drawn, so as much of the building's is no danger; what is above is."""
    bench = paused()
    bench.readings = {1: (42_000,) * 3}
    bench.run(2)
    assert bench.site.zones[0].building_ma == [20_000] * 3


def test_a_car_that_begins_late_is_no_building() -> None:
    """It was told 16 A half a minute ago, and said so twice that it draws nothing."""
    bench = metered(60, 10, 16, 32)
    bench.plug(2)
    bench.run(10)
    bench.plug(1)
    for _ in range(4):
        bench.readings = {1: (16_000,) * 3}
        bench.measure(1, 0, 0, 0)
        bench.measure(2, 6, 6, 6)
        bench.run(10)
    assert bench.at(1).entitled_ma == 16_000
    bench.readings = {1: (32_000,) * 3}
    bench.run(5)
    assert bench.site.zones[0].building_ma == [10_000] * 3


def test_a_car_that_has_paused_for_long_is_not_waited_for() -> None:
    bench = paused()
    for _ in range(round(PULSE_S / 10)):
        bench.measure(1, 0, 0, 0)
        bench.measure(2, 6, 6, 6)
        bench.run(10)
    bench.readings = {1: (19_000,) * 3}
    bench.run(1)
    assert bench.site.zones[0].building_ma == [13_000] * 3


def test_a_raise_that_a_car_does_not_need_leaves_it_known_what_it_draws() -> None:
    """Else a jump of the building beside it is taken for the car's, and too little is shed (S9, S10)."""
    bench = metered(60, 10, 32, 32)
    bench.plug(1, 2)
    for _ in range(4):
        bench.readings = {1: (26_000,) * 3}
        bench.measure(1, 10, 10, 10)
        bench.measure(2, 6, 6, 6)
        bench.run(10)
    told = bench.at(1).limit.acked_ma
    bench.readings = {1: (25_800,) * 3}
    bench.reconfigure(zones=(zone(1, 61, meter=1, degraded_ma=30_000),))
    bench.run(3)
    bench.measure(1, 10, 10, 10)
    bench.measure(2, 6, 6, 6)
    bench.run(2)
    assert (bench.at(1).limit.acked_ma or 0) > (told or 0)
    bench.readings = {1: (56_000,) * 3}
    bench.run(1)
    assert bench.site.zones[0].building_ma == [40_000] * 3
