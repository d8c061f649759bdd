"""Faults in how those are found and counted that take more than they were told (S15)."""

from tests.mutants.mutant import Mutant, Patch

LEDGER = "engine/ledger.py"
OBEDIENCE = "engine/obedience.py"
OFFERS = "engine/offers.py"
STATION = "engine/station_facts.py"
_SILENT = "tests/engine/test_unanswered.py::"
_BUILDING = "tests/engine/test_building.py::"

CONDUCT = (
    Mutant(
        "disobedience ignored",
        "S15, F6, F7: a station that draws more than it was told counts for what it was told",
        (
            Patch(
                LEDGER, "if connector.unmanaged or connector.disobeying_since is not None:", "if connector.unmanaged:"
            ),
            Patch(LEDGER, "more_ma, connector.excess_ma)", "more_ma, 0)"),
        ),
        _BUILDING + "test_a_station_that_draws_more_than_it_was_told_counts_at_its_rating",
    ),
    Mutant(
        "report expected after a decrease only",
        "F6, S15: a station that reports seldom and ignores its first limit is found out after minutes",
        (
            Patch(OBEDIENCE, "    connector.unanswered = 0\n    due_s", "    if not lower:\n        return\n    due_s"),
            Patch(OBEDIENCE, "    if connector.check_at == math.inf:\n", "    if False:\n"),
        ),
        "tests/engine/test_obedience.py::"
        "test_a_station_that_does_not_report_by_itself_is_asked_after_every_limit[start]",
    ),
    Mutant(
        "current without a session ignored",
        "E, S15: what a connector draws where EVCE knows of no session counts for nothing, and nobody is told",
        (Patch("engine/session_facts.py", "        stray.watch(site, connector, latest, now)\n", "        pass\n"),),
        "tests/engine/test_stray.py::test_two_reports_count_at_once_and_the_third_accuses",
    ),
    Mutant(
        "no answer is no refusal",
        "S16: a station that never answers its limits counts for them, and nobody is told",
        (
            Patch(
                STATION, "    if profile.failures >= UNMANAGED_AFTER:\n", "    if refused and profile.failures >= 3:\n"
            ),
        ),
        _SILENT + "test_a_station_that_answers_no_limit_is_not_controllable",
    ),
    Mutant(
        "refused hold never tried again",
        "L5: an idle connector keeps its share for good, because its station once refused to be held down",
        (
            Patch(
                "engine/dispatch.py",
                "can_hold(connector) and connector",
                "can_hold(connector) and not connector.hold_refused and connector",
            ),
            Patch(STATION, "connector.hold_refused, connector.hold.failures, connector", "_, _, connector"),
        ),
        _SILENT + "test_a_refused_hold_is_tried_again[600]",
    ),
    Mutant(
        "tolerance ignored",
        "S1, S15: what a car draws within the tolerance above its limit counts for nothing in a full zone",
        (Patch(LEDGER, "more_ma = limit_ma + connector.over_ma if limit_ma else 0", "more_ma = limit_ma"),),
        "tests/engine/test_obedience.py"
        "::test_a_car_within_ten_percent_and_half_an_ampere_obeys_and_its_peers_leave_it_that",
    ),
    Mutant(
        "one who goes on asked once",
        "S15: a remote stop that was lost with its link is not repeated, and the car draws what it likes",
        (
            Patch(
                OBEDIENCE,
                "return Action.DISABLE if connector.sanction is Action.STOP else Action.STOP",
                "return {None: Action.STOP, Action.STOP: Action.DISABLE}.get(connector.sanction)",
            ),
        ),
        "tests/engine/test_obedience.py::test_one_that_still_draws_is_asked_to_stop_again_and_told_of_once",
    ),
    Mutant(
        "offered current ignored",
        "S15, F6: a station that offers more than it was told is not found out while its car draws less",
        (
            Patch(
                OBEDIENCE,
                "seen = max(drawn or 0, offered_ma or 0) if offer is Offer.BELIEVED else drawn or 0",
                "seen = drawn or 0",
            ),
        ),
        "tests/engine/test_offers.py::"
        "test_a_proven_station_that_offers_more_than_told_disobeys_though_its_car_draws_less[32]",
    ),
    Mutant(
        "unproven offer accuses",
        "S15: a station that writes its rating as what it offers, whatever it was told, is put out of service",
        (
            Patch(
                OFFERS,
                "Offer.BELIEVED if station.offers_follow and possible else Offer.DOUBTED",
                "Offer.BELIEVED",
            ),
        ),
        "tests/engine/test_offers.py::test_an_unproven_figure_counts_for_the_peers_and_accuses_nobody",
    ),
    Mutant(
        "disobedient station counted at its setpoint",
        "S15, F6: one that was caught counts for the 0 A that it was told then, and the peers take the rest",
        (
            Patch(
                LEDGER, "if connector.unmanaged or connector.disobeying_since is not None:", "if connector.unmanaged:"
            ),
            Patch(
                OBEDIENCE,
                "    connector.caught_ma, connector.allowed_ma",
                "    connector.excess_ma = 0\n    connector.caught_ma, connector.allowed_ma",
            ),
        ),
        "tests/engine/test_obedience.py::test_the_second_report_makes_it_count_at_its_rating_with_an_alarm",
    ),
)
