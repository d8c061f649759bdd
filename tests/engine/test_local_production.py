"""ENE-5, sentence by sentence: what local production gives under each strategy, and when its meter is lost."""

import pytest

from engine.facts import MeterFailed
from engine.model import Production, ZoneConfig
from tests.engine.builders import Bench, config, connector, zone

MAIN, ROOF = 1, 2
GRID, BOTH, LOCAL = Production.GRID, Production.LOCAL_GRID, Production.LOCAL
SUN_A = 12


def site(strategy: Production, *zones: ZoneConfig, at: int = 1, building_a: float = 0) -> Bench:
    """A station in zone `at`, not charging; the sun gives 12 A per phase."""
    bench = Bench(config(zones, [connector(1, at)], production=strategy))
    meters = {z.meter for z in zones} | {z.production_meter for z in zones}
    told = {MAIN: building_a - SUN_A, ROOF: SUN_A}
    bench.readings = {meter: (int(told[meter] * 1000),) * 3 for meter in meters if meter is not None}
    bench.online(1)
    bench.run(30)
    return bench


def static(strategy: Production) -> Bench:
    return site(strategy, zone(1, 20, production_meter=ROOF))


def setpoint_a(bench: Bench) -> float:
    bench.plug(1)
    bench.run(40)
    return bench.setpoints_a()[0]


@pytest.mark.parametrize(("strategy", "gets_a"), [(GRID, 20), (BOTH, 32), (LOCAL, 12)])
def test_what_a_car_gets_under_each_strategy(strategy: Production, gets_a: float) -> None:
    assert setpoint_a(static(strategy)) == gets_a


@pytest.mark.parametrize(("strategy", "capacity_a"), [(GRID, 15), (BOTH, 27), (LOCAL, 12)])
def test_the_building_is_measured_with_the_production_under_each_strategy(
    strategy: Production, capacity_a: float
) -> None:
    """40 A, a building of 25 A, of which the sun gives 12: the meter shows 13."""
    bench = site(strategy, zone(1, 40, meter=MAIN, degraded_ma=0, production_meter=ROOF), building_a=25)
    assert bench.site.zones[0].building_ma == [25_000] * 3
    assert bench.site.zones[0].capacity_ma == [capacity_a * 1000] * 3


def test_local_only_leaves_a_large_building_nothing_to_share() -> None:
    bench = site(LOCAL, zone(1, 40, meter=MAIN, degraded_ma=0, production_meter=ROOF), building_a=50)
    assert bench.site.zones[0].capacity_ma == [2_000] * 3


# After a fall 1 A is kept back, so that the next ripple changes nothing.
@pytest.mark.parametrize(("strategy", "gets_a"), [(GRID, 20), (BOTH, 19), (LOCAL, 0)])
def test_a_lost_production_meter_counts_as_0_a_and_pauses_local_only(strategy: Production, gets_a: float) -> None:
    bench = static(strategy)
    bench.plug(1)
    bench.run(40)
    bench.readings.pop(ROOF)
    bench.run(20)
    assert bench.setpoints_a() == [gets_a]


@pytest.mark.parametrize("strategy", [GRID, BOTH, LOCAL])
def test_a_production_meter_that_talks_nonsense_is_lost_at_once(strategy: Production) -> None:
    bench = static(strategy)
    bench.readings.pop(ROOF)
    bench.tell(MeterFailed(ROOF, "current L1 is not a number", implausible=True))
    bench.cycle()
    assert bench.site.zones[0].production_ma == [0, 0, 0]


def test_local_only_goes_on_after_three_good_readings() -> None:
    bench = static(LOCAL)
    bench.plug(1)
    readings = dict(bench.readings)
    bench.readings.clear()
    bench.run(20)
    bench.readings = readings
    bench.run(60)
    assert bench.setpoints_a() == [12]


def test_local_only_serves_a_station_below_the_zone_with_the_production_meter() -> None:
    tree = (zone(1, 60, production_meter=ROOF), zone(2, 32, parent=1))
    assert setpoint_a(site(LOCAL, *tree, at=2)) == 12


def test_local_only_serves_a_station_whose_zone_above_has_production_in_another_branch() -> None:
    tree = (zone(1, 60), zone(2, 32, parent=1), zone(3, 32, parent=1, production_meter=ROOF))
    assert setpoint_a(site(LOCAL, *tree, at=2)) == 12


def test_local_only_gives_nothing_where_no_production_is_metered_on_the_path_or_under_it() -> None:
    trees = (zone(1, 60, production_meter=ROOF), zone(2, 32), zone(3, 32, parent=2))
    assert setpoint_a(site(LOCAL, *trees, at=3)) == 0


def test_production_of_two_roofs_adds_up_above_them() -> None:
    tree = (zone(1, 60), zone(2, 32, parent=1, production_meter=ROOF), zone(3, 32, parent=1, production_meter=3))
    bench = Bench(config(tree, [connector(1, 2)], production=LOCAL))
    bench.readings = {ROOF: (8_000,) * 3, 3: (5_000,) * 3}
    bench.run(30)
    assert [z.capacity_ma[0] for z in bench.site.zones] == [13_000, 8_000, 5_000]
