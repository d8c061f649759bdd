"""True currents in the cables, and the judge."""

from typing import Any

import pytest

from simulator.car import Car, CarSpec
from simulator.meter import Meter
from simulator.plant import Board, Cable, Plant
from simulator.watch import Watch
from tests.simulator.central import STEP_CAR, Central, OutletSpec, charging

L1 = ((0,),)
ROTATED = ((1,), (2,), (0,))
L3_L1 = ((2, 0),)
ONE_PHASE = CarSpec(phases=1, lag_s=0, ramp_s=0, start_delay_s=0, knee_soc=1.0)
TWO_PHASES = CarSpec(phases=2, lag_s=0, ramp_s=0, start_delay_s=0, knee_soc=1.0)


def plant(central: Central, wiring: Any) -> Plant:
    top = Board("top", None, 100_000, 80_000, meter=Meter("m"), production_meter=Meter("p"))
    leaf = Board("leaf", "top", 50_000, 50_000)
    return Plant([top, leaf], [Cable(central.station, 1, "leaf", wiring)])


@pytest.mark.parametrize(
    ("car", "wiring", "expected_ma"),
    [
        (STEP_CAR, ROTATED, [32_000, 32_000, 32_000]),
        (ONE_PHASE, ROTATED, [0, 32_000, 0]),
        (TWO_PHASES, ROTATED, [0, 32_000, 32_000]),
        (ONE_PHASE, L1, [32_000, 0, 0]),
        (ONE_PHASE, L3_L1, [32_000, 0, 32_000]),
    ],
)
def test_a_car_loads_the_lines_that_its_outlet_is_wired_to(car: CarSpec, wiring: Any, expected_ma: list[int]) -> None:
    made = plant(charging(car=car, outlets=(OutletSpec(terminals=len(wiring)),)), wiring)
    assert made.ev_ma(10) == {"top": expected_ma, "leaf": expected_ma}


@pytest.mark.parametrize(
    ("car", "expected_ma", "watts"),
    [
        (STEP_CAR, [32_000, 32_000, 32_000], 12_748),
        (ONE_PHASE, [32_000, 0, 32_000], 7_360),
        (TWO_PHASES, [32_000, 0, 32_000], 7_360),
    ],
)
def test_without_neutral_a_car_of_less_than_three_phases_sits_between_two_lines(
    car: CarSpec, expected_ma: list[int], watts: int
) -> None:
    """Its terminals 1 and 2 are L3 and L1 here; sqrt(3) x 230 V x 32 A with three phases, 230 V x 32 A with one."""
    central = charging(car=car, outlets=(OutletSpec(delta=True),), at=3_700)
    made = plant(central, ((2,), (0,), (1,)))
    assert made.ev_ma(3_700)["top"] == expected_ma
    outlet = central.station.charging.outlets[1]
    assert outlet.power_w(3_700) == pytest.approx(watts, abs=1)
    assert outlet.register_wh(3_700) == pytest.approx(watts * 3_700 / 3600, rel=0.01)


def test_what_flows_to_a_dc_station_holds_its_losses_and_the_low_voltage() -> None:
    outlet = OutletSpec(200_000, dc=True, sag_pm=900, efficiency_pm=920)
    central = charging(outlets=(outlet,), sag_pm=900)
    made = plant(central, ROTATED)
    assert made.ev_ma(10)["top"] == list(central.station.currents_ma(1, 10)) == [38_648] * 3


def test_buildings_add_up_towards_the_top_and_the_sun_counts_against_them() -> None:
    made = plant(charging(), ROTATED)
    made.boards["leaf"].building_ma[:] = [1_000, 2_000, 3_000]
    made.boards["top"].building_ma[:] = [10_000, 0, 0]
    made.boards["top"].solar_ma[:] = [5_000, 5_000, 40_000]
    assert made.true_ma(10) == {"top": [38_000, 29_000, -5_000], "leaf": [33_000, 34_000, 35_000]}


def test_meters_show_their_board_and_the_sun() -> None:
    made = plant(charging(), ROTATED)
    made.boards["top"].solar_ma[:] = [5_000, 5_000, 5_000]
    made.feed_meters(10)
    meters = made.meters()
    assert meters["m"].reading_ma(10) == (27_000, 27_000, 27_000)
    assert meters["p"].reading_ma(10) == (5_000, 5_000, 5_000)


def test_a_zone_before_its_parent_is_refused() -> None:
    with pytest.raises(ValueError, match="before its parent"):
        Plant([Board("leaf", "top", 1, 1)])


def watched(central: Central) -> tuple[Plant, Watch]:
    made = plant(central, ROTATED)
    return made, Watch(made)


def test_the_worst_current_is_kept() -> None:
    central = charging()
    _made, watch = watched(central)
    watch.observe(10)
    central.station.unplug(1, 11)
    watch.observe(11)
    row = watch.report()[3]
    assert (row.zone, row.line, row.now_ma, row.worst_ma, row.worst_at, row.exceeded) == (
        "leaf", "L1", 0, 32_000, 10, False)  # fmt: skip


def test_time_above_the_limit_is_counted_in_a_row() -> None:
    made, watch = watched(charging())
    for at, load in ((10, 60_000), (12, 60_000), (15, 60_000), (15, 0), (20, 60_000), (21, 60_000)):
        made.boards["top"].building_ma[:] = [load, 0, 0]
        watch.observe(at)
    first, second = watch.report()[:2]
    assert (first.over_105_s, first.over_120_s, first.exceeded) == (5, 0, True)
    assert (second.over_105_s, second.exceeded) == (0, False)


def test_a_breaker_trips_on_its_own_rating_and_not_on_a_reduced_limit() -> None:
    made, watch = watched(charging(car=ONE_PHASE))
    made.boards["top"].building_ma[:] = [100_000, 0, 0]
    for at in range(10, 4000, 10):
        watch.observe(at)
    held = not watch.tripped
    made.boards["top"].building_ma[:] = [150_000, 0, 0]
    watch.observe(4000)
    watch.observe(4013)
    assert (held, watch.tripped) == (True, True)
    assert watch.report()[0].tripped_at == 4013


def test_a_second_station_counts_too() -> None:
    central, other = charging(), charging()
    made = plant(central, ROTATED)
    made.cables.append(Cable(other.station, 1, "top", L1))
    assert made.ev_ma(10) == {"top": [64_000, 32_000, 32_000], "leaf": [32_000] * 3}
    assert isinstance(other.station.charging.outlets[1].car, Car)
