"""What a profile may hold in a station that did not answer."""

from engine.profiles import LATE_S, Doubt, Profile


def test_a_write_that_was_given_up_long_ago_is_followed_by_nobody_any_more() -> None:
    """Else a limit of 0 A that was lost with the link hides what the car draws behind the building (ENE-3, L2)."""
    doubt = Doubt(2, 0)
    profile = Profile(acked_ma=20_000, acked_generation=1, accepted_at=0.0, doubts=[doubt])
    assert profile.newly_ma(since=500) == 0
    doubt.ground(100)
    assert profile.newly_ma(since=100 + LATE_S - 1) == 0
    assert profile.newly_ma(since=100 + LATE_S + 1) is None
    assert profile.highest_ma == 20_000
