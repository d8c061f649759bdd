"""The examples of the specification, through the whole step (ENE-1 to ENE-12, ENE-16, ENE-18)."""

from typing import Any

from engine.facts import Measured, MeterFailed, RanksReviewed
from engine.model import Production, Reduction
from engine.reasons import ReasonCode
from engine.wiring import Grid
from tests.engine.builders import Bench, config, connector, zone


def three_cars(max_a: float) -> Bench:
    bench = Bench(config([zone(1, max_a)], [connector(1), connector(2), connector(3)]))
    bench.online(1, 2, 3)
    bench.run(10)
    bench.plug(1, 2, 3)
    bench.run(20)
    return bench


def test_three_cars_share_a_static_zone_of_60_a() -> None:
    assert three_cars(60).setpoints_a() == [20, 20, 20]


def test_when_one_leaves_the_two_others_get_30_a() -> None:
    bench = three_cars(60)
    bench.unplug(3)
    bench.run(10)
    assert bench.setpoints_a() == [30, 30]


def test_a_vip_gets_its_maximum_and_the_others_share_the_rest() -> None:
    bench = Bench(config([zone(1, 60)], [connector(1), connector(2), connector(3)]))
    bench.online(1, 2, 3)
    bench.run(10)
    bench.plug(1, 2)
    bench.plug(3, vip=True)
    bench.run(30)
    assert bench.setpoints_a() == [14, 14, 32]


def test_the_place_in_line_counts_the_vips_before_everybody_else() -> None:
    bench = Bench(config([zone(1, 12)], [connector(n) for n in range(1, 6)]))
    bench.online(1, 2, 3, 4, 5)
    bench.run(10)
    bench.plug(1, 2)
    bench.plug(3, 4, 5, vip=True)
    bench.run(30)
    paused = {n: bench.at(n).reason for n in range(1, 6) if bench.at(n).reason.code is ReasonCode.SUSPENDED}
    assert {n: reason.as_dict()["rank"] for n, reason in paused.items()} == {5: 3, 1: 4, 2: 5}


def test_of_three_cars_in_15_a_the_one_that_received_the_most_is_suspended() -> None:
    bench = three_cars(15)
    for identity, energy in ((1, 5000), (2, 9000), (3, 1000)):
        bench.tell(Measured(identity, (0, 0, 0), energy_wh=energy))
    bench.tell(RanksReviewed())
    bench.run(20)
    assert bench.setpoints_a() == [7.5, 0, 7.5]
    assert bench.at(2).reason.code is ReasonCode.SUSPENDED


def test_a_car_that_is_suspended_is_told_of_the_reduction() -> None:
    bench = Bench(config([zone(1, 20, reductions=(Reduction("peak", 0),))], [connector(1)]))
    bench.online(1)
    bench.plug(1)
    bench.run(20)
    told = bench.at(1).reason.as_dict()
    assert (told["max_a"], told["effective_a"], told["reduced_by"], told["reserved_a"]) == (20, 0, "peak", 0)


def test_ranks_stay_put_between_reviews() -> None:
    bench = three_cars(15)
    before = bench.setpoints_a()
    bench.tell(Measured(1, (0, 0, 0), energy_wh=50_000))
    bench.run(600)
    assert bench.setpoints_a() == before


def test_ranks_are_reviewed_after_15_minutes_even_without_the_scheduler() -> None:
    bench = three_cars(15)
    for identity in (1, 2):
        bench.tell(Measured(identity, (0, 0, 0), energy_wh=9000 + identity))
    bench.run(940)
    assert bench.setpoints_a() == [7.5, 0, 7.5]


def test_a_new_car_is_served_at_once_before_reviewed_ones() -> None:
    bench = Bench(config([zone(1, 15)], [connector(1), connector(2), connector(3)]))
    bench.online(1, 2, 3)
    bench.plug(1, 2)
    bench.run(20)
    bench.tell(Measured(2, (0, 0, 0), energy_wh=900), RanksReviewed())
    bench.plug(3)
    bench.run(20)
    assert bench.setpoints_a() == [7.5, 0, 7.5]


