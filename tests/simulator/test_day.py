"""A day in virtual time: who comes, what they get, what the boards carry."""

from typing import Any

import pytest

from simulator.day import Day
from simulator.scenario import built_in, load_scenario
from simulator.visits import SLOT_S
from tests.simulator.day_sites import Generous, Mean, scenario, site


def played(driver: Any = None, **more: Any) -> Day:
    day = Day(more.pop("config", site()), more.pop("scenario", scenario()), driver or Generous(), **more)
    day.run()
    return day


def test_cars_that_get_what_they_can_take_are_served_in_full() -> None:
    day = played()
    assert len(day.visits.visits) == 3
    assert all(visit.served for visit in day.visits.visits)
    assert all(visit.waited_s < 30 for visit in day.visits.visits)


def test_cars_that_get_nothing_wait_all_their_stay() -> None:
    day = played(Mean())
    assert [visit.delivered_wh for visit in day.visits.visits] == [0, 0, 0]
    assert all(visit.paused_s == visit.waited_s == pytest.approx(4 * 3600, rel=0.01) for visit in day.visits.visits)


def test_energy_of_the_zone_is_the_energy_of_its_cars() -> None:
    day = played()
    cars_wh = sum(sum(lines) for lines in day.tracks[0].cars) / 1000 / 3600 * 230
    assert cars_wh == pytest.approx(sum(visit.delivered_wh for visit in day.visits.visits), rel=0.01)


def test_a_visit_drew_in_its_slots_what_it_was_delivered() -> None:
    visit = played().visits.visits[0]
    assert sum(visit.drawn_mas.values()) * 3 * 230 / 3_600_000 == pytest.approx(visit.delivered_wh)
    assert min(visit.drawn_mas) * SLOT_S <= visit.arrives_at + SLOT_S


def test_the_same_seed_is_the_same_day() -> None:
    assert [v.arrives_at for v in played(seed=5).visits.visits] == [v.arrives_at for v in played(seed=5).visits.visits]
    assert [v.arrives_at for v in played(seed=5).visits.visits] != [v.arrives_at for v in played(seed=6).visits.visits]


def test_who_finds_no_free_connector_is_turned_away() -> None:
    waves = [{"at": "08:00", "per_connector": 2, "stay_h": 4, "asked_kwh": [10, 20]}]
    assert played(scenario=scenario(arrivals=waves)).visits.turned_away == 3


def test_nobody_asks_for_more_than_fits_into_the_stay() -> None:
    waves = [{"at": "08:00", "per_connector": 1, "stay_h": 0.5, "asked_kwh": [40, 50]}]
    day = played(scenario=scenario(arrivals=waves))
    assert all(visit.asked_wh <= 0.9 * 0.5 * 3 * 16 * 230 + 1 for visit in day.visits.visits)


def test_a_building_follows_its_curve_also_while_nobody_is_there() -> None:
    day = played(scenario=scenario(building_pct={"00:00": 10, "12:00": 50}))
    night, noon = day.tracks[0].building[0], day.tracks[0].building[12 * 3600 // SLOT_S]
    assert sum(night) / 3 / SLOT_S == pytest.approx(4_000, rel=0.15)
    assert sum(noon) / 3 / SLOT_S == pytest.approx(20_000, rel=0.15)


def test_a_static_zone_has_no_building() -> None:
    day = played(config=site(metered=False), scenario=scenario(building_pct={"00:00": 50}))
    assert not any(map(any, day.tracks[0].building))


def test_a_reduction_of_the_scenario_comes_and_goes() -> None:
    cut = [{"from": "09:00", "to": "10:00", "quotient_pct": 50}]
    limit = played(scenario=scenario(reductions=cut)).tracks[0].limit
    at = [limit[hour * 3600 // SLOT_S][0] / SLOT_S for hour in (8, 9, 10)]
    assert at == [40_000, 20_000, 40_000]


@pytest.mark.parametrize("name", built_in())
def test_every_built_in_scenario_has_cars_that_come(name: str) -> None:
    day = Day(site(connectors=10), load_scenario(name), Generous())
    assert len(day.visits.visits) >= 8
