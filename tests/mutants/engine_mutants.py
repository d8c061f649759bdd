"""Faults in the engine: entitlement, order of writes, planning."""

from tests.mutants.mutant import Mutant, Patch

SITE, STATION = "engine/site_facts.py", "engine/station_facts.py"
LEDGER, DISPATCH, PROFILES = "engine/ledger.py", "engine/dispatch.py", "engine/profiles.py"
ALLOCATION, BALANCE, MODEL = "engine/allocation.py", "engine/balance.py", "engine/model.py"
_LEDGER, _SHARING = "tests/engine/test_ledger.py::", "tests/engine/test_sharing.py::"
_EDITS = "tests/engine/test_edits.py::"
_DEAD_MAN, _OUTCOMES = "tests/engine/test_dead_man.py::", "tests/engine/test_outcomes.py::"
OPTIMISATION = "engine/optimising.py"
_OPTIMISING, _SUSPENDING = "tests/engine/test_optimising.py::", "tests/engine/test_suspending.py::"
_PLANS = "tests/engine/test_allocation.py::"

ANSWERS = (
    Mutant(
        "timeout = success",
        "S1a, F4: a decrease that nobody answered pays for a raise",
        (
            Patch(
                STATION,
                "elif fact.outcome is Outcome.ACCEPTED:",
                "elif fact.outcome in (Outcome.ACCEPTED, Outcome.TIMEOUT):",
            ),
        ),
        _OUTCOMES + "test_a_decrease_that_was_not_accepted_pays_for_nothing[timeout]",
    ),
    Mutant(
        "CALLERROR = success",
        "S1a, S16, F5: a decrease that was refused pays for a raise",
        (
            Patch(
                STATION,
                "elif fact.outcome is Outcome.ACCEPTED:",
                "elif fact.outcome in (Outcome.ACCEPTED, Outcome.ERROR):",
            ),
        ),
        _OUTCOMES + "test_a_decrease_that_was_not_accepted_pays_for_nothing[error]",
    ),
    Mutant(
        "pending write forgotten at disconnect",
        "E: a raise whose answer was lost with the socket may stand in the station",
        (
            Patch(
                STATION,
                "if outcome is Outcome.LOST:\n        return",
                "if outcome is Outcome.LOST:\n        profile.doubts.remove(doubt)\n        return",
            ),
            Patch(
                STATION,
                "            if doubt.in_flight:\n                doubt.ground(now)",
                "            if doubt.in_flight:\n                profile.doubts = []",
            ),
        ),
        _OUTCOMES + "test_a_raise_whose_answer_was_lost_with_the_link_stays_counted",
    ),
    Mutant(
        "refused raise forgotten",
        "S16: a station may have taken what it refused",
        (Patch(STATION, "if refused and target is Target.HOLD:", "if refused:"),),
        _LEDGER + "test_a_refused_raise_counts_until_something_lower_is_accepted",
    ),
    Mutant(
        "never acknowledged = 0 A",
        "E: a station that never took a default can draw its rating",
        (
            Patch(
                LEDGER,
                "if connector.default.acked_ma is None:\n        return connector.rating_ma",
                "if connector.default.acked_ma is None:\n        return 0",
            ),
        ),
        _LEDGER + "test_a_station_that_never_acknowledged_a_default_counts_at_its_rating",
    ),
)