def dynamic(meter_a: float, *, max_a: float = 70, solar_a: float = 0, cars: int = 3, **more: Any) -> Bench:
    bench = Bench(
        config(
            [zone(1, max_a, meter=1, degraded_ma=30_000, production_meter=2 if solar_a else None, **more)],
            [connector(i + 1) for i in range(cars)],
            production=Production.LOCAL_GRID,
        )
    )
    bench.readings = {1: (int(meter_a * 1000),) * 3}
    if solar_a:
        bench.readings[2] = (int(solar_a * 1000),) * 3
    bench.online(*range(1, cars + 1))
    bench.run(10)
    return bench


def test_solar_counts_on_top_of_the_grid_70_30_19_gives_27_a_each() -> None:
    bench = dynamic(19 - 30, solar_a=30)
    bench.plug(1, 2, 3)
    for _ in range(40):
        bench.run(1)
        draw = bench.setpoints_a()
        bench.readings[1] = (int((19 - 30 + sum(draw)) * 1000),) * 3
        if int(bench.now) % 10 == 0:
            for identity, ampere in enumerate(draw, 1):
                bench.measure(identity, ampere, ampere, ampere)
    assert bench.setpoints_a() == [27, 27, 27]


def test_a_reduction_applies_to_the_maximum_and_never_to_the_production() -> None:
    bench = dynamic(-20, max_a=100, solar_a=20, cars=4, reductions=(Reduction("test", 700),))
    assert bench.site.zones[0].capacity_ma == [90_000] * 3


def test_degraded_shares_of_the_guide() -> None:
    assert three_cars(60).at(1).share_ma == 20_000
    reduced = Bench(config([zone(1, 60, reductions=(Reduction("x", 800),))], [connector(i) for i in (1, 2, 3)]))
    reduced.cycle()
    assert reduced.at(2).share_ma == 16_000
    assert dynamic(0).at(3).share_ma == 10_000


def test_single_phase_cars_share_their_own_line_only() -> None:
    bench = Bench(
        config([zone(1, 32)], [connector(1, phases="L1"), connector(2, phases="L1"), connector(3, phases="L2")])
    )
    bench.online(1, 2, 3)
    bench.plug(1, 2, 3)
    bench.run(40)
    assert bench.setpoints_a() == [16, 16, 32]


def test_a_car_that_turns_out_to_use_one_phase_frees_the_others() -> None:
    bench = Bench(config([zone(1, 32)], [connector(1), connector(2)]))
    bench.online(1, 2)
    bench.plug(1, 2)
    bench.run(30)
    for _ in range(8):
        bench.measure(1, 16, 0, 0)
        bench.run(10)
    assert bench.at(1).lines == (0,)
    bench.tell(Measured(2, (0, 16_000, 16_000)))
    for _ in range(8):
        bench.measure(2, 0, 16, 16)
        bench.run(10)
    assert bench.setpoints_a() == [32, 32]


def test_a_phase_that_comes_back_counts_again_at_once() -> None:
    bench = Bench(config([zone(1, 32)], [connector(1)]))
    bench.online(1)
    bench.plug(1)
    for _ in range(8):
        bench.measure(1, 16, 0, 0)
        bench.run(10)
    bench.measure(1, 16, 1.2, 0)
    assert bench.at(1).lines == (0, 1, 2)


def test_a_delta_load_counts_in_full_on_both_lines() -> None:
    delta = Grid.DELTA
    bench = Bench(
        config(
            [zone(1, 32)],
            [connector(1, phases="L1L2", grid=delta), connector(2, phases="L2L3", grid=delta)],
            grid=delta,
        )
    )
    bench.online(1, 2)
    bench.plug(1, 2)
    bench.run(30)
    assert bench.setpoints_a() == [16, 16]


