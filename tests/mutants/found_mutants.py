"""Faults that the simulation found once, and what keeps setpoints in their turn."""

from tests.mutants.mutant import Mutant, Patch

_OBEDIENCE, _OUTCOMES = "tests/engine/test_obedience.py::", "tests/engine/test_outcomes.py::"

FOUND = (
    Mutant(
        "paused car hides the building",
        "ENE-3, S1: what a car drew before it paused explains every reading, also the one that its report came with",
        (Patch("engine/building.py", "    with_it = at <= last.at + WITH_S\n", "    with_it = False\n"),),
        "tests/engine/test_building.py::test_a_building_that_rises_beside_a_paused_car_is_known_with_its_next_report",
    ),
    Mutant(
        "raise makes a report worthless",
        "S9, S10: after a raise that its car does not need all that it might draw is taken for drawn",
        (
            Patch(
                "engine/ledger.py",
                "        if not history or history[-1][2] != lines or not draws_below(",
                "        if True or not draws_below(",
            ),
        ),
        "tests/engine/test_building.py::test_a_raise_that_a_car_does_not_need_leaves_it_known_what_it_draws",
    ),
    Mutant(
        "kept reports taken for the past",
        "F33, S15: after a step of EVCE's clock nothing that a station measures counts",
        (
            Patch(
                "gateway/protocol/clockwatch.py",
                "return wall - self.time(wall, now) + own",
                "return own",
            ),
        ),
        "tests/gateway/protocol/test_clockwatch.py::"
        "test_a_step_of_our_clock_makes_no_report_the_past_and_no_replay_the_present[1-True-31536000-told]",
    ),
    Mutant(
        "reversed meter believed after a restart",
        "F11, S7: a new process takes a load for export, and gives the stations all that the zone has",
        (
            Patch(
                "engine/plausibility.py",
                "            zone.behind_ma, zone.reversed_reads = [LOADED_MA] * len(LINES), READS\n",
                "            pass\n",
            ),
        ),
        "tests/engine/test_plausibility.py::test_a_restart_is_no_reason_to_believe_it",
    ),
    Mutant(
        "charge that goes on counts for nothing",
        "T5, S1: what a station was told for a charge that seemed to be over is forgotten when it goes on",
        (
            Patch(
                "engine/lingering.py",
                "connector.session, connector.limit, connector.lingering = kept.session, kept.limit, None",
                "connector.session, connector.lingering = kept.session, None",
            ),
        ),
        "tests/engine/test_lingering.py::test_what_it_was_told_counts_again_at_once",
    ),
    Mutant(
        "all forms before anybody is told",
        "S1b, S16: a decrease that a slow station refuses in one form after the other is waited for",
        (Patch("engine/station_facts.py", "            profile.resisted = True\n", "            pass\n"),),
        _OUTCOMES + "test_peers_do_not_wait_until_every_form_was_refused",
    ),
    Mutant(
        "caught station trusted after a restart",
        "S15, S24: EVCE was started again, and counts a station that ignores its limits as if it kept them",
        (Patch("engine/site_facts.py", "resume(site, connector, fact.conduct, now)", "pass"),),
        "tests/control/test_conduct.py::test_one_that_was_caught_still_counts_at_its_rating",
    ),
    Mutant(
        "refusal forgotten at restart",
        "S16: a station that refuses its limits is believed to have taken them by a new process",
        (Patch("engine/conduct.py", "    if conduct.unmanaged:", "    if False:"),),
        "tests/control/test_conduct.py::test_a_station_that_refuses_its_limits_still_counts_at_its_rating",
    ),
    Mutant(
        "cut after cut hides",
        "F6: a station that ignores its limits is not judged while it is told lower ones",
        (
            Patch(
                "engine/obedience.py",
                "        if drawn is not None and drawn > bearable_ma(allowed):\n            # More",
                "        if False:\n            # More",
            ),
        ),
        _OBEDIENCE + "test_one_cut_after_the_other_does_not_hide_a_station_that_ignores_them",
    ),
    Mutant(
        "refused decrease waited for",
        "S1b, S16: the peers go on as if the station had taken what it did not take",
        (
            Patch(
                "engine/planning.py",
                "obeys = obeys and not connector.carrier.refused and not",
                "obeys = obeys and not",
            ),
        ),
        _OUTCOMES + "test_peers_make_room_for_one_that_did_not_take_its_decrease",
    ),
    Mutant(
        "volatile station trusted",
        "F3: a station that loses its profiles counts as if it kept them while it is away",
        (
            Patch(
                "engine/ledger.py",
                "if connector.volatile and not (online and connector.proven):",
                "if False:",
            ),
        ),
        _OBEDIENCE + "test_a_station_known_to_lose_its_profiles_counts_at_its_rating_while_it_is_away",
    ),
    Mutant(
        "kept reports taken for the present",
        "F19, ENE-3: what a car drew while the link was down hides a building that draws it now",
        (Patch("gateway/protocol/sampling.py", "PRESENT = timedelta(seconds=30)", "PRESENT = timedelta(minutes=5)"),),
        "tests/gateway/inbound/test_meter_values.py::"
        "test_two_minutes_are_the_past_unless_the_clock_is_known_to_be_behind[0-False]",
    ),
    Mutant(
        "ranks reviewed in each cycle",
        "ENE-11: between two reviews cars change places all the time",
        (
            Patch(
                "engine/cycle.py",
                "if site.reviewed_at and now - site.reviewed_at >= site.config.review_s + REVIEW_GRACE_S:",
                "if site.reviewed_at:",
            ),
        ),
        "tests/stability/test_turns.py::test_between_two_reviews_nobody_changes_places",
    ),
)
