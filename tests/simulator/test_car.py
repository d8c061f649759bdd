"""The car model: reaction, taper, start delay (invariants 1)."""

import itertools
from collections.abc import Sequence
from dataclasses import replace
from math import inf

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.car import REACTION_S, Car, CarSpec

RAMP = CarSpec(lag_s=1.0, ramp_s=4.0, start_delay_s=0.0, knee_soc=1.0, battery_wh=1e6)
STEP = replace(RAMP, lag_s=2.0, ramp_s=0.0)


def plugged(spec: CarSpec, offered_ma: int = 32_000, *, battery_speed: float = 1.0) -> Car:
    car = Car(spec, battery_speed=battery_speed)
    car.plug(3, 230.0, 0.0)
    car.offer(offered_ma, 0.0)
    return car


def seen(car: Car, instants: Sequence[float]) -> list[int]:
    return [car.current_ma(at) for at in instants]


def test_a_car_waits_and_then_ramps_to_what_it_is_offered() -> None:
    assert seen(plugged(RAMP, 16_000), (0, 1, 2, 3, 9)) == [0, 0, 8_000, 16_000, 16_000]


def test_a_step_car_changes_at_once_after_its_lag() -> None:
    assert seen(plugged(STEP, 16_000), (1.9, 2.0)) == [0, 16_000]


def test_a_car_follows_a_decrease() -> None:
    car = plugged(RAMP)
    assert car.current_ma(10) == 32_000
    car.offer(8_000, 10)
    assert seen(car, (11, 12, 15)) == [32_000, 24_000, 8_000]


def test_below_its_minimum_it_takes_nothing() -> None:
    car = plugged(STEP)
    car.current_ma(10)
    car.offer(5_900, 10)
    assert car.current_ma(12) == 0


def test_a_start_delay_counts_from_the_first_offer_after_none() -> None:
    car = plugged(replace(STEP, start_delay_s=30.0), 10_000)
    car.offer(20_000, 5)
    assert seen(car, (29.9, 30.0)) == [0, 20_000]
    car.offer(0, 40)
    car.offer(16_000, 50)
    assert seen(car, (79.9, 80.0)) == [0, 16_000]


def test_an_offer_withdrawn_during_the_start_delay_is_not_taken() -> None:
    car = plugged(replace(STEP, start_delay_s=30.0), 10_000)
    car.offer(0, 10)
    assert car.current_ma(60) == 0


def test_it_never_takes_more_than_its_charger() -> None:
    assert plugged(replace(STEP, max_ma=16_000)).current_ma(9) == 16_000


def test_a_car_may_overdraw() -> None:
    assert plugged(replace(STEP, overdraw_pm=1200), 10_000).current_ma(9) == 12_000


def test_the_open_contactor_stops_it_at_once() -> None:
    car = plugged(STEP)
    car.current_ma(9)
    car.cut(9)
    assert (car.current_ma(9), car.current_ma(20), car.next_at()) == (0, 0, inf)


def test_it_tapers_towards_full_and_stops() -> None:
    car = plugged(replace(STEP, battery_wh=10_000, soc=0.8, knee_soc=0.9))
    currents = seen(car, range(0, 3000, 60))
    assert max(currents) == 32_000
    assert all(a >= b for a, b in itertools.pairwise(currents[1:]))
    assert any(6_000 <= current < 32_000 for current in currents)
    assert car.full
    assert currents[-1] == 0


def test_battery_speed_changes_the_charge_level_only() -> None:
    slow, fast = plugged(replace(STEP, battery_wh=60_000)), plugged(replace(STEP, battery_wh=60_000), battery_speed=10)
    assert slow.current_ma(60) == fast.current_ma(60)
    assert slow.energy_wh == pytest.approx(fast.energy_wh)
    assert fast.soc - 0.4 == pytest.approx(10 * (slow.soc - 0.4))


def test_energy_is_the_area_under_the_current() -> None:
    car = plugged(RAMP)
    car.advance(3601 + 2)
    assert car.energy_wh == pytest.approx(3 * 230 * 32 * 3600 / 3600, rel=1e-6)


def test_a_car_slower_than_the_standard_is_refused() -> None:
    with pytest.raises(ValueError, match="within 5 s"):
        CarSpec(lag_s=3.0, ramp_s=3.0)


@settings(max_examples=60, deadline=None)
@given(
    lag=st.floats(0, 2.5),
    ramp=st.floats(0, 2.5),
    offers=st.lists(st.tuples(st.floats(0.01, 4), st.integers(0, 32) | st.just(0)), max_size=12),
)
def test_it_draws_at_most_the_largest_offer_of_its_reaction_time(
    lag: float, ramp: float, offers: list[tuple[float, int]]
) -> None:
    car = plugged(replace(RAMP, lag_s=lag, ramp_s=ramp), 0)
    at, given_ma = 0.0, [(0.0, 0)]
    for gap, amperes in offers:
        at += gap
        car.offer(amperes * 1000, at)
        given_ma.append((at, amperes * 1000))
        before = [ma for start, ma in given_ma if start <= at - REACTION_S][-1:]
        window = [ma for start, ma in given_ma if start > at - REACTION_S]
        assert car.current_ma(at) <= max(before + window) + 1


def test_a_car_with_a_timer_draws_nothing_until_then() -> None:
    car = plugged(replace(RAMP, sleeps_s=300.0))
    assert (car.current_ma(299), car.wish_ma, car.next_at()) == (0, 0, 300)
    assert car.current_ma(310) == car.wish_ma == 32_000


def test_a_car_whose_fan_pauses_it_stops_and_goes_on() -> None:
    car = plugged(replace(STEP, lag_s=0.0, pause_every_s=100.0, pause_for_s=40.0))
    assert seen(car, (50, 99.9, 100, 139.9, 140, 239.9, 240, 280)) == [
        32_000,
        32_000,
        0,
        0,
        32_000,
        32_000,
        0,
        32_000,
    ]


def test_a_resting_car_wants_nothing() -> None:
    car = plugged(replace(STEP, pause_every_s=100.0, pause_for_s=40.0))
    car.advance(120)
    assert (car.resting, car.wish_ma, car.wanted_ma) == (True, 0, 0)
