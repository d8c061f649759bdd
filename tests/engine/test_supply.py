"""ENE-8: limits in W. The ampere that are counted are those at 0.9 of the nominal voltage."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.facts import Measured
from engine.model import Minimum
from engine.supply import Supply, minimum_ma, to_watts
from engine.wiring import Grid, parse_wiring
from tests.engine.builders import Bench, config, connector, zone

STAR, DELTA, SINGLE = (
    parse_wiring(w, g) for w, g in (("L1L2L3", Grid.STAR), ("L1L2L3", Grid.DELTA), ("L1", Grid.SINGLE))
)
VOLTS = {STAR: 690.0, SINGLE: 230.0}


def dc_bench(max_a: float = 100, **more: int) -> Bench:
    outlet = replace(connector(1, max_a=63), supply=Supply(dc=True, **more))
    made = Bench(config([zone(1, max_a)], [outlet, connector(2)]))
    made.online(1, 2)
    made.run(20)
    return made


@pytest.mark.parametrize(
    ("limit_a", "supply", "wiring", "watts"),
    [
        (32, Supply(dc=True), STAR, 19_872),
        (32, Supply(dc=True, delta=True), DELTA, 11_473),
        (32, Supply(dc=True), SINGLE, 6_624),
        (32, Supply(dc=True, efficiency_pm=920), STAR, 18_282),
        (10.1, Supply(watts=True), STAR, 6_272),
        (0, Supply(dc=True), STAR, 0),
    ],
)
def test_ampere_become_watt_by_the_lowest_voltage(limit_a: float, supply: Supply, wiring: tuple, watts: int) -> None:
    assert to_watts(int(limit_a * 1000), supply, wiring, 3) == watts


@given(st.integers(0, 500_000), st.floats(0.9, 1.1), st.integers(500, 1000), st.sampled_from([STAR, DELTA, SINGLE]))
def test_no_voltage_of_the_grid_makes_the_watt_more_than_the_ampere(
    limit_ma: int, voltage: float, efficiency_pm: int, wiring: tuple[tuple[int, ...], ...]
) -> None:
    """A constant power load, judged by physics: P / (U x factor x efficiency)."""
    delta = wiring is DELTA
    supply = Supply(dc=True, delta=delta, efficiency_pm=efficiency_pm)
    drawn_w = to_watts(limit_ma, supply, wiring, 3) * 1000 / efficiency_pm
    worth = 3**0.5 * 230 if delta else 230 * len(wiring)
    assert drawn_w / (worth * voltage) <= limit_ma / 1000 + 1e-6


def test_a_single_phase_car_on_a_station_in_watt_gets_a_third_of_them() -> None:
    assert to_watts(16_000, Supply(watts=True), STAR, 1) == 3_312


def test_a_dc_session_is_a_three_phase_load_whatever_it_reports() -> None:
    made = dc_bench()
    made.plug(1)
    for _ in range(10):
        made.run(10)
        made.measure(1, 20, 0, 0)
    assert made.at(1).lines == (0, 1, 2)


def test_the_current_of_the_cars_side_is_not_taken_for_that_of_the_lines() -> None:
    """It says 40 A at 400 V: on the lines these are 16 000 W / 690 V."""
    made = dc_bench()
    made.plug(1)
    made.run(10)
    made.tell(Measured(1, current_ma=40_000, power_w=16_000))
    assert made.at(1).report_ma() == (23_188, 23_188, 23_188)

    silent = dc_bench()
    silent.plug(1)
    silent.run(10)
    silent.tell(Measured(1, currents_ma=(40_000, None, None), offered_ma=90_000), Measured(1, current_ma=40_000))
    assert silent.at(1).excess_ma == 0
    assert silent.at(1).report_ma() == (None, None, None)


def test_a_dc_station_that_takes_more_than_its_watt_is_found_out() -> None:
    """Its limit of 20 A was written as 12 420 W: 15 kW are too much, though they are 21.7 A at the nominal voltage."""
    made = dc_bench(max_a=20)
    made.plug(1)
    made.run(30)
    assert made.at(1).limit.acked_ma == 20_000
    for _ in range(3):
        made.tell(Measured(1, power_w=15_000))
        made.run(10)
    assert made.at(1).disobeying_since is not None


def test_the_minimum_in_watt_is_still_six_ampere_at_the_nominal_voltage() -> None:
    made = dc_bench(max_a=6.6)
    made.plug(1)
    made.run(30)
    assert made.setpoints_a() == [0]
    made.reconfigure(zones=(zone(1, 6.7),))
    made.run(60)
    (limit_w,) = {w.limit_w for _, w in made.sent if w.connector == 1 and w.limit_ma == 6_700}
    assert made.setpoints_a() == [6.7]
    assert limit_w >= 6 * 3 * 230


def test_the_minimum_of_a_car_on_a_station_in_watt_is_six_ampere_at_the_highest_voltage() -> None:
    """EN 50160: 230 V may be 253 V. Less than 6 A can't be signalled, and the car would get nothing."""
    outlets = [replace(connector(1), supply=Supply(watts=True))]
    made = Bench(config([zone(1, 7.3)], outlets))
    made.online(1)
    made.plug(1)
    made.run(30)
    assert made.setpoints_a() == [0]
    made.reconfigure(zones=(zone(1, 7.4),))
    made.run(60)
    (limit_w,) = {w.limit_w for _, w in made.sent if w.connector == 1 and w.limit_ma == 7_400}
    assert limit_w is not None
    assert limit_w >= 6 * 3 * 253


def test_the_minimum_of_the_cars_norm_is_one_at_the_nominal_voltage() -> None:
    assert minimum_ma(Supply(watts=True), 14_000) == 15_600


def test_a_dc_minimum_is_its_models_and_never_that_of_the_cars_norm() -> None:
    outlets = [replace(connector(1), supply=Supply(dc=True, minimum_ma=3_000))]
    made = Bench(config([zone(1, 4)], outlets, minimum=Minimum.EVZE))
    made.online(1)
    made.plug(1)
    made.run(60)
    assert made.setpoints_a() == [4]