LINKS = (
    Mutant(
        "offline = 0 A",
        "E, F1, F2: a station that lost EVCE goes on charging",
        (
            Patch(
                LEDGER,
                "return min(max(connector.limit.highest_ma, default_possible_ma(connector)), rating)",
                "return 0",
            ),
        ),
        _LEDGER + "test_an_offline_station_reserves_what_it_may_draw",
    ),
    Mutant(
        "newest share reserved instead of the acknowledged one",
        "S6: an offline station still holds the old, larger share",
        (
            Patch(
                LEDGER,
                "return min(connector.default.highest_ma, connector.rating_ma)",
                "return min(connector.share_ma, connector.rating_ma)",
            ),
        ),
        _LEDGER + "test_an_offline_station_reserves_what_it_acknowledged_not_the_newest_share",
    ),
    Mutant(
        "reconnect trusted",
        "E, F3: what a station acknowledged before it was away proves nothing",
        (
            Patch(
                STATION,
                "        doubt_all(site, connector, now)\n        _lose_flights(connector, now)",
                "        _lose_flights(connector, now)",
            ),
            Patch(
                STATION,
                "        connector.confirm_after = connector.generation\n        connector.grace_ma = None",
                "        connector.grace_ma = None",
            ),
        ),
        _OUTCOMES + "test_after_a_reconnection_every_profile_is_written_again",
    ),
    Mutant(
        "restart raises first",
        "S11: after a start, stations that have not come back yet count as nothing",
        (Patch(SITE, "site.station_of(connector).ever_connected |= fact.ever_connected", "pass"),),
        _LEDGER + "test_after_a_restart_nothing_is_raised_before_every_station_answered_or_is_reserved",
    ),
    Mutant(
        "pending write forgotten at restart",
        "S11, S23: rows say what may stand in the station, not only what it acknowledged",
        (Patch(SITE, "if possible > (acked or 0):", "if False:"),),
        _LEDGER + "test_a_write_in_doubt_survives_the_restart",
    ),
    Mutant(
        "moved connector leaves its old zone at once",
        "S12: until a setpoint under the new configuration has settled it counts on both paths",
        (Patch(SITE, "        connector.former += (was,)\n", "        pass\n"),),
        _LEDGER + "test_a_moved_connector_counts_in_both_zones_until_a_setpoint_has_settled",
    ),
    Mutant(
        "lower rating counts at once",
        "S12: a station that has not heard of its lower rating goes on drawing by the old one",
        (
            Patch(
                "engine/connector.py",
                "        return max(self.config.rating_ma, *(place.rating_ma for place in self.former))\n",
                "        return self.config.rating_ma\n",
            ),
        ),
        _EDITS + "test_a_silent_station_keeps_what_it_had_before_the_edit[lower_the_rating]",
    ),
    Mutant(
        "re-hung zone leaves its old tree at once",
        "S12: the connectors of a zone whose parent is edited count under the new one only",
        (
            Patch(
                "engine/model.py",
                "        return same and set(self.zones) <= set(other.zones)\n",
                "        return same and self.zones[:1] == other.zones[:1]\n",
            ),
        ),
        _EDITS + "test_a_silent_station_keeps_what_it_had_before_the_edit[hang_its_zone_elsewhere]",
    ),
    Mutant(
        "rotation is no edit",
        "S12, ENE-7: terminals that are mapped to other lines keep the lines that were learned by the old mapping",
        (
            Patch(
                "engine/model.py",
                "self.wiring == other.wiring and self.rating_ma",
                "set(self.wiring) == set(other.wiring) and self.rating_ma",
            ),
            Patch(SITE, "(place.zones[:1], place.wiring) != (was.zones[:1], was.wiring)", "False"),
        ),
        _EDITS + "test_a_rotation_forgets_the_lines_that_were_learned_by_the_old_one",
    ),
)

