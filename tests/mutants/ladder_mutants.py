"""Faults in how stations are told their limits: in W, or by a standing default alone."""

from tests.mutants.mutant import Mutant, Patch

LEDGER, SUPPLY, STANDS = "engine/ledger.py", "engine/supply.py", "engine/standing.py"
_SUPPLY, _STANDING = "tests/engine/test_supply.py::", "tests/engine/test_standing.py::"

STANDING = (
    Mutant(
        "watt rounded up",
        "ENE-8: at 0.9 of the voltage a limit in W lets more flow than the ampere that are counted",
        (
            Patch(
                SUPPLY,
                "return limit_ma * worth_mv * COUNTED_PM * supply.efficiency_pm // _PICO",
                "return -(-limit_ma * worth_mv * COUNTED_PM * supply.efficiency_pm // _PICO)",
            ),
        ),
        _SUPPLY + "test_no_voltage_of_the_grid_makes_the_watt_more_than_the_ampere",
    ),
    Mutant(
        "watt by the nominal voltage",
        "ENE-8: a load of constant power draws 11 % more where the voltage is 10 % lower",
        (Patch(SUPPLY, "COUNTED_PM = 900", "COUNTED_PM = 1000"),),
        _SUPPLY + "test_no_voltage_of_the_grid_makes_the_watt_more_than_the_ampere",
    ),
    Mutant(
        "standing setpoint counted as the share",
        "S6: a station without transaction profiles goes on at its setpoint, not at its share",
        (
            Patch(
                LEDGER,
                "    return min(connector.default.highest_ma, connector.rating_ma)",
                "    if connector.config.default_only:\n        return connector.share_ma\n"
                "    return min(connector.default.highest_ma, connector.rating_ma)",
            ),
        ),
        _STANDING + "test_offline_it_reserves_the_last_setpoint_that_may_stand",
    ),
    Mutant(
        "standing setpoint above the share",
        "S5, ENE-17: what outlives EVCE is more than its part of what the zone bears without it",
        (
            Patch(
                STANDS,
                "return min(rating, connector.share_ma) if connector.config.default_only else rating",
                "return rating",
            ),
            Patch(
                STANDS,
                "min(connector.target_ma, share), connector.default.lowest_ma",
                "connector.target_ma, connector.default.lowest_ma",
            ),
        ),
        _STANDING + "test_its_setpoint_is_never_above_its_share",
    ),
    Mutant(
        "current of the car's side taken for the lines'",
        "S8: a DC station that reports its battery current makes room for others",
        (Patch("engine/phases.py", "    if not connector.config.supply.dc:\n", "    if True:\n"),),
        _SUPPLY + "test_the_current_of_the_cars_side_is_not_taken_for_that_of_the_lines",
    ),
)
