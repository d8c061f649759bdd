"""A day with the real engine: cables hold, cars are served, the tight zone is named."""

import pytest

from control.rehearsing import Rehearsal
from engine.model import Production, SiteConfig
from simulator.day import Day
from tests.engine.builders import config, connector, zone
from tests.simulator.day_sites import scenario, site


def played(site_config: SiteConfig, **changes: object) -> Day:
    day = Day(site_config, scenario(**changes), Rehearsal(), hours=(6, 14))
    day.run()
    return day


def test_three_cars_on_a_wide_zone_are_served_and_held_back_by_nothing() -> None:
    day = played(site(63))
    assert all(visit.served for visit in day.visits.visits)
    assert day.tracks[0].limiting_s == [0, 0, 0]


def test_a_tight_zone_shares_and_is_named() -> None:
    day = played(site(20, metered=False))
    assert 18_000 < max(day.tracks[0].peak_ma) <= 20_000
    assert max(day.tracks[0].limiting_s) > 1800


def test_a_zone_below_two_minimums_lets_cars_take_turns() -> None:
    day = played(site(10, metered=False))
    assert max(day.tracks[0].peak_ma) <= 10_000
    assert sum(visit.paused_s for visit in day.visits.visits) > 3600


def test_building_and_cars_together_stay_within_the_limit() -> None:
    day = played(site(40), building_pct={"00:00": 20, "09:00": 70}, ripple_pct=5)
    assert max(day.tracks[0].peak_share) <= 1.03
    assert sum(visit.delivered_wh for visit in day.visits.visits) > 10_000


@pytest.mark.parametrize(("strategy", "most"), [(Production.GRID, 20_500), (Production.LOCAL_GRID, 29_000)])
def test_the_sun_gives_more_where_it_may_be_counted(strategy: Production, most: int) -> None:
    zones = [zone(1, 20, meter=1, degraded_ma=6_000, production_meter=2)]
    connectors = [connector(n) for n in (1, 2, 3)]
    sunny = {"from": "06:00", "to": "20:00", "peak_pct": 50}
    day = played(config(zones, connectors, production=strategy), solar=sunny)
    assert most - 5_000 < max(day.tracks[0].peak_ma) <= most
