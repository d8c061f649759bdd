"""A meter whose phases are swapped, or whose direction is wrong, is found out by the cars themselves (MET-6, F11)."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from engine.commands import Alarm
from engine.evidence import Finding, Seen, compare
from engine.facts import Configured, Fact, Status, StatusChanged, WiringFound
from engine.model import ConnectorConfig, MeterConfig, Optimisation, Production, Suspension
from engine.wiring import Grid
from engine.wiring_watch import WRONG
from tests.engine.builders import Bench, config, connector, zone

Lines = tuple[float, float, float]
Meter = Callable[[Lines], Lines]


def right(load: Lines) -> Lines:
    return load


def swapped(load: Lines) -> Lines:
    return load[1], load[0], load[2]


def rotated(load: Lines) -> Lines:
    return load[2], load[0], load[1]


def inverted(load: Lines) -> Lines:
    return -load[0], -load[1], -load[2]


def one_inverted(load: Lines) -> Lines:
    return load[0], -load[1], load[2]


FREE = Optimisation(enabled=False, suspension=Suspension.DISABLE)
"""Cars begin to draw again when they like."""


class Site:
    """Cars on L1, on L2 and on three phases that come and go; the meter shows what is wired into it."""

    def __init__(self, meter: Meter, building: Lines = (20, 12, 8), grid: Grid = Grid.STAR) -> None:
        self.meter, self.building = meter, building
        phases = ["L1L2L3"] * 3 if grid is Grid.DELTA else ["L1", "L2", "L1L2L3"]
        connectors = [connector(n, phases=p, grid=grid) for n, p in enumerate(phases, 1)]
        board = zone(1, 200, meter=1, degraded_ma=60_000)
        self.bench = Bench(config([board], connectors, grid=grid, optimisation=FREE))
        self.draws: dict[int, Lines] = dict.fromkeys((1, 2, 3), (0.0, 0.0, 0.0))
        self.alarms: list[Alarm] = []
        self.bench.online(1, 2, 3)
        self.bench.plug(1, 2, 3)
        self.bench.tell(*(StatusChanged(identity, Status.SUSPENDED_EV) for identity in self.draws))
        self.run(40)

    def run(self, seconds: int) -> "Site":
        for _ in range(seconds):
            load = [self.building[n] + sum(draw[n] for draw in self.draws.values()) for n in range(3)]
            shown = self.meter((load[0], load[1], load[2]))
            self.bench.readings[1] = tuple(int(a * 1000) for a in shown)  # type: ignore[assignment]  # three of them
            if int(self.bench.now) % 10 == 0:
                for identity, draw in self.draws.items():
                    self.bench.measure(identity, *self._terminals(identity, draw))
            self.bench.run(1, every=1)
            self.alarms += [entry for entry in self.bench.last.entries if isinstance(entry, Alarm)]
        return self

    def _terminals(self, identity: int, draw: Lines) -> Lines:
        return (draw[1], 0, 0) if identity == 2 and self.bench.at(2).config.lines == (1,) else draw

    def cars(self, times: int, identity: int = 1, amperes: float = 14) -> "Site":
        """A car that begins and ends to draw, each for long enough."""
        on: Lines = {1: (amperes, 0.0, 0.0), 2: (0.0, amperes, 0.0), 3: (amperes, amperes, amperes)}[identity]
        for n in range(times):
            self.draws[identity] = on if n % 2 == 0 else (0.0, 0.0, 0.0)
            self.run(50)
        return self

    def raised(self) -> list[tuple[str, dict[str, Any]]]:
        return [(alarm.code, dict(alarm.params)) for alarm in self.alarms if alarm.raised and alarm.code in WRONG]

    @property
    def believed(self) -> bool:
        return self.bench.site.meters[1].trusted

    def told(self, *facts: Fact) -> "Site":
        self.bench.tell(*facts)
        return self.run(10)

    def configured(self, **changes: Any) -> "Site":
        return self.told(Configured(replace(self.bench.site.config, **changes)))


def test_a_meter_that_is_right_raises_nothing() -> None:
    assert Site(right).cars(6).cars(6, 2).cars(6, 3).raised() == []


@pytest.mark.parametrize(("meter", "shown_on"), [(swapped, "L2"), (rotated, "L2")])
def test_swapped_phases_are_found_by_a_car_on_one_phase(meter: Meter, shown_on: str) -> None:
    assert Site(meter).cars(5).raised() == [("meter_phases_swapped", {"line": "L1", "shown_on": shown_on})]


@pytest.mark.parametrize(("meter", "car", "line"), [(inverted, 1, "L1"), (inverted, 3, "L1"), (one_inverted, 3, "L2")])
def test_a_wrong_direction_is_found(meter: Meter, car: int, line: str) -> None:
    assert Site(meter).cars(5, car).raised() == [("meter_sign_inverted", {"line": line, "shown_on": line})]


def test_two_changes_are_not_enough() -> None:
    assert Site(swapped).cars(2).raised() == []


def test_a_load_that_switches_at_the_same_time_once_proves_nothing() -> None:
    site = Site(right)
    for n in range(8):
        site.building = (20, 12 + 14 * (n % 2), 8 + 9 * (n % 3))
        site.cars(1)
    assert site.raised() == []


def test_the_alarm_ends_once_the_wiring_is_right() -> None:
    site = Site(swapped).cars(5)
    site.meter = right
    site.run(60).cars(8)
    assert [(a.code, a.raised) for a in site.alarms if a.code == "meter_phases_swapped"][-1] == (
        "meter_phases_swapped",
        False,
    )


def test_an_alarm_from_before_a_restart_is_cleared_too() -> None:
    cleared = {alarm.code for alarm in Site(right).cars(6).alarms if not alarm.raised}
    assert {"meter_phases_swapped", "meter_sign_inverted"} <= cleared


def test_cars_too_small_to_tell_are_left_out() -> None:
    assert Site(swapped).cars(8, amperes=4).raised() == []


def test_without_neutral_nothing_is_concluded() -> None:
    assert Site(swapped, grid=Grid.DELTA).cars(6).raised() == []


@pytest.mark.parametrize("meter", [swapped, inverted])
def test_a_meter_that_is_proven_wrong_is_not_believed_and_its_zone_falls_back(meter: Meter) -> None:
    """By its figures L1, where the building takes 150 A, would have room for 188 A of cars."""
    site = Site(meter, building=(150, 12, 8)).cars(5)
    assert not site.believed
    assert site.bench.site.zones[0].degraded
    assert ("meter_lost", {"reason": "wiring"}) in [(a.code, dict(a.params)) for a in site.alarms if a.raised]
    assert max(site.bench.site.zones[0].entitled_ma) <= 60_000
    assert not site.run(120).believed


def test_it_is_believed_again_once_the_cars_prove_it_right() -> None:
    site = Site(swapped).cars(5)
    site.meter = right
    assert not site.cars(2).believed
    assert site.cars(4).run(10).believed


def test_two_right_ones_between_wrong_ones_prove_nothing() -> None:
    site = Site(swapped).cars(5)
    for _ in range(3):
        site.meter = right
        site.cars(2)
        site.meter = swapped
        site.cars(2)
    assert not site.believed


def test_it_is_believed_again_when_somebody_says_so_and_no_longer_when_it_is_proven_wrong_once_more() -> None:
    site = Site(swapped).cars(5).told(WiringFound(1, wrong=False))
    assert site.believed
    assert [a.raised for a in site.alarms if a.code == "meter_phases_swapped"] == [True, False]
    assert site.cars(2).believed
    assert not site.cars(4).believed


def test_what_was_proven_before_a_restart_holds_after_it() -> None:
    site = Site(swapped).told(WiringFound(1, wrong=True))
    assert not site.believed
    assert ("meter_lost", {"reason": "wiring"}) in [(a.code, dict(a.params)) for a in site.alarms if a.raised]


def test_another_direction_or_wiring_in_the_configuration_is_judged_anew_and_a_new_name_is_not() -> None:
    def connectors(phases: str) -> tuple[ConnectorConfig, ...]:
        return connector(1, phases=phases), connector(2, phases="L2"), connector(3)

    assert not Site(inverted).cars(5).configured(meters=(MeterConfig(1, "renamed"),)).believed
    assert Site(inverted).cars(5).configured(meters=(MeterConfig(1, "M1", inverted=True),)).believed
    assert not Site(swapped).cars(5).configured(connectors=(*connectors("L1"), connector(4))).believed
    assert Site(swapped).cars(5).configured(connectors=connectors("L2")).believed


@pytest.mark.parametrize(
    ("cars", "meter", "found"),
    [
        ((16_000, 0, 0), (15_200, 300, -400), Finding(Seen.RIGHT, 0, 0)),
        ((16_000, 0, 0), (0, 0, 15_000), Finding(Seen.SWAPPED, 0, 2)),
        ((-16_000, 0, 0), (0, -16_500, 0), Finding(Seen.SWAPPED, 0, 1)),
        ((16_000, 16_000, 0), (16_000, 0, 16_000), Finding(Seen.SWAPPED, 1, 2)),
        ((10_000, 10_000, 10_000), (10_000, -9_800, 10_200), Finding(Seen.INVERTED, 1, 1)),
        ((10_000, 0, 0), (0, 0, 0), None),
        ((10_000, 0, 0), (22_000, 0, 0), None),
        ((4_900, 0, 0), (0, 4_900, 0), None),
    ],
)
def test_a_change_of_the_cars_against_one_of_the_meter(
    cars: tuple[int, ...], meter: tuple[int, ...], found: Finding | None
) -> None:
    assert compare(cars, meter) == found


def roof(*amperes: float, seconds: int = 90) -> tuple[Bench, list[Alarm]]:
    """A production meter that shows this, and the alarms that it raised or cleared."""
    bench = Bench(config([zone(1, 40, production_meter=2)], [connector(1)], production=Production.LOCAL_GRID))
    return bench, shine(bench, *amperes, seconds=seconds)


def shine(bench: Bench, *amperes: float, seconds: int) -> list[Alarm]:
    first, second, third = (int(ampere * 1000) for ampere in amperes)
    bench.readings = {2: (first, second, third)}
    found: list[Alarm] = []
    for _ in range(seconds):
        bench.run(1, every=1)
        found += [entry for entry in bench.last.entries if isinstance(entry, Alarm)]
    return found


def test_negative_production_counts_as_0_at_once_and_is_told_after_a_minute() -> None:
    bench, alarms = roof(5, -3, 5)
    assert bench.site.zones[0].production_ma == [5_000, 0, 5_000]
    assert [(a.code, a.raised, dict(a.params)) for a in alarms] == [
        ("production_negative", True, {"line": "L2", "current_a": -3.0})
    ]


@pytest.mark.parametrize(("amperes", "seconds"), [((-3, -3, -3), 50), ((-0.4, 0, 0), 120)])
def test_a_short_or_a_tiny_one_is_not_told(amperes: Lines, seconds: int) -> None:
    assert roof(*amperes, seconds=seconds)[1] == []


def test_it_ends_with_the_negative_production() -> None:
    bench, _alarms = roof(-3, -3, -3)
    assert [(a.code, a.raised) for a in shine(bench, 1, 1, 1, seconds=12)] == [("production_negative", False)]
