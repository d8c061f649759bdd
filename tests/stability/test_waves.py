"""Loads that come and go, and cars that pause: what it may cost in setpoints on the wire, counted over an hour."""

from collections.abc import Callable
from math import pi, sin

import pytest

from engine.smoothing import MOST_S
from tests.stability.pulsing import pulse
from tests.stability.stage import Stage, board, site, stations
from tests.stability.test_calm import HOUR_S, SETTLED_S, four_cars, plug_all

LEARNING = 8
"""Raises that had to be taken back: four until the longest wait is reached, and one after each quarter of an hour."""
FOLLOWED = round(HOUR_S / MOST_S) + LEARNING
"""A raise that lasted MOST_S was worth it: so many in an hour at most, whatever the load does."""


def hour(load_a: Callable[[float], float], margin_a: float = 0) -> tuple[Stage, float]:
    stage = plug_all(four_cars(margin_a=margin_a).building("Hall", load_a))
    began = stage.now + SETTLED_S
    stage.run(HOUR_S + SETTLED_S)
    assert not stage.world.judge.violations
    return stage, began


def most_raises(stage: Stage, since: float) -> int:
    return max(len(stage.raises_since(since, n)) for n in stage.world.wires)


@pytest.mark.parametrize("margin_a", [0, 5])
@pytest.mark.parametrize("period_s", [45, 90, 200])
def test_a_lift_is_not_followed_into_each_trough(period_s: float, margin_a: float) -> None:
    stage, since = hour(lambda now: 30 + (8 if now % period_s < 20 else 0), margin_a)
    assert most_raises(stage, since) <= LEARNING
    assert stage.most_changes(since) <= 2 * LEARNING + 1
    assert sum(stage.offered_a()) >= 100 - margin_a - 38 - 2


@pytest.mark.parametrize("period_s", [30, 60, 120])
def test_a_wave_is_not_followed_into_each_trough(period_s: float) -> None:
    """A window can miss the crest of a wave that is just longer than it, more than once in a row."""
    stage, since = hour(lambda now: 30 + 8 * sin(2 * pi * now / period_s))
    assert most_raises(stage, since) <= LEARNING + 4


@pytest.mark.parametrize("period_s", [300, 600, 1200])
def test_a_slow_load_is_followed_but_not_more_often_than_it_lasts(period_s: float) -> None:
    """A heat pump: half of the time on. What it leaves is used; each raise lasts."""
    stage, since = hour(lambda now: 30 + (8 if now % period_s < period_s / 2 else 0))
    assert most_raises(stage, since) <= FOLLOWED


def test_a_slow_wave_raises_seldom() -> None:
    stage, since = hour(lambda now: 30 + 8 * sin(2 * pi * now / 600))
    assert most_raises(stage, since) <= FOLLOWED


def test_what_a_heat_pump_leaves_for_ten_minutes_is_used() -> None:
    stage = plug_all(four_cars().building("Hall", lambda now: 40 if now < 600 else 30))
    stage.run(600 - stage.now)
    assert sum(stage.offered_a()) == 60
    assert stage.until(lambda: sum(stage.offered_a()) == 70, 40) <= 30


def test_the_patience_for_a_load_that_has_gone_is_bounded() -> None:
    """A lift has run for a while; when it stands still, all is used again within the longest wait and a minute."""
    stage = plug_all(four_cars().building("Hall", lambda now: 30 + (8 if now % 90 < 20 and now < 1000 else 0)))
    stage.run(1000 - stage.now)
    assert sum(stage.offered_a()) <= 62
    assert stage.until(lambda: sum(stage.offered_a()) == 70, MOST_S + 60) >= 60


@pytest.mark.parametrize(
    ("draws_s", "rests_s"), [(120, 10), (120, 30), (120, 60), (300, 45), (45, 45)], ids=lambda s: f"{s}s"
)
def test_a_car_that_pauses_frees_nothing_and_is_not_chased(draws_s: float, rests_s: float) -> None:
    """Fans and false starts. It keeps its setpoint; when it goes on nothing flows above the limit."""
    stage = four_cars().building("Hall", lambda now: 30)
    stage.run(15).plug(1, 2, 3)
    pulse(stage, 4, draws_s, rests_s)
    since = stage.now + SETTLED_S
    most_a = 0.0
    for _ in range(int(HOUR_S)):
        stage.run(1)
        most_a = max(most_a, stage.flows_a("Hall"))
    assert most_a <= 100
    assert most_raises(stage, since) <= (FOLLOWED if draws_s > MOST_S else LEARNING)


@pytest.mark.parametrize(("draws_s", "rests_s"), [(50, 17), (120, 20), (120, 60)], ids=lambda s: f"{s}s")
def test_a_car_that_goes_on_takes_nothing_from_its_neighbours(draws_s: float, rests_s: float) -> None:
    """The full board is not taken for a building that rose. One pulse in ten ends just when a report says that it
    lasts: that costs some seconds at 3 A less."""
    stage = Stage(site(board("Hall", 60, stations(3), meter=True))).building("Hall", lambda now: 18)
    stage.run(20).plug(1, 2)
    pulse(stage, 3, draws_s, rests_s)
    stage.run(120)
    assert stage.offered_a(1, 2) == [14, 14]
    offers = [sum(stage.run(1).offered_a(1, 2)) / 2 for _ in range(1800)]
    assert sum(offers) / len(offers) >= 13.5


def test_a_car_that_starts_late_keeps_its_minimum_free_and_its_neighbours_still() -> None:
    """A delayed start: plugged and told, it draws nothing for a quarter of an hour, then all that it was told. (Where
    idle cars are neither capped nor suspended; else ENE-13 and ENE-14 take it down, and wake it up.)"""
    idle_as_told = {"enabled": False, "suspension": "disable"}
    stage = four_cars(optimisation=idle_as_told).building("Hall", lambda now: 30)
    stage.run(15).plug(1, 2, 3)
    pulse(stage, 4, 0.5, 900)
    since = stage.now + SETTLED_S
    stage.run(890)
    assert stage.since(since) == []
    assert stage.offered_a(4) == [17.5]


@pytest.mark.parametrize("max_a", [24.5, 27])
def test_a_car_at_the_door_has_its_minimum_reserved_without_a_flutter(max_a: float) -> None:
    """Preparing: the others are lowered once and for all; nobody is raised and cut in between."""
    stage = Stage(site(board("Hall", max_a, stations(4)))).run(10).plug(1, 2, 3).run(60)
    stage.plug(4)
    began = stage.now
    stage.run(60)
    assert sorted(stage.offered_a()) == sorted([int(max_a * 10 / 4) / 10] * 4)
    for number in (1, 2, 3):
        assert all(not change.raises for change in stage.since(began, number))