def test_every_zone_up_to_the_root_holds() -> None:
    bench = Bench(
        config(
            [zone(1, 40), zone(2, 32, parent=1), zone(3, 32, parent=1)],
            [connector(1, 2), connector(2, 2), connector(3, 3)],
        )
    )
    bench.online(1, 2, 3)
    bench.plug(1, 2, 3)
    bench.run(40)
    assert bench.setpoints_a() == [13.3, 13.3, 13.3]


def test_a_silent_meter_takes_the_zone_to_its_degraded_setpoint() -> None:
    bench = dynamic(10)
    bench.plug(1, 2, 3)
    bench.run(20)
    assert bench.setpoints_a() == [20, 20, 20]
    bench.readings = {}
    bench.run(6)
    assert bench.setpoints_a() == [10, 10, 10]
    assert bench.at(1).reason.code is ReasonCode.DEGRADED


def test_all_is_back_after_three_good_readings() -> None:
    bench = dynamic(10)
    bench.plug(1, 2, 3)
    bench.run(20)
    bench.readings = {}
    bench.run(20)
    bench.readings = {1: (40_000, 40_000, 40_000)}
    for identity in (1, 2, 3):
        bench.measure(identity, 10, 10, 10)
    bench.run(20)
    assert bench.setpoints_a() == [20, 20, 20]


def test_an_implausible_reading_degrades_in_the_next_cycle() -> None:
    bench = dynamic(10)
    bench.readings = {}
    bench.tell(MeterFailed(1, "current L1 is not a number", implausible=True))
    bench.cycle()
    assert bench.site.zones[0].degraded


def test_a_production_that_vanishes_counts_as_nothing() -> None:
    bench = dynamic(-10, solar_a=20)
    assert bench.site.zones[0].capacity_ma == [70_000 + 20_000 - 10_000] * 3
    bench.readings.pop(2)
    bench.run(6)
    assert bench.site.zones[0].production_ma == [0, 0, 0]


def test_a_building_metered_below_counts_in_the_unmetered_zone_above() -> None:
    bench = Bench(
        config(
            [zone(1, 100), zone(2, 80, parent=1, meter=1, degraded_ma=20_000), zone(3, 100, parent=1)],
            [connector(1, 2), connector(2, 3)],
        )
    )
    bench.readings = {1: (30_000, 20_000, 10_000)}
    bench.run(10)
    assert bench.site.zones[0].capacity_ma == [70_000, 80_000, 90_000]


def test_a_station_without_a_zone_gets_nothing() -> None:
    bench = Bench(config([zone(1, 60)], [connector(1, None)]))
    bench.online(1)
    bench.plug(1)
    bench.run(10)
    assert bench.setpoints_a() == [0]
    assert bench.at(1).reason.code is ReasonCode.NO_ZONE


def test_a_connector_below_the_minimum_says_so() -> None:
    bench = Bench(config([zone(1, 60)], [connector(1, max_a=5)]))
    bench.online(1)
    bench.plug(1)
    bench.run(5)
    assert bench.setpoints_a() == [0]
    assert bench.at(1).reason.code is ReasonCode.BELOW_MINIMUM


def test_setpoints_settle_for_a_constant_building() -> None:
    """ENE-3: four cars, one takes 8 A; after 60 s at most one change per connector in 10 minutes."""
    bench = Bench(config([zone(1, 100, meter=1, degraded_ma=40_000)], [connector(i) for i in (1, 2, 3, 4)]))
    bench.readings = {1: (20_000,) * 3}
    bench.online(1, 2, 3, 4)
    bench.run(10)
    bench.plug(1, 2, 3, 4)
    start = bench.now
    for second in range(660):
        draw = [min(8.0, s) if i == 0 else s for i, s in enumerate(bench.setpoints_a())]
        bench.readings = {1: (int((20 + sum(draw)) * 1000),) * 3}
        if second % 10 == 0:
            for identity, ampere in enumerate(draw, 1):
                bench.measure(identity, ampere, ampere, ampere)
        bench.run(1)
    for identity in (1, 2, 3, 4):
        assert len([at for at, _ in bench.changes_to(identity) if at > start + 60]) <= 1
    assert bench.setpoints_a() == [18, 20.6, 20.6, 20.6]
