"""L1 with inputs that stand still, but for a building that trembles by 1 A: nothing is told to anybody any more."""

from itertools import pairwise
from random import Random
from typing import Any

import pytest

from engine.facts import StationDisconnected
from engine.model import Optimisation, Suspension
from simulator.car import CarSpec
from tests.engine.builders import Bench, config, connector, zone
from tests.stability.stage import Stage, board, site, stations

SETTLED_S, WINDOW_S, HOUR_S = 60.0, 600.0, 3600.0
MODEST = CarSpec(battery_wh=10_000_000.0, max_ma=8_000)


def four_cars(*, margin_a: float = 0, lag_s: float = 0.0, seed: int = 1, **settings: Any) -> Stage:
    """One takes 8 A. The building is there before EVCE is."""
    zone = board("Hall", 100, stations(4), meter=True, degraded_a=40, margin_a=margin_a)
    return Stage(site(zone, **settings), lag_s=lag_s, seed=seed)


def plug_all(stage: Stage) -> Stage:
    return stage.run(15).plug(1, 2, 3).plug(4, car=MODEST)


def least_apart_s(instants: list[float]) -> float:
    return min((b - a for a, b in pairwise(instants)), default=float("inf"))


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize("margin_a", [0, 5])
@pytest.mark.parametrize("lag_s", [0.0, 1.0])
def test_a_trembling_building_changes_a_setpoint_once_in_ten_minutes(margin_a: float, lag_s: float, seed: int) -> None:
    stage = four_cars(margin_a=margin_a, lag_s=lag_s, seed=seed).building("Hall", lambda now: 30, jitter_a=1)
    plug_all(stage)
    began = stage.now
    stage.run(HOUR_S)
    for number in range(1, 5):
        late = [c.at for c in stage.since(began + SETTLED_S, number)]
        assert least_apart_s(late) >= WINDOW_S, stage.since(began + SETTLED_S, number)
    # The dead band costs 2 A at most: the ripple itself, and 1 A.
    assert sum(stage.offered_a()) >= 100 - margin_a - 30 - 1 - 2


@pytest.mark.parametrize("report_every_s", [10, 60])
@pytest.mark.parametrize("lag_s", [0, 1])
def test_it_does_not_matter_how_often_stations_report(report_every_s: int, lag_s: int) -> None:
    """ENE-3's site with a trembling building and stations that keep to an interval of their own."""
    bench = Bench(config([zone(1, 100, meter=1, degraded_ma=40_000)], [connector(i) for i in (1, 2, 3, 4)]))
    rng = Random(3)
    flows = [20_000]
    bench.readings = {1: (20_000,) * 3}
    bench.online(1, 2, 3, 4)
    bench.run(10)
    bench.plug(1, 2, 3, 4)
    start = bench.now
    for second in range(1900):
        draw_a = [min(8.0, s) if i == 0 else s for i, s in enumerate(bench.setpoints_a())]
        flows.append(int((20 + rng.uniform(-1, 1) + sum(draw_a)) * 1000))
        bench.readings = {1: (flows[-1 - lag_s],) * 3}
        if second % report_every_s == 0:
            for identity, ampere in enumerate(draw_a, 1):
                bench.measure(identity, ampere, ampere, ampere)
        bench.run(1)
    for identity in (1, 2, 3, 4):
        late = [at for at, _ in bench.changes_to(identity) if at > start + SETTLED_S]
        assert least_apart_s(late) >= WINDOW_S, bench.changes_to(identity)


def test_a_steady_building_leaves_nothing_unused() -> None:
    stage = plug_all(four_cars().building("Hall", lambda now: 30)).run(90)
    assert stage.offered_a() == [17.5] * 4


