"""The breaker against the figures of invariants 1."""

import pytest

from simulator.breaker import Breaker


def seconds_to_trip(share: float, trip_s: float = 12.5, limit_s: float = 8000.0) -> float | None:
    breaker = Breaker(100_000, trip_s=trip_s)
    breaker.advance(0.0, share * 100_000)
    at = 0.0
    while at < limit_s and not breaker.tripped:
        at += 0.1
        breaker.advance(at, share * 100_000)
    return breaker.tripped_at


@pytest.mark.parametrize(("share", "seconds"), [(1.1, 23), (1.2, 20), (1.3, 17), (1.5, 12.5), (2.0, 7.0)])
def test_the_fastest_electronic_curve(share: float, seconds: float) -> None:
    assert seconds_to_trip(share) == pytest.approx(seconds, abs=0.6)


@pytest.mark.parametrize(("share", "seconds"), [(1.1, 370), (1.2, 310), (1.3, 270), (1.5, 200)])
def test_a_slow_setting(share: float, seconds: float) -> None:
    assert seconds_to_trip(share, trip_s=200.0) == pytest.approx(seconds, rel=0.02)


@pytest.mark.parametrize("share", [0.0, 1.0, 1.05])
def test_its_rated_current_holds_for_ever(share: float) -> None:
    assert seconds_to_trip(share) is None


def overload(breaker: Breaker, at: float, seconds: float, share: float) -> None:
    breaker.advance(at, 0)
    breaker.advance(at, share * 100_000)
    breaker.advance(at + seconds, share * 100_000)
    breaker.advance(at + seconds, 0)


def test_it_remembers_a_recent_overload() -> None:
    breaker = Breaker(100_000)
    overload(breaker, 0, 8, 1.5)
    overload(breaker, 30, 6, 1.5)
    assert breaker.tripped


def test_it_forgets_an_old_overload() -> None:
    breaker = Breaker(100_000)
    overload(breaker, 0, 8, 1.5)
    overload(breaker, 1200, 12, 1.5)
    assert not breaker.tripped


def test_eight_seconds_at_130_percent_do_not_trip_it() -> None:
    breaker = Breaker(100_000)
    overload(breaker, 0, 8, 1.3)
    assert not breaker.tripped
    assert 0.4 < breaker.heat < 0.55
