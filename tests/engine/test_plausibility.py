"""F11: a meter whose signs flip under load is not believed."""

import pytest

from engine.facts import MeterReversed
from tests.engine.builders import Bench, config, connector, zone

MAIN, ROOF = 1, 2


def site(*, sun: bool = False) -> Bench:
    more = {"production_meter": ROOF} if sun else {}
    bench = Bench(config([zone(1, 60, meter=MAIN, degraded_ma=12_000, **more)], [connector(1)]))
    bench.readings = {MAIN: (20_000, 15_000, 1_000), **({ROOF: (0, 0, 0)} if sun else {})}
    bench.online(1)
    bench.run(10)
    return bench


def shows(bench: Bench, *lines_ma: int, seconds: float = 4) -> str:
    first, second, third = lines_ma
    bench.readings[MAIN] = (first, second, third)
    bench.run(seconds)
    return bench.site.meters[MAIN].reason


def test_every_loaded_line_reversed_at_once_is_no_reading() -> None:
    bench = site()
    assert shows(bench, -20_000, -15_000, -1_000) == "sign"
    assert bench.site.zones[0].degraded


@pytest.mark.parametrize("lines_ma", [(0, 0, 0), (-20_000, 15_000, 1_000), (-5_000, -5_000, 0)])
def test_less_than_that_may_be_true(lines_ma: tuple[int, int, int]) -> None:
    assert shows(site(), *lines_ma) == ""


def test_it_stays_lost_until_there_is_import_again() -> None:
    bench = site()
    shows(bench, -20_000, -15_000, -1_000, seconds=60)
    assert shows(bench, -2_000, -15_000, 0) == "sign"
    assert shows(bench, -18_000, 0, 0) == "sign", "the load of the second line has gone, nothing else"
    assert shows(bench, -18_000, 500, 0) == "sign"
    assert shows(bench, 18_000, 14_000, 1_000) == ""
    assert not bench.site.zones[0].degraded


def test_export_that_the_metered_sun_explains_is_true() -> None:
    bench = site(sun=True)
    bench.readings[ROOF] = (40_000, 40_000, 40_000)
    assert shows(bench, -20_000, -25_000, -39_000) == ""


def test_signs_that_flip_while_nothing_is_known_of_the_sun_are_found_when_it_is_read_again() -> None:
    bench = site(sun=True)
    del bench.readings[ROOF]
    bench.run(20)
    shows(bench, -20_000, -15_000, -1_000, seconds=20)
    bench.readings[ROOF] = (2_000, 2_000, 2_000)
    assert shows(bench, -20_000, -15_000, -1_000, seconds=10) == "sign"


def test_a_restart_is_no_reason_to_believe_it() -> None:
    """Without the first good readings nothing tells export from a reversed load: what was known is told again."""
    bench = Bench(config([zone(1, 60, meter=MAIN, degraded_ma=12_000)], [connector(1)]))
    bench.tell(MeterReversed(MAIN))
    bench.readings = {MAIN: (-20_000, -15_000, -1_000)}
    bench.online(1)
    bench.run(10)
    assert bench.site.zones[0].degraded
    assert ("meter_lost", "M1") in bench.site.alarms
    assert shows(bench, 18_000, 14_000, 1_000) == ""
    assert not bench.site.zones[0].degraded
    assert ("meter_lost", "M1") not in bench.site.alarms
