"""ENE-14: who draws nothing is suspended and woken up, or held at the minimum."""

from itertools import pairwise
from typing import Any

from engine.facts import Measured, RanksReviewed
from engine.model import Minimum, Optimisation, Suspension
from engine.reasons import ReasonCode
from tests.engine.builders import config, connector, zone
from tests.engine.drawing import Garage


def garage(max_a: float = 100, cars: int = 4, *, minimum: Minimum = Minimum.IEC, **options: Any) -> Garage:
    stations = [connector(n) for n in range(1, cars + 1)]
    return Garage(config([zone(1, max_a)], stations, minimum=minimum, optimisation=Optimisation(**options)))


def test_a_car_that_draws_nothing_is_suspended_and_the_others_get_its_current() -> None:
    site = garage(40, 2)
    site.plug(0.9, 32)
    site.run(90)
    assert site.bench.setpoints_a() == [0, 32]


def test_a_suspended_session_says_so() -> None:
    site = garage()
    site.plug(0)
    site.until(0)
    reason = site.bench.at(1).reason
    assert reason.code is ReasonCode.SYSTEM_SUSPENDED
    assert reason.as_dict()["next_wake_up_s"] in (599, 600)


def test_one_ampere_is_not_nothing() -> None:
    site = garage()
    site.plug(1)
    site.run(300)
    assert site.bench.setpoints_a() == [11]


def test_the_minimum_is_offered_for_a_minute_at_every_wake_up() -> None:
    site = garage()
    site.plug(0)
    site.run(2000)
    start, *changes = [(round(at), ampere) for at, ampere in site.changes(1)]
    assert start[1] == 32
    assert [ampere for _, ampere in changes] == [0, 6, 0, 6, 0, 6, 0]
    waits = [later - earlier for (earlier, _), (later, _) in pairwise(changes)]
    assert waits == [600, 60, 540, 60, 540, 60]


def test_a_wake_up_says_what_it_is() -> None:
    site = garage()
    site.plug(0)
    site.until(0)
    site.until(6)
    site.run(5)
    assert site.bench.at(1).reason.code is ReasonCode.WAKE_UP
    assert site.bench.at(1).reason.as_dict() == {"minimum_a": 6.0, "offer_s": 60}


def test_a_car_that_takes_the_offer_charges_again() -> None:
    site = garage()
    site.plug(0)
    site.until(0)
    site.wishes[1] = 32
    site.until(6)
    assert site.until(32) <= 30
    site.run(900)
    assert site.setpoint_a(1) == 32


def test_the_interval_is_a_setting_and_a_pause_lies_between_two_offers() -> None:
    site = garage(wake_up_s=10)
    site.plug(0)
    site.until(0)
    site.run(300)
    changes = [(round(at), ampere) for at, ampere in site.changes(1)][2:]
    assert [ampere for _, ampere in changes[:4]] == [6, 0, 6, 0]
    assert [later - earlier for (earlier, _), (later, _) in pairwise(changes[:4])] == [60, 10, 60]


def test_disabled_nobody_is_suspended() -> None:
    site = garage(suspension=Suspension.DISABLE, enabled=False)
    site.plug(0)
    site.run(900)
    assert site.bench.setpoints_a() == [32]


def test_suspension_works_with_caps_switched_off() -> None:
    site = garage(enabled=False)
    site.plug(0, 8)
    site.run(120)
    assert site.bench.setpoints_a() == [0, 32]


def test_reuse_holds_it_at_the_minimum_and_gives_the_rest_away() -> None:
    site = garage(40, 2, suspension=Suspension.REUSE)
    site.plug(0, 32)
    site.run(100)
    assert site.bench.setpoints_a() == [6, 32]
    assert site.bench.at(1).reason.code is ReasonCode.HELD_AT_MINIMUM
    site.run(1800)
    assert [ampere for _, ampere in site.changes(1)][1:] == [6]


def test_a_held_car_that_draws_again_is_let_go() -> None:
    site = garage(suspension=Suspension.REUSE, minimum=Minimum.EVZE)
    site.plug(0)
    site.until(14)
    site.wishes[1] = 32
    assert site.until(32) <= 26


def test_shedding_is_not_suspension_by_the_system() -> None:
    site = garage(8, 2)
    site.plug(8, 8)
    site.run(700)
    assert site.bench.setpoints_a() == [8, 0]
    assert site.bench.at(2).reason.code is ReasonCode.SUSPENDED


def test_a_suspended_car_leaves_its_place_to_one_that_was_shed() -> None:
    site = garage(8, 2)
    site.plug(0, 8)
    site.run(100)
    assert site.bench.setpoints_a() == [0, 8]


def test_a_wake_up_takes_nobodys_minimum() -> None:
    site = garage(8, 2)
    site.plug(0, 8)
    site.run(850)
    assert [ampere for _, ampere in site.changes(2)] == [0, 8]
    assert site.bench.at(1).reason.code is ReasonCode.SUSPENDED


def test_a_vips_wake_up_takes_nobodys_minimum_either() -> None:
    site = garage(8, 2)
    site.plug(0, vip=True)
    site.plug(8, first=2)
    site.run(850)
    assert [ampere for _, ampere in site.changes(2)] == [0, 8]


def test_a_wake_up_that_found_no_room_has_its_rank_after_the_next_review() -> None:
    """L3: it must not wait for ever; once it took nothing, the other one is served again."""
    site = garage(8, 2)
    site.plug(0, 8)
    site.run(800)
    site.bench.tell(Measured(2, (8_000,) * 3, energy_wh=5_000), RanksReviewed())
    site.until(6, 1, most_s=30)
    assert site.setpoint_a(2) == 0
    site.until(8, 2, most_s=120)
    assert site.setpoint_a(1) == 0


def test_a_car_that_draws_before_the_cut_has_reached_it_is_not_suspended() -> None:
    site = garage()
    site.plug(lambda s: 0 if s < 70 else 32)
    site.bench.silent = {1}
    site.run(200)
    session = site.bench.at(1).session
    assert session is not None
    assert not session.usage.asleep


def test_a_wake_up_without_a_report_lets_the_car_go() -> None:
    site = garage()
    site.plug(0)
    site.until(0)
    site.quiet = {1}
    site.until(6)
    assert 55 <= site.until(32) <= 90


def test_a_short_pause_while_it_charges_is_no_reason() -> None:
    site = garage()
    site.plug(lambda s: 0 if s > 100 and s % 120 < 20 else 32)
    site.run(1800)
    assert [ampere for _, ampere in site.changes(1)] == [32]


def test_a_car_that_came_back_at_a_wake_up_is_not_suspended_for_a_pause() -> None:
    """A fan that takes a minute costs one wake-up interval, once."""
    site = garage()
    site.plug(lambda s: 0 if s > 100 and s % 700 < 60 else 32)
    site.run(7200)
    assert [ampere for _, ampere in site.changes(1)] == [32, 0, 6, 32]