def test_a_cut_takes_one_ampere_more_than_needed_and_gives_it_back_once() -> None:
    """With margin 0; what the next ripple could take back is not given out before the building stands still."""
    stage = plug_all(four_cars().building("Hall", lambda now: 30 if now < 100 else 34))
    stage.run(60)
    began = stage.now
    stage.run(120)
    told = [c.limit_ma for c in stage.since(began, 1)]
    assert told == [(100 - 34 - 1) * 1000 // 4 // 100 * 100, (100 - 34) * 1000 // 4 // 100 * 100]


@pytest.mark.parametrize("seed", [1, 5])
def test_after_a_raise_a_trembling_building_is_not_taken_for_one_that_stands_still(seed: int) -> None:
    """For two reports the cars that were raised could explain any reading; the estimate is what stands still."""
    stage = plug_all(four_cars(seed=seed).building("Hall", lambda now: 40 if now < 150 else 30, jitter_a=0.9))
    stage.run(140 - stage.now)
    began = stage.now
    stage.run(WINDOW_S)
    assert len(stage.raises_since(began, 1)) == 1


def test_raises_go_to_the_limit_less_the_margin() -> None:
    stage = plug_all(four_cars(margin_a=10).building("Hall", lambda now: 50 if now < 100 else 30)).run(200)
    assert stage.offered_a() == [15.0] * 4
    assert max(sum(pilots) for pilots in [stage.offered_a()]) <= 100 - 10 - 30


def test_raises_of_one_connector_are_fifteen_seconds_apart_while_nobody_comes_or_goes() -> None:
    """The building falls in steps, each of which is worth a raise."""
    stage = plug_all(four_cars().building("Hall", lambda now: max(10, 80 - 5 * (now // 20))))
    stage.run(60)
    began = stage.now
    stage.run(400)
    for number in range(1, 5):
        raises = [c.at for c in stage.raises_since(began, number)]
        assert len(raises) >= 3
        assert least_apart_s(raises) >= 15


def test_a_station_that_comes_back_is_not_raised_earlier_than_the_others() -> None:
    """Both zones are given more, 5 s apart. Meanwhile its link was lost for a moment: it is told again what it had."""
    idle_as_told = Optimisation(enabled=False, suspension=Suspension.DISABLE)
    zones = [zone(1, 60, meter=1, degraded_ma=20_000), zone(2, 40, parent=1, meter=2, degraded_ma=20_000)]
    bench = Bench(config(zones, [connector(1, zone_id=2)], optimisation=idle_as_told))
    bench.readings = {1: (50_000,) * 3, 2: (28_000,) * 3}
    bench.online(1)
    bench.run(10)
    bench.plug(1)
    bench.run(30)
    bench.readings = {1: (42_000,) * 3, 2: (28_000,) * 3}
    bench.run(5)
    bench.readings = {1: (38_000,) * 3, 2: (24_000,) * 3}
    bench.run(25)
    bench.tell(StationDisconnected(1))
    bench.online(1)
    bench.run(30)
    told = bench.changes_to(1)
    assert [limit for _, limit in told] == [10_000, 12_000, 16_000]
    assert told[2][0] - told[1][0] >= 15


@pytest.mark.parametrize("what", ["plug", "unplug", "edit"])
def test_who_comes_or_goes_is_answered_at_once(what: str) -> None:
    """The spacing of raises does not hold it up."""
    zone = board("Hall", 60, stations(4))
    stage = Stage(site(zone)).run(10).plug(1, 2, 3).run(5)
    stage.until(lambda: stage.offered_a(1, 2, 3) == [20.0] * 3, 30)
    stage.unplug(3)
    stage.until(lambda: stage.offered_a(1, 2) == [30.0] * 2, 3)
    if what == "plug":
        stage.plug(4)
        # 5 s until the station starts it, and the cuts that pay for it settle for 6 s.
        stage.until(lambda: stage.offered_a(1, 2, 4) == [20.0] * 3, 20)
    elif what == "unplug":
        stage.unplug(2)
        stage.until(lambda: stage.offered_a(1) == [32.0], 3)
    else:
        zone["max_current_a"] = 64
        stage.world.process.reconfigure()
        stage.until(lambda: stage.offered_a(1, 2) == [32.0] * 2, 3)
