"""ENE-13: who draws less than it is offered gives up what it does not use, and gets it back when it wants it."""

from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest

from engine.facts import Measured
from engine.model import Optimisation, Suspension
from engine.reasons import ReasonCode
from engine.supply import Supply
from tests.engine.builders import config, connector, zone
from tests.engine.drawing import Garage

KEEP = Suspension.DISABLE


def garage(max_a: float = 100, cars: int = 4, *, report_s: int = 10, **options: Any) -> Garage:
    stations = [connector(n) for n in range(1, cars + 1)]
    return Garage(config([zone(1, max_a)], stations, optimisation=Optimisation(**options)), report_s=report_s)


def test_a_car_that_draws_little_keeps_its_consumption_and_the_margin() -> None:
    site = garage()
    site.plug(8)
    assert 60 <= site.until(18) <= 75
    reason = site.bench.at(1).reason
    assert reason.code is ReasonCode.OPTIMISED
    assert reason.as_dict() == {"cap_a": 18.0, "consumption_a": 8.0, "max_a": 32.0}


def test_what_is_freed_goes_to_the_others() -> None:
    site = garage(60, 3)
    site.plug(4, 32, 32)
    site.run(50)
    assert site.bench.setpoints_a() == [20, 20, 20]
    site.run(60)
    assert site.bench.setpoints_a() == [14, 23, 23]


@pytest.mark.parametrize(
    ("options", "wish_a", "setpoint_a"),
    [
        pytest.param({}, 22, 32, id="exactly the trigger below: nothing"),
        pytest.param({}, 21.9, 31.9, id="more than the trigger below"),
        pytest.param({"trigger_ma": 20_000}, 13, 32, id="a larger trigger"),
        pytest.param({"margin_ma": 6_000}, 8, 14, id="a smaller margin"),
        pytest.param({"enabled": False}, 8, 32, id="switched off"),
        pytest.param({"suspension": KEEP}, 0, 10, id="nothing drawn, not suspended"),
    ],
)
def test_settings(options: dict[str, Any], wish_a: float, setpoint_a: float) -> None:
    site = garage(**options)
    site.plug(wish_a)
    site.run(200)
    assert site.bench.setpoints_a() == [setpoint_a]


def test_a_cap_is_never_below_the_minimum() -> None:
    site = garage(margin_ma=2_000, gap_ma=1_000)
    site.plug(3)
    site.run(200)
    assert site.bench.setpoints_a() == [6]


def test_the_delay_counts_for_a_car_that_slackens_later() -> None:
    site = garage(delay_s=60)
    site.plug(lambda s: 32 if s < 300 else 8)
    site.run(300)
    assert 60 <= site.until(18) <= 75


def test_the_first_minute_is_not_judged() -> None:
    """Field notes, 4.7: some cars draw nothing for 45 s."""
    site = garage(suspension=KEEP)
    site.plug(lambda s: 0 if s < 45 else 32)
    site.run(300)
    assert [ampere for _, ampere in site.changes(1)] == [32]


def test_a_car_that_was_suspended_for_want_of_current_has_its_first_minute_again() -> None:
    site = garage(8, 2)
    site.plug(8, 8)
    site.run(200)
    site.unplug(1)
    site.wishes[2] = 0
    back_s = site.until(8, 2)
    assert back_s < 30
    site.run(55)
    assert site.setpoint_a(2) == 8


def test_a_capped_car_that_wants_more_gets_it_within_a_report_and_a_raise() -> None:
    site = garage()
    site.plug(8)
    site.until(18)
    site.wishes[1] = 32
    assert site.until(32) <= 26


def test_within_the_gap_of_the_cap_is_enough() -> None:
    site = garage()
    site.plug(8)
    site.until(18)
    site.wishes[1] = 12.9
    site.run(60)
    assert site.setpoint_a(1) == 18
    site.wishes[1] = 13
    site.until(32, most_s=30)


def test_after_that_the_trigger_must_hold_again_for_the_delay() -> None:
    site = garage()
    site.plug(8)
    site.until(18)
    site.wishes[1] = 32
    site.until(32)
    site.run(60)
    site.wishes[1] = 8
    assert 30 <= site.until(18) <= 45


def test_a_cap_follows_a_car_that_tapers_and_not_one_that_trembles() -> None:
    site = garage()
    site.plug(lambda s: 12 if s < 200 else 12 - s % 20 / 20 if s < 800 else 5)
    site.run(1000)
    assert [ampere for _, ampere in site.changes(1)] == [32, 22, 15]


def test_without_reports_nobody_is_capped() -> None:
    site = garage(report_s=30)
    site.plug(8, 0)
    site.run(600)
    assert site.bench.setpoints_a() == [32, 32]


def test_a_capped_car_whose_reports_stay_away_is_let_go() -> None:
    site = garage()
    site.plug(8)
    site.until(18)
    site.quiet = {1}
    assert site.until(32) <= 40


@pytest.mark.parametrize(
    "fact",
    [
        pytest.param(Measured(1, (8_000, None, None)), id="two phases missing"),
        pytest.param(Measured(1, power_w=3_680), id="16 A on one phase, as power"),
        pytest.param(Measured(1, energy_wh=10), id="energy only"),
    ],
)
def test_what_a_report_does_not_tell_may_be_drawn(fact: Measured) -> None:
    site = garage(trigger_ma=17_000)
    site.plug(8)
    site.quiet = {1}
    for _ in range(30):
        site.bench.tell(fact)
        site.run(10)
    assert site.bench.setpoints_a() == [32]