WINDOWS = (
    Mutant(
        "no settle wait",
        "S3: a decrease counts before the car has followed it",
        (Patch(LEDGER, "    if after_ma < before_ma:", "    if False:"),),
        _LEDGER + "test_a_raise_waits_until_the_decrease_that_pays_for_it_has_settled",
    ),
    Mutant(
        "settle window overwritten",
        "S25: a later cut closes the window of an earlier, larger one",
        (
            Patch(
                LEDGER,
                "connector.windows.append((before_ma, now + settle_s))",
                "connector.windows = [(before_ma, now + settle_s)]",
            ),
        ),
        _LEDGER + "test_settle_windows_stack",
    ),
    Mutant(
        "no hold-down lease",
        "S21: an idle connector counts as 0 A though nothing holds it there",
        (
            Patch(
                LEDGER,
                "    if holds(site, connector, connector.hold, now):\n        return connector.hold.highest_ma",
                "    if connector.config.can_hold:\n        return connector.hold.highest_ma",
            ),
        ),
        _LEDGER + "test_a_hold_that_is_not_refreshed_gives_the_share_back_before_it_lapses",
    ),
    Mutant(
        "lease that runs short unnoticed",
        "S21: what an idle connector may draw is not looked at again until something happens to it",
        (
            Patch(
                BALANCE,
                "wake_at, _next(_leases(site, connector), now - 2 * TICK_S), _next([silent_at(site, connector)], now)",
                "wake_at, _next([silent_at(site, connector)], now)",
            ),
        ),
        _LEDGER + "test_a_hold_that_is_not_refreshed_gives_the_share_back_before_it_lapses",
    ),
    Mutant(
        "equal lease lengths",
        "S21: what holds the others down may lapse before a setpoint above the share does",
        (
            Patch(
                LEDGER,
                "return site.config.leases.hold_s[0 if _dynamic(site, connector) else 1]",
                "return high_s(site, connector)",
            ),
            Patch(
                LEDGER,
                "return longest_high_s(site, connector) + DETECT_S + SHED_S + site.config.settle_s + SKEW_S",
                "return high_s(site, connector) * 2 / 3 - 60",
            ),
        ),
        _DEAD_MAN + "test_without_evce_the_stations_never_draw_more_than_the_zone_bears",
    ),
    Mutant(
        "shares beside no building",
        "S5, ENE-4: the degraded currents take what a building that is metered below draws through the zone",
        (Patch("engine/model.py", "max(0, z.degraded_limit_ma - ma)", "z.degraded_limit_ma"),),
        _DEAD_MAN + "test_the_shares_leave_room_for_a_building_that_is_metered_below",
    ),
    Mutant(
        "long lease above the share",
        "S21: a limit that the degraded share fell below keeps the long lease that it was written with",
        (Patch(DISPATCH, "return -inf if (profile.lease_s or 0) > longest_s else", "return"),),
        "tests/engine/test_leases.py::test_a_limit_that_the_share_falls_below_is_written_again_with_the_short_lease",
    ),
    Mutant(
        "held down for its own leases only",
        "S21, S1a: what is held down in a metered zone lapses while one beside it without a meter is above its share",
        (
            Patch(
                LEDGER,
                "return site.config.longest_high_s[connector.path[0]] if connector.path else high_s(site, connector)",
                "return high_s(site, connector)",
            ),
        ),
        _DEAD_MAN + "test_an_idle_connector_in_a_metered_zone_is_held_down_while_one_beside_it_is_above_its_share",
    ),
)

ORDER = (
    Mutant(
        "raise before decrease",
        "S1a, S3: a raise leaves before what pays for it is settled",
        (
            Patch(
                DISPATCH,
                "    blocked = books.blocked_by(connector, target, certain)\n    if",
                "    blocked = None\n    if",
            ),
        ),
        _LEDGER + "test_a_raise_waits_until_the_decrease_that_pays_for_it_has_settled",
    ),
    Mutant(
        "share raised before setpoint cut",
        "S5, S22: a standing default is raised while the current that it stands for is still in use",
        (
            Patch(
                DISPATCH,
                "    if goal_ma > room_ma:\n",
                "    if False:\n",
            ),
        ),
        _OUTCOMES + "test_a_share_is_not_raised_before_the_others_gave_theirs_up",
    ),
    Mutant(
        "unknown-state write taken as a decrease",
        "S23: whatever is written to a station of which nothing is known can be a raise from 0",
        (
            Patch(
                PROFILES,
                "        if self.acked_ma is None:\n            return 0\n",
                "        if self.acked_ma is None:\n            return 1_000_000\n",
            ),
        ),
        _LEDGER + "test_power_on_with_unknown_stations_never_promises_more_than_the_zone",
    ),
)

