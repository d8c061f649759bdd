"""What cars draw on a day where three lines have no neutral, where there is one line, and at DC stations."""

from dataclasses import replace
from typing import Any

import pytest

from control.rehearsing import Rehearsal
from engine.model import Reduction, SiteConfig
from engine.supply import Supply
from engine.wiring import Grid
from simulator.day import Day
from simulator.visits import Visit
from tests.engine.builders import config, connector, zone
from tests.simulator.day_sites import Generous, scenario

HOUR = {"at": "08:00", "per_connector": 1, "stay_h": 1, "asked_kwh": [50, 50]}


class Sparing(Generous):
    """Everybody gets 20 A."""

    def step(self, day: Day, now: float) -> float:
        for bay in day.bays.values():
            if bay.car is not None:
                day.offer(bay.config.id, 20_000)
        return 10.0


def site(supply: Supply | None = None, max_a: float = 32, phases: str = "L1L2L3", **more: Any) -> SiteConfig:
    """One connector in a zone that has room for it."""
    grid = more.get("grid", Grid.STAR)
    outlet = connector(1, phases=phases, max_a=max_a, grid=grid)
    return config([zone(1, 400)], [replace(outlet, supply=supply or outlet.supply)], **more)


def car(**more: Any) -> list[dict[str, Any]]:
    return [{"battery_kwh": 90, "phases": 3, "max_a": 32} | more]


def played(place: SiteConfig, driver: Any = None, **changes: Any) -> tuple[Day, Visit]:
    day = Day(place, scenario(arrivals=[HOUR], **changes), driver or Generous())
    day.run()
    return day, day.visits.visits[0]


@pytest.mark.parametrize(("phases", "lines_a", "kw"), [(1, [32, 32, 0], 7.36), (3, [32, 32, 32], 12.75)])
def test_without_neutral_a_single_phase_car_loads_two_lines_at_230_v(
    phases: int, lines_a: list[int], kw: float
) -> None:
    """For an hour, of which it asks for 0.9."""
    day, visit = played(site(grid=Grid.DELTA), cars=car(phases=phases))
    assert [ma / 1000 for ma in day.tracks[0].peak_ma] == lines_a
    assert visit.asked_wh == pytest.approx(0.9 * kw * 1000 * (visit.leaves_at - visit.arrives_at) / 3600, rel=0.01)
    assert visit.served


def test_a_car_between_two_lines_draws_in_its_slots_what_it_was_delivered() -> None:
    _day, visit = played(site(grid=Grid.DELTA), cars=car(phases=1))
    assert sum(visit.drawn_mas.values()) * 230 / 3_600_000 == pytest.approx(visit.delivered_wh)


@pytest.mark.parametrize(
    ("dc_kw", "supply", "peak_a", "kw"),
    [
        ({"dc_kw": 50}, Supply(dc=True), 72.5, 50),
        ({"dc_kw": 50}, Supply(dc=True, efficiency_pm=920), 78.8, 50),
        ({}, Supply(dc=True), 162, 111.8),
        ({"battery_kwh": 40}, Supply(dc=True), 87, 60),
    ],
    ids=["the car's power", "with losses", "the station's power", "1.5 kW per kWh of battery"],
)
def test_at_a_dc_station_a_car_takes_its_dc_power_on_every_line(
    dc_kw: dict[str, float], supply: Supply, peak_a: float, kw: float
) -> None:
    """180 A are 180 x 0.9 x 690 V = 111.8 kW (ENE-8); that its AC charger has one phase says nothing here."""
    waves = [HOUR | {"stay_h": 0.25, "asked_kwh": [200, 200]}]
    place = site(supply, max_a=180)
    day = Day(place, scenario(arrivals=waves, cars=car(phases=1, max_a=16, **dc_kw)), Generous())
    day.run()
    visit = day.visits.visits[0]
    hours = (visit.leaves_at - visit.arrives_at) / 3600
    assert day.tracks[0].peak_ma == [pytest.approx(peak_a * 1000, rel=0.01)] * 3
    assert visit.asked_wh == pytest.approx(0.9 * kw * 1000 * hours, rel=0.01)
    assert visit.served


def test_the_engine_shares_the_lines_among_dc_cars_by_the_power_that_they_report() -> None:
    """Two at 100 A share 120 A: 0.9 of it is what they draw at the nominal voltage."""
    outlets = [replace(connector(n, max_a=100), supply=Supply(dc=True)) for n in (1, 2)]
    place = config([zone(1, 120)], outlets)
    day = Day(place, scenario(arrivals=[HOUR], cars=car()), Rehearsal())
    day.run()
    assert day.tracks[0].peak_ma == [pytest.approx(108_000, rel=0.01)] * 3
    assert all(visit.delivered_wh > 25_000 for visit in day.visits.visits)
    assert day.tracks[0].limiting_s[0] > 600


def test_a_dc_station_that_gets_less_than_it_can_begin_with_is_paused() -> None:
    _day, visit = played(site(Supply(dc=True, minimum_ma=40_000), max_a=180), Sparing(), cars=car())
    assert visit.delivered_wh == 0
    assert visit.paused_s == pytest.approx(visit.leaves_at - visit.arrives_at, rel=0.01)


def test_there_is_one_line_on_a_site_of_one() -> None:
    place = config(
        [zone(1, 40, meter=1, production_meter=2, degraded_ma=12_000)],
        [connector(1, phases="L1", grid=Grid.SINGLE)],
        grid=Grid.SINGLE,
    )
    sun = {"from": "06:30", "to": "20:00", "peak_pct": 30}
    day, _visit = played(place, building_pct={"00:00": 20}, solar=sun)
    assert [ma > 0 for ma in day.tracks[0].peak_ma] == [True, False, False]
    assert max(max(slot[1:]) for slot in day.tracks[0].solar) == 0


def test_a_reduction_of_the_site_holds_whatever_its_source_is_called() -> None:
    reduced = replace(zone(1, 40), reductions=(Reduction("scenario of the mayor", 250),))
    cut = {"from": "09:00", "to": "10:00", "quotient_pct": 10}
    day, _visit = played(config([reduced], [connector(1)]), reductions=[cut])
    limits = [day.tracks[0].limit[hour * 12][0] / 300_000 for hour in (8, 9, 10)]
    assert limits == [10, 4, 10]
