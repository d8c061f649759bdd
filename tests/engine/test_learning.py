"""Which lines a car uses: learned from what its station reports, never by less than the specification asks (ENE-7)."""

import pytest

from engine.wiring import Grid
from tests.engine.builders import Bench, config, connector, zone

ALL = (0, 1, 2)


def site(phases: str = "L1L2L3", grid: Grid = Grid.STAR) -> Bench:
    bench = Bench(config([zone(1, 100)], [connector(1, phases=phases, grid=grid)], grid=grid))
    bench.online(1)
    bench.run(30)
    bench.plug(1)
    bench.run(5)
    return bench


def lines_after(bench: Bench, *amperes: float, reports: int = 7, every_s: float = 10.0) -> tuple[int, ...]:
    """The lines in use after the car has drawn that for so many reports."""
    for n in range(reports):
        if n:
            bench.run(every_s)
        bench.measure(1, *amperes)
    return bench.at(1).lines


def test_narrowed_after_60_s_and_no_sooner() -> None:
    assert lines_after(site(), 10, 0, 0, reports=6) == ALL
    assert lines_after(site(), 10, 0, 0, reports=7) == (0,)


def test_narrowed_after_three_samples_and_no_sooner() -> None:
    assert lines_after(site(), 10, 0, 0, reports=2, every_s=90) == ALL
    assert lines_after(site(), 10, 0, 0, reports=3, every_s=45) == (0,)


def test_another_pattern_between_begins_anew() -> None:
    bench = site()
    lines_after(bench, 10, 0, 0, reports=6)
    bench.measure(1, 10, 10, 10)
    assert lines_after(bench, 10, 0, 0, reports=2) == ALL


@pytest.mark.parametrize(
    ("amperes", "lines"),
    [
        ((3.0, 0, 0), (0,)),
        ((2.9, 0, 0), ALL),
        ((10, 0.4, 0.4), (0,)),
        ((10, 0.5, 0), ALL),
        ((10, 0, 10), (0, 2)),
        ((10, 2, 0), ALL),
    ],
)
def test_at_least_3_a_on_the_used_lines_and_less_than_half_an_ampere_on_the_others(
    amperes: tuple[float, float, float], lines: tuple[int, ...]
) -> None:
    assert lines_after(site(), *amperes) == lines


def test_widened_at_once_by_1_a_and_not_by_less() -> None:
    bench = site()
    lines_after(bench, 10, 0, 0)
    bench.measure(1, 10, 0.9, 0)
    assert bench.at(1).lines == (0,)
    bench.measure(1, 10, 1.0, 0)
    assert bench.at(1).lines == ALL


def test_terminals_are_mapped_by_the_wiring() -> None:
    """Terminal 1 of a station wired L2L3L1 is on L2."""
    assert lines_after(site("L2L3L1"), 10, 0, 0) == (1,)
    assert lines_after(site("L3L1L2"), 10, 10, 0) == (0, 2)


def test_the_next_car_may_use_all_of_them() -> None:
    bench = site()
    assert lines_after(bench, 10, 0, 0) == (0,)
    bench.unplug(1)
    bench.run(60)
    bench.plug(1)
    assert bench.at(1).lines == ALL


def test_the_degraded_share_stays_on_all_lines() -> None:
    """What it falls back to alone it may take on any of them, for the next car too."""
    bench = Bench(config([zone(1, 30, degraded_ma=16_000, meter=1)], [connector(1), connector(2)]))
    bench.readings = {1: (0, 0, 0)}
    bench.online(1, 2)
    bench.run(30)
    shares = [bench.at(n).share_ma for n in (1, 2)]
    bench.plug(1)
    lines_after(bench, 10, 0, 0)
    assert bench.at(1).lines == (0,)
    assert [bench.at(n).share_ma for n in (1, 2)] == shares == [8_000, 8_000]


def test_without_neutral_no_car_is_on_one_line_alone() -> None:
    """What flows in by one line flows out by another; a station that counts its first conductor does not say so."""
    assert lines_after(site(grid=Grid.DELTA), 10, 0, 0) == ALL
    assert lines_after(site(grid=Grid.DELTA), 10, 10, 0) == (0, 1)
    assert lines_after(site("L2L3", grid=Grid.DELTA), 10, 0, 0) == (1, 2)


def test_without_neutral_nobody_is_given_a_line_that_a_car_may_use() -> None:
    cars = [connector(1, grid=Grid.DELTA), connector(2, phases="L2L3", grid=Grid.DELTA)]
    bench = Bench(config([zone(1, 40)], cars, grid=Grid.DELTA))
    bench.online(1, 2)
    bench.run(30)
    bench.plug(1, 2)
    for _ in range(12):
        bench.run(10)
        first, second = bench.setpoints_a()
        bench.measure(1, first, 0, 0)
        bench.measure(2, second, 0, 0)
    assert sum(bench.setpoints_a()) <= 40