PLANS = (
    Mutant(
        "ceil instead of floor",
        "S4: the rounded setpoints add up to more than the zone",
        (
            Patch(
                ALLOCATION,
                "place.level_ma = int(level) // STEP_MA * STEP_MA",
                "place.level_ma = -(-int(level) // STEP_MA) * STEP_MA",
            ),
        ),
        _PLANS + "test_equal_cars_share_a_zone",
    ),
    Mutant(
        "parent zone ignored by the plan",
        "S2, ENE-4: only the nearest zone limits a session",
        (Patch(ALLOCATION, "_capacities(paths[demand.zone], ", "_capacities(paths[demand.zone][:1], "),),
        _PLANS + "test_every_zone_up_to_the_root_holds_at_once",
    ),
    Mutant(
        "parent zone ignored by the ledger",
        "S2, S3: a raise is checked against the nearest zone only",
        (
            Patch(
                LEDGER,
                "seen = {(zone, line) for zone in connector.path for line in connector.lines}",
                "seen = {(zone, line) for zone in connector.path[:1] for line in connector.lines}",
            ),
        ),
        _OUTCOMES + "test_a_raise_waits_for_a_decrease_in_another_zone_of_the_same_parent",
    ),
    Mutant(
        "line skipped by the plan",
        "S2: L3 is never full",
        (
            Patch(
                ALLOCATION,
                "return tuple([start + line for start in starts for line in lines])",
                "return tuple([start + line for start in starts for line in lines if line != 2])",
            ),
        ),
        _OUTCOMES + "test_every_line_is_shared_by_those_who_load_it[L3]",
    ),
    Mutant(
        "line skipped by the ledger",
        "S2, S3: raises are not checked on L3",
        (
            Patch(
                LEDGER,
                "seen = {(zone, line) for zone in connector.path for line in connector.lines}",
                "seen = {(zone, line) for zone in connector.path for line in connector.lines if line != 2}",
            ),
        ),
        _OUTCOMES + "test_a_raise_waits_for_a_decrease_on_its_line[L3]",
    ),
    Mutant(
        "one current given twice",
        "S1a: two raises of one cycle fit one by one, not together",
        (
            Patch(
                DISPATCH,
                "        if more > 0:\n            for position",
                "        if False:\n            for position",
            ),
        ),
        _OUTCOMES + "test_two_raises_of_one_cycle_have_to_fit_together",
    ),
    Mutant(
        "setpoint 3 A",
        "S4, ENE-9: some stations clamp what is below the pilot's minimum up",
        (Patch(MODEL, "            return 6_000", "            return 3_000"),),
        _LEDGER + "test_setpoints_are_never_between_zero_and_the_minimum",
    ),
)

OPTIMISING = (
    Mutant(
        "optimised in the first minute",
        "ENE-13, field notes 4.7: a car that takes 45 s to begin is capped, or suspended, before it does",
        (Patch(OPTIMISATION, "YOUNG_S = 60.0", "YOUNG_S = 0.0"),),
        _OPTIMISING + "test_the_first_minute_is_not_judged",
    ),
    Mutant(
        "capped below the minimum",
        "S4, ENE-13: a setpoint between 0 A and the minimum; some stations take it for more",
        (
            Patch(
                OPTIMISATION,
                "return rating if ceiling is None else min(rating, max(ceiling, minimum_ma))",
                "return rating if ceiling is None else min(rating, ceiling)",
            ),
            Patch(ALLOCATION, "            if maximum_ma < minimum_ma:\n                continue\n", ""),
        ),
        _OPTIMISING + "test_a_cap_is_never_below_the_minimum",
    ),
    Mutant(
        "reports that stay away are no draw",
        "ENE-13: a car that nobody hears of keeps a cap, or is suspended, on what it drew long ago",
        (
            Patch(
                OPTIMISATION,
                "if usage.cap_ma is not None and now >= usage.reported_at + window_s(site):",
                "if False:",
            ),
        ),
        _OPTIMISING + "test_a_capped_car_whose_reports_stay_away_is_let_go",
    ),
    Mutant(
        "wake-ups before others",
        "L3, ENE-14: a car that wants nothing takes the minimum of one that charges",
        (Patch(OPTIMISATION, "    if takes_leftovers(site, session):\n", "    if False:\n"),),
        _SUSPENDING + "test_a_wake_up_takes_nobodys_minimum",
    ),
)

ENGINE = (*ANSWERS, *LINKS, *WINDOWS, *ORDER, *PLANS, *OPTIMISING)
