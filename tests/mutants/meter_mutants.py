"""Faults in what meters and reports are believed (S7 to S9)."""

from tests.mutants.mutant import Mutant, Patch

BUILDING = "engine/building.py"
LEDGER = "engine/ledger.py"
_BUILDING, _SHARING = "tests/engine/test_building.py::", "tests/engine/test_sharing.py::"

METERS = (
    Mutant(
        "miswired meter believed",
        "F11, MET-6: a meter that the cars have proven wrong goes on saying what room there is",
        (Patch(BUILDING, "    if meter.miswired:\n", "    if False:\n"),),
        "tests/engine/test_wiring_watch.py::test_a_meter_that_is_proven_wrong_is_not_believed_and_its_zone_falls_back",
    ),
    Mutant(
        "one line without neutral",
        "ENE-7: a car between two lines is taken for a load of the one that its station counts",
        (Patch("engine/phases.py", "len(used) > 1 if grid is Grid.DELTA else bool(used)", "bool(used)"),),
        "tests/engine/test_learning.py::test_without_neutral_nobody_is_given_a_line_that_a_car_may_use",
    ),
    Mutant(
        "stale meter kept",
        "S7, F10: a silent meter is believed for ever",
        (Patch(BUILDING, "if meter.trusted and not meter.answers(now):", "if False:"),),
        _SHARING + "test_a_silent_meter_takes_the_zone_to_its_degraded_setpoint",
    ),
    Mutant(
        "frozen words make room",
        "S7, F10: what cars begin to draw is taken off a reading that has stood still since before",
        (Patch(BUILDING, "    news = now - meter.raw_since <= meter.config.stale_s\n", "    news = True\n"),),
        _BUILDING + "test_what_cars_begin_to_draw_is_not_taken_off_words_that_have_stood_still",
    ),
    Mutant(
        "frozen production kept",
        "S7, F10, MET-5: a production meter whose words stand still while the cars change goes on giving current",
        (Patch("engine/capacity.py", " and not any(state.currents_ma)\n", "\n"),),
        _BUILDING + "test_a_production_meter_that_stands_still_while_the_cars_change_is_lost_but_not_at_night",
    ),
    Mutant(
        "frozen meter kept",
        "S7, F11: a meter whose words stand still while the cars change is believed",
        (
            Patch(
                BUILDING,
                "elif meter.trusted and _stands_still(meter, ev_ma, now):",
                "elif False:",
            ),
        ),
        _BUILDING + "test_a_meter_that_stands_still_while_the_cars_change_is_lost",
    ),
    Mutant(
        "stale production kept",
        "S7, F13: a production meter in doubt goes on giving current",
        (
            Patch(
                BUILDING,
                "        if not meter.trusted:\n            continue",
                "        if meter.read_at is None:\n            continue",
            ),
        ),
        _SHARING + "test_a_production_that_vanishes_counts_as_nothing",
    ),
    Mutant(
        "over-report trusted",
        "S8: a station that says it draws more than it may makes room for others",
        (
            Patch(
                BUILDING,
                "x, y, z = (min(most, told) for most in hi)",
                "x, y, z = (10**9 for _ in hi)",
            ),
        ),
        _BUILDING + "test_a_station_can_not_make_room_by_reporting_too_much",
    ),
    Mutant(
        "hidden building given away",
        "S1, S3: what a reservation gives back goes to the others before a reading tells what of it is the building's",
        (
            Patch(
                "engine/dispatch.py", "                free -= self.hidden[position][line]\n", "                pass\n"
            ),
        ),
        _BUILDING + "test_a_building_that_grew_behind_a_reservation_is_read_before_that_is_given_away",
    ),
    Mutant(
        "guard by what was told",
        "S9, S10: a line far above its limit is cut by what is too much, of which its cars draw only a part",
        (Patch(BUILDING, "if over * 1000 > limit_ma * GUARD_MUCH_PM:", "if False:"),),
        _BUILDING + "test_a_line_far_above_its_limit_is_shed_by_what_its_cars_draw_at_once",
    ),
    Mutant(
        "reversed meter believed when a load goes",
        "S7, F11: a meter with reversed signs is believed as soon as one of its lines carries nothing",
        (
            Patch(
                "engine/plausibility.py",
                "return all(ma <= 0 for ma in loaded) or any(ma <= -LOADED_MA for ma in loaded)",
                "return all(ma < 0 for ma in loaded)",
            ),
        ),
        "tests/engine/test_plausibility.py::test_it_stays_lost_until_there_is_import_again",
    ),
    Mutant(
        "leases of a wrong clock trusted",
        "S21, F21: a limit that the station's clock has ended long ago still counts as holding it down",
        (Patch(LEDGER, "        and not connector.lease_void\n", ""),),
        "tests/engine/test_clocks.py::test_a_lower_limit_that_may_have_lapsed_holds_nothing_down",
    ),
    Mutant(
        "reversed signs trusted",
        "S7, F11: a meter whose signs flip under load makes room that is not there",
        (Patch("engine/plausibility.py", "            distrust(site, meter, SIGN)", "            pass"),),
        "tests/engine/test_plausibility.py::test_every_loaded_line_reversed_at_once_is_no_reading",
    ),
    Mutant(
        "meter guard removed",
        "S9: a line that is read above its limit for long sheds, whatever the estimate says",
        (Patch(BUILDING, "zone.building_ma[line] = building_ma\n", "pass\n"),),
        _BUILDING + "test_a_line_that_is_read_above_its_limit_sheds_whatever_the_estimate_says",
    ),
)
