"""What the site document says of connectors that do not do what they were told."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from control.obeying import obedience
from engine.facts import Measured, StationClock
from engine.model import Optimisation, Suspension
from tests.engine.builders import Bench, config, connector, zone

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)


def charging(**more: Any) -> Bench:
    bench = Bench(config([zone(1, 40)], [connector(1), connector(2)], **more))
    bench.online(1, 2)
    bench.run(10)
    bench.plug(1, 2)
    bench.run(30)
    return bench


def said(bench: Bench) -> dict[str, Any]:
    found = obedience(bench.site, bench.at(1), bench.now, NOON)
    assert found is not None
    return found


def test_one_that_obeys_has_nothing_said_of_it() -> None:
    bench = charging()
    assert obedience(bench.site, bench.at(1), bench.now, NOON) is None


@pytest.mark.parametrize(("rounds", "step"), [(2, "zero"), (6, "stop"), (10, "disable")])
def test_one_that_was_caught_says_what_it_was_told_took_and_what_was_done(rounds: int, step: str) -> None:
    bench = charging()
    for _ in range(rounds):
        bench.measure(1, 26, 26, 26)
        bench.run(10)
    found = said(bench)
    assert (found["state"], found["seen_a"], found["rating_a"], found["step"]) == ("disobeys", 26, 32, step)
    assert found["allowed_a"] < 26
    assert found["since"] < "2026-06-01T12:00:00Z"


def test_one_that_refuses_its_limits() -> None:
    bench = charging()
    bench.at(1).unmanaged = True
    assert said(bench)["state"] == "refuses"


def test_one_whose_car_gets_nothing_of_what_it_is_allowed() -> None:
    bench = charging(optimisation=Optimisation(enabled=False, suspension=Suspension.DISABLE))
    for _ in range(15):
        bench.measure(1, 0, 0, 0)
        bench.run(10)
    found = said(bench)
    assert (found["state"], found["seen_a"], found["allowed_a"]) == ("starved", 0, 20)


def test_one_whose_clock_is_off_has_its_degraded_current() -> None:
    bench = charging()
    bench.tell(StationClock(1, wrong=True, skew_s=60))
    assert (said(bench)["state"], said(bench)["degraded_a"]) == ("clock", 20)


def test_one_that_says_that_it_offers_more() -> None:
    bench = charging()
    bench.tell(Measured(1, (6_000, 6_000, 6_000), offered_ma=32_000))
    assert (said(bench)["state"], said(bench)["seen_a"]) == ("doubted", 32)


def test_one_with_standing_limits_only_was_told_its_standing_limit() -> None:
    bench = Bench(config([zone(1, 40)], [replace(connector(1), default_only=True), connector(2)]))
    bench.online(1, 2)
    bench.run(10)
    bench.plug(1, 2)
    bench.run(90)
    bench.tell(Measured(1, (6_000, 6_000, 6_000), offered_ma=32_000))
    assert (said(bench)["state"], said(bench)["allowed_a"]) == ("doubted", 20)
