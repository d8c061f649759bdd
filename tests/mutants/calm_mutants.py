"""What keeps setpoints still and turns fair."""

from tests.mutants.mutant import Mutant, Patch

_STABILITY = "tests/stability/"

CALM = (
    Mutant(
        "raises of one connector are not spaced",
        "L1: a station is told more again a moment after it was told more",
        (Patch("engine/dispatch.py", "SPACING_S = 15.0", "SPACING_S = 0.0"),),
        _STABILITY + "test_calm.py::test_a_station_that_comes_back_is_not_raised_earlier_than_the_others",
    ),
    Mutant(
        "each trough is followed by a raise",
        "L1: a lift or a heat pump takes a raise back again and again",
        (
            Patch(
                "engine/smoothing.py",
                "patience.factor = min(2 * patience.factor, MOST_S / least_s)",
                "patience.factor = 1.0",
            ),
        ),
        _STABILITY + "test_waves.py::test_a_lift_is_not_followed_into_each_trough[45-0]",
    ),
    Mutant(
        "small gains at any moment",
        "L1: a car below two metered zones is told twice in ten minutes, once for each",
        (Patch("engine/smoothing.py", " if rounds and worth_it else 0", " if worth_it else 0"),),
        "tests/engine/test_smoothing.py::test_small_gains_are_given_out_in_the_same_moment_whenever_they_began[200]",
    ),
    Mutant(
        "small gains whatever they are worth",
        "L1: a gain of 0.1 A beside the dead band is somebody's second change in ten minutes",
        (Patch("engine/smoothing.py", " if rounds and worth_it else 0", " if rounds else 0"),),
        "tests/engine/test_smoothing.py::test_what_the_dead_band_would_nearly_take_is_not_given_out",
    ),
    Mutant(
        "small gains to the last milliampere",
        "L1: what trembles by less than 0.2 A is given out whole, and the next ripple takes an ampere back",
        (Patch("engine/smoothing.py", "used_ma -= rise.still_range_ma[1] - rise.still_range_ma[0]", "used_ma -= 0"),),
        "tests/engine/test_smoothing.py::test_what_trembles_a_little_is_given_out_less_as_much",
    ),
    Mutant(
        "small gains that stand still by chance",
        "L1: after minutes of trembling a gain that happens to stand still for 23 s is given out, and taken back",
        (Patch("engine/smoothing.py", " + _by_chance_ma(rise, now)", ""),),
        "tests/engine/test_smoothing.py::test_stillness_after_long_trembling_must_last",
    ),
    Mutant(
        "gains of a few milliampere",
        "L1: what is left of a gain moves a setpoint by 0.1 A again, by rounding alone",
        (Patch("engine/smoothing.py", "if used_ma - held[line] >= STEP_MA:", "if used_ma > held[line]:"),),
        "tests/engine/test_smoothing.py::test_what_is_less_than_the_last_digit_of_a_setpoint_is_not_given_out[99-0]",
    ),
    Mutant(
        "newcomers displace running sessions between reviews",
        "ENE-11: who came last goes first, and one that has just begun is stopped again",
        (
            Patch(
                "engine/ranking.py", "return (0, 0.0, 0.0, session.arrival)", "return (0, 0.0, 0.0, -session.arrival)"
            ),
        ),
        _STABILITY + "test_turns.py::test_a_newcomer_that_fits_is_served_at_once_and_displaces_no_other_newcomer",
    ),
    Mutant(
        "a turn that began late is none",
        "L3: of equal sessions one has two turns in a row, and another one waits for two rounds",
        (Patch("engine/ranking.py", "ALIKE = 0.5", "ALIKE = 0.0"),),
        _STABILITY + "test_turns.py::test_of_those_who_received_the_same_the_one_that_waits_longest_is_next",
    ),
    Mutant(
        "a raise after an unanswered decrease is building",
        "L5, F4: what a station draws again that missed an answer is taken from all as if it were the building",
        (Patch("engine/dispatch.py", "        connector.settled_at = now\n", "        pass\n"),),
        "tests/engine/test_building.py::test_a_raise_after_a_decrease_that_nobody_answered_is_no_building",
    ),
)
