"""L1: when a gain of a trembling building is given out."""

from math import inf
from random import Random

import pytest

from engine.smoothing import DEAD_BAND_MA, ROUND_S, STEP_MA, STILL_S, smooth
from engine.state import Zone

LEAST_S = 23.0
HELD_MA = 50_000


def given_at(gain_ma: int, *, begins_s: float, still_s: float = inf) -> list[int]:
    """The seconds in which a zone gets more: from `begins_s` on it has at least so much more, and trembles by 0.9 A;
    from `still_s` on it does not tremble any more."""
    zone, rng = Zone(), Random(3)
    found = []
    for now in range(4_000):
        above = 0 if now < begins_s else gain_ma + (rng.randint(0, 900) if now < still_s else 450)
        zone.capacity_ma = [HELD_MA + above] * 3
        before = zone.held_ma and zone.held_ma[0]
        smooth(zone, LEAST_S, float(now))
        if before is not None and zone.held_ma is not None and zone.held_ma[0] > before:
            found.append(now)
    return found


@pytest.mark.parametrize("begins_s", [10, 200, 400, 610])
def test_small_gains_are_given_out_in_the_same_moment_whenever_they_began(begins_s: float) -> None:
    """A car below two zones is told once."""
    given = given_at(2_500, begins_s=begins_s)
    assert given
    assert {now // ROUND_S * ROUND_S for now in given} == set(given)


def test_what_the_dead_band_would_nearly_take_is_not_given_out() -> None:
    assert given_at(DEAD_BAND_MA + 100, begins_s=10) == []


def test_stillness_after_long_trembling_must_last() -> None:
    """It may be chance: a building that is known to 0.5 A seems to stand still while it trembles by less."""
    assert given_at(DEAD_BAND_MA - 500, begins_s=10, still_s=100)[0] == pytest.approx(100 + STILL_S, abs=2)


def test_a_gain_that_stands_still_from_its_beginning_is_given_out_at_once() -> None:
    assert given_at(DEAD_BAND_MA - 500, begins_s=100, still_s=100)[0] == pytest.approx(100 + LEAST_S, abs=2)


def test_what_trembles_a_little_is_given_out_less_as_much() -> None:
    """The next ripple takes nothing back."""
    zone, rng = Zone(), Random(3)
    for now in range(60):
        zone.capacity_ma = [HELD_MA + (0 if now < 10 else 500 + rng.randint(0, 150))] * 3
        smooth(zone, LEAST_S, float(now))
    assert zone.held_ma is not None
    assert HELD_MA + 300 < zone.held_ma[0] < HELD_MA + 400


@pytest.mark.parametrize(("gain_ma", "times"), [(STEP_MA - 1, 0), (STEP_MA, 1)])
def test_what_is_less_than_the_last_digit_of_a_setpoint_is_not_given_out(gain_ma: int, times: int) -> None:
    """It would move a setpoint by rounding alone."""
    assert len(given_at(gain_ma - 450, begins_s=100, still_s=100)) == times
