"""Sites that can't do what they are there for: nobody gets what there is not, and nothing breaks (ENE-9, S1)."""

from typing import Any

import pytest

from engine.model import Minimum, Reduction, SiteConfig
from engine.reasons import ReasonCode
from tests.engine.builders import Bench, config, connector, zone

SITES: dict[str, SiteConfig] = {
    "a zone of 0 A": config([zone(1, 0)], [connector(1), connector(2)]),
    "a zone of 0 A above": config([zone(1, 0), zone(2, 32, parent=1)], [connector(1, 2), connector(2, 2)]),
    "below one minimum": config([zone(1, 5.9)], [connector(1), connector(2)]),
    "below one minimum of EV/ZE": config([zone(1, 13.9)], [connector(1), connector(2)], minimum=Minimum.EVZE),
    "a margin as large as the zone": config([zone(1, 32, margin_ma=32_000)], [connector(1), connector(2)]),
    "a margin larger than the zone": config([zone(1, 20, margin_ma=32_000)], [connector(1), connector(2)]),
    "reduced to 0 %": config([zone(1, 63, reductions=(Reduction("x", 0),))], [connector(1), connector(2)]),
    "reduced below one minimum": config([zone(1, 20, reductions=(Reduction("x", 290),))], [connector(1), connector(2)]),
    "at most 0 A": config([zone(1, 63, ebms_max_ma=0, ebms_source="x")], [connector(1), connector(2)]),
    "connectors below the minimum": config([zone(1, 63)], [connector(1, max_a=5), connector(2, max_a=0)]),
    "a sub-zone above its 0 A parent": config([zone(1, 0), zone(2, 63, parent=1)], [connector(1, 2), connector(2, 2)]),
    "stations in no zone": config([], [connector(1, None), connector(2, None)]),
}
SAYS = {ReasonCode.SUSPENDED, ReasonCode.BELOW_MINIMUM, ReasonCode.NO_ZONE}


def charging(site: SiteConfig) -> Bench:
    bench = Bench(site)
    bench.online(1, 2)
    bench.run(5)
    bench.plug(1, 2)
    bench.run(60)
    return bench


@pytest.mark.parametrize("name", SITES)
def test_everybody_gets_0_a_and_is_told_why(name: str) -> None:
    bench = charging(SITES[name])
    assert bench.setpoints_a() == [0, 0]
    assert {bench.at(1).reason.code, bench.at(2).reason.code} <= SAYS


@pytest.mark.parametrize("name", SITES)
def test_nobody_is_told_that_it_may_start_on_more(name: str) -> None:
    bench = charging(SITES[name])
    assert {write.limit_ma for _at, write in bench.sent} <= {0}


@pytest.mark.parametrize(
    ("quotient_pm", "gets_a"), [(1000, [10, 10]), (999, [9.9, 9.9]), (600, [6, 6]), (590, [11.8, 0])]
)
def test_reductions_up_to_100_percent(quotient_pm: int, gets_a: list[float]) -> None:
    bench = charging(config([zone(1, 20, reductions=(Reduction("x", quotient_pm),))], [connector(1), connector(2)]))
    assert bench.setpoints_a() == gets_a


def test_a_degraded_setpoint_below_one_minimum_pauses_everybody_while_the_meter_is_lost() -> None:
    keys: dict[str, Any] = {"meter": 1, "degraded_ma": 5_000}
    bench = Bench(config([zone(1, 63, **keys)], [connector(1), connector(2)]))
    bench.online(1, 2)
    bench.plug(1, 2)
    bench.run(60)
    assert bench.setpoints_a() == [0, 0]


def test_a_degraded_setpoint_above_the_zone_counts_for_no_more_than_the_zone() -> None:
    bench = charging(config([zone(1, 20, meter=1, degraded_ma=100_000)], [connector(1), connector(2)]))
    assert sum(bench.setpoints_a()) <= 20