@pytest.mark.parametrize(
    ("supply", "fact", "setpoint_a"),
    [
        pytest.param(Supply(dc=True), Measured(1, power_w=6_210), 20, id="DC, counted at 0.9 of the voltage"),
        pytest.param(Supply(dc=True, efficiency_pm=900), Measured(1, power_w=5_589), 20, id="DC, with its losses"),
        pytest.param(Supply(dc=True), Measured(1, (25_000,) * 3), 32, id="the current into the car says nothing"),
        pytest.param(Supply(watts=True), Measured(1, (9_000,) * 3), 20, id="AC in watt, counted alike"),
    ],
)
def test_a_draw_is_counted_as_the_setpoint_is(supply: Supply, fact: Measured, setpoint_a: float) -> None:
    """ENE-8: 10 A are 6 210 W."""
    site = Garage(config([zone(1, 100)], [replace(connector(1), supply=supply)]))
    site.plug(8)
    site.quiet = {1}
    for _ in range(20):
        site.bench.tell(fact)
        site.run(10)
    assert site.bench.setpoints_a() == [setpoint_a]


def test_a_setpoint_that_lives_in_flash_is_left_alone() -> None:
    site = Garage(config([zone(1, 100)], [replace(connector(1), default_only=True)]))
    site.plug(8)
    site.wishes[1] = 0
    before = len(site.bench.sent)
    site.bench.run(20)
    told = len(site.bench.sent)
    for _ in range(60):
        site.bench.tell(Measured(1, (0, 0, 0)))
        site.run(10)
    assert before <= told == len(site.bench.sent)
    assert site.bench.at(1).target_ma == 32_000


@pytest.mark.parametrize(("pause_s", "every_s"), [(10, 120), (25, 90), (40, 180), (60, 150), (60, 400)])
@pytest.mark.parametrize("strategy", [Suspension.DISABLE, Suspension.REUSE])
def test_a_car_whose_fan_pauses_it_is_capped_once_at_most(pause_s: int, every_s: int, strategy: Suspension) -> None:
    """Field notes, 4.7: pauses of 10 to 60 s."""
    site = garage(suspension=strategy)
    site.plug(lambda s: 0 if s > 100 and s % every_s < pause_s else 32)
    site.run(3600)
    changes = site.changes(1, after_s=60)
    assert len(changes) <= 2
    assert site.changes(1)[-1][1] == 32


@pytest.mark.parametrize("strategy", list(Suspension))
def test_a_draw_that_comes_and_goes_changes_a_setpoint_less_and_less_often(strategy: Suspension) -> None:
    site = garage(suspension=strategy, margin_ma=6_000)
    site.plug(lambda s: 3 if s % 170 < 100 else 14)
    site.run(7200)
    early, late = site.changes(1), site.changes(1, after_s=3600)
    assert len(early) <= 14
    assert len(late) <= 2


def test_with_constant_draws_a_setpoint_changes_once_at_most() -> None:
    """L1."""
    site = garage(60, 4)
    site.plug(3, 9, 32, 16)
    site.run(1800)
    for identity in (1, 2, 3, 4):
        instants = [at for at, _ in site.changes(identity, after_s=75)]
        assert all(later - earlier > 600 for earlier, later in pairwise(instants))
        assert len(instants) <= 1


@pytest.mark.parametrize("wishes", [(4, 12, 32), (2, 11, 12, 32), (8, 9, 16, 32), (3, 13, 14, 15, 32)])
@pytest.mark.parametrize("max_a", [45, 60, 80])
def test_the_caps_of_some_do_not_move_others_up_and_down(wishes: tuple[int, ...], max_a: float) -> None:
    """L1: after 60 s at most one change per connector in 10 minutes."""
    site = garage(max_a, len(wishes))
    site.plug(*wishes)
    site.run(1800)
    for identity in range(1, len(wishes) + 1):
        assert len(site.changes(identity, after_s=60)) <= 1, site.changes(identity)


def test_a_car_that_leaves_some_unused_is_not_raised_until_it_wants_more() -> None:
    site = garage(60, 3)
    site.plug(4, 12, 32)
    site.run(120)
    assert site.bench.setpoints_a() == [14, 22, 24]
    assert site.bench.at(2).reason.as_dict() == {"cap_a": 22.0, "consumption_a": 12.0, "max_a": 32.0}
    site.wishes[2] = 32
    site.until(23, 2, most_s=30)
    assert site.setpoint_a(3) == 23


def test_a_cap_is_forgotten_when_its_settings_change() -> None:
    site = garage()
    site.plug(8)
    site.until(18)
    site.bench.reconfigure(optimisation=Optimisation(enabled=False))
    site.run(20)
    assert site.bench.setpoints_a() == [32]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"margin_ma": 11_000}, "must not be larger than the trigger"),
        ({"gap_ma": 10_000}, "must be smaller than the margin"),
        ({"wake_up_s": 9}, "at least 10 s"),
        ({"delay_s": 0}, "above 0 s"),
    ],
)
def test_settings_that_would_cap_and_uncap_for_ever_are_refused(options: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        Optimisation(**options)
