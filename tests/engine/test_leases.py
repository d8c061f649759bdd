"""S21: how long a limit lasts that was below the degraded share when it was written, and is above it now."""

from dataclasses import replace

import pytest

from engine.model import MeterConfig, ZoneConfig
from tests.engine.builders import Bench, config, connector, zone

BUILDING_MA = 55_000


def busy() -> Bench:
    """Three cars that share what a large building leaves of 100 A: about 15 A each, below the share of 20 A."""
    bench = Bench(config([zone(1, 100, meter=1, degraded_ma=60_000)], [connector(i) for i in (1, 2, 3)]))
    bench.readings = {1: (BUILDING_MA,) * 3}
    bench.online(1, 2, 3)
    bench.run(10)
    bench.plug(1, 2, 3)
    charge(bench, 200)
    return bench


def charge(bench: Bench, seconds: int) -> None:
    """Every car draws what it was told."""
    for second in range(seconds):
        told = [bench.at(i).limit.acked_ma or 0 for i in (1, 2, 3)]
        bench.readings = {1: (BUILDING_MA + sum(told),) * 3}
        if second % 10 == 0:
            for identity, ma in zip((1, 2, 3), told, strict=True):
                bench.measure(identity, *[ma / 1000] * 3)
        bench.run(1)


def left_s(bench: Bench) -> list[float]:
    return [bench.at(i).limit.holds_until - bench.now for i in (1, 2, 3)]


def assert_above_its_share_for_a_short_time(bench: Bench) -> None:
    for identity, left in zip((1, 2, 3), left_s(bench), strict=True):
        told = bench.at(identity)
        assert (told.limit.acked_ma or 0) > (told.default.acked_ma or 0) > 0
        assert left <= 120


def smaller(zones: tuple[ZoneConfig, ...]) -> tuple[ZoneConfig, ...]:
    return (replace(zones[0], degraded_ma=30_000),)


def test_a_limit_that_the_share_falls_below_is_written_again_with_the_short_lease() -> None:
    bench = busy()
    assert min(left_s(bench)) > 120
    bench.reconfigure(zones=smaller(bench.site.config.zones))
    charge(bench, 3)
    assert_above_its_share_for_a_short_time(bench)


@pytest.mark.parametrize("seconds", [60, 600])
def test_it_keeps_the_short_lease_and_is_not_written_more_often_than_others(seconds: int) -> None:
    bench = busy()
    bench.reconfigure(zones=smaller(bench.site.config.zones))
    charge(bench, 20)
    before = len(bench.writes_to(1))
    charge(bench, seconds)
    assert_above_its_share_for_a_short_time(bench)
    assert len(bench.writes_to(1)) - before <= seconds // 40 + 1


def test_a_limit_above_the_share_lapses_sooner_once_its_zone_has_a_meter() -> None:
    bench = Bench(config([zone(1, 60)], [connector(i) for i in (1, 2, 3)]))
    bench.online(1, 2, 3)
    bench.run(10)
    bench.plug(1)
    bench.run(30)
    assert bench.at(1).limit.holds_until - bench.now > 500
    bench.reconfigure(zones=(zone(1, 100, meter=1, degraded_ma=60_000),), meters=(MeterConfig(1, "M1"),))
    bench.readings = {1: (32_000,) * 3}
    bench.run(30)
    assert bench.at(1).limit.acked_ma == 32_000
    assert bench.at(1).limit.holds_until - bench.now <= 120
