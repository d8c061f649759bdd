"""What reduces a zone at an instant, and what a clock that steps does not do to it (ENE-6, S14, S20)."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

from control.inputs import InputRule
from control.reductions import Limit, Reductions, Sources
from engine.model import Reduction, SiteConfig, ZoneConfig
from zones.tou import Period, Slot

NOON = datetime(2026, 1, 14, 12, tzinfo=UTC)
BASE = SiteConfig(zones=(ZoneConfig(1, "Main", None, 100_000), ZoneConfig(2, "Annex", None, 50_000)))
PEAK = Period("Peak", 50, frozenset(range(7)), (Slot(time(18), time(20)),))
RECEIVER = InputRule(7, "Receiver", 600, frozenset({1}))


def after(**duration: float) -> datetime:
    return NOON + timedelta(**duration)


def lease(expires_at: datetime, **values: int) -> Limit:
    return Limit(3, 1, "EBMS", expires_at=expires_at, set_at=NOON, **values)


def effective_a(config: SiteConfig | None) -> list[float]:
    assert config is not None
    return [zone.effective_max_ma / 1000 for zone in config.zones]


def loaded(sources: Sources) -> Reductions:
    reductions = Reductions()
    reductions.load(BASE, sources, NOON, 0.0)
    return reductions


def test_a_period_comes_into_force_15_s_early_and_ends() -> None:
    reductions = loaded(Sources(periods=((PEAK, frozenset({1})),)))
    assert reductions.changed(after(hours=5, minutes=59, seconds=44), 1) is None
    begun = reductions.changed(after(hours=5, minutes=59, seconds=45), 2)
    assert effective_a(begun) == [50, 50]
    assert begun
    assert begun.zones[0].reductions == (Reduction("time of use: Peak", 500),)
    assert reductions.changed(after(hours=7), 3) is None
    assert effective_a(reductions.changed(after(hours=8), 4)) == [100, 50]


def test_the_smallest_quotient_and_the_smallest_maximum_win() -> None:
    limits = (Limit(1, 1, "contract", 800), Limit(2, 1, "grid", 900, 45_000), Limit(4, 1, "tariff", None, 60_000))
    config = Reductions().load(BASE, Sources(limits, ((PEAK, frozenset({1, 2})),)), after(hours=7), 0)
    assert effective_a(config) == [45, 25]
    assert [zone.reduced_by for zone in config.zones] == ["grid", "time of use: Peak"]


def test_what_is_configured_stays_beside_what_comes_and_goes() -> None:
    base = SiteConfig(zones=(replace(BASE.zones[0], reductions=(Reduction("contract", 800),)),))
    reductions = Reductions()
    config = reductions.load(base, Sources(periods=((PEAK, frozenset({1})),)), after(hours=7), 0)
    assert [reduction.source for reduction in config.zones[0].reductions] == ["contract", "time of use: Peak"]
    assert effective_a(reductions.changed(after(hours=8), 1)) == [80]


def test_a_limit_expires_by_itself() -> None:
    reductions = loaded(Sources((lease(after(seconds=60), max_ma=10_000),)))
    assert reductions.changed(after(seconds=59), 59) is None
    assert effective_a(reductions.changed(after(seconds=60), 60)) == [100, 50]
    assert reductions.ended(60) == [(3, after(seconds=60))]


def test_a_limit_may_leave_a_fallback_behind() -> None:
    reductions = loaded(Sources((lease(after(seconds=60), quotient_pm=0, fallback_ma=32_000),)))
    assert effective_a(reductions.changed(after(seconds=60), 60)) == [32, 50]


def test_a_clock_that_jumps_a_year_ahead_releases_no_limit() -> None:
    reductions = loaded(Sources((lease(after(seconds=60), max_ma=10_000),), ((PEAK, frozenset({2})),)))
    assert effective_a(reductions.changed(after(days=365, hours=7), 1)) == [10, 25]
    assert effective_a(reductions.changed(after(days=365, hours=7), 61)) == [100, 25]


def test_a_clock_that_falls_back_keeps_no_period_in_force() -> None:
    reductions = Reductions()
    reductions.load(BASE, Sources(periods=((PEAK, frozenset({1})),)), after(hours=7), 0)
    assert effective_a(reductions.changed(after(days=-365), 1)) == [100, 50]


def test_a_limit_lasts_no_longer_than_it_was_set_for_even_if_the_clock_is_decades_behind() -> None:
    reductions = Reductions()
    reductions.load(BASE, Sources((lease(after(seconds=60), max_ma=10_000),)), datetime(1990, 1, 1, tzinfo=UTC), 0)
    assert reductions.ended(60) == [(3, after(seconds=60))]


def test_a_renewed_limit_lives_on_and_a_reload_does_not_prolong_it() -> None:
    reductions = loaded(Sources((lease(after(seconds=60), max_ma=10_000),)))
    reductions.load(BASE, Sources((lease(after(seconds=60), max_ma=10_000),)), after(seconds=1), 50)
    assert reductions.ended(60)
    reductions.load(BASE, Sources((lease(after(seconds=120), max_ma=10_000),)), after(seconds=60), 60)
    assert not reductions.ended(119)


def test_an_expired_limit_is_not_in_force_after_a_restart() -> None:
    sources = Sources((lease(after(seconds=-1), max_ma=10_000),))
    assert effective_a(Reductions().load(BASE, sources, NOON, 0)) == [100, 50]


def test_an_active_input_reduces_its_zones_under_its_name() -> None:
    reductions = loaded(Sources(inputs=(RECEIVER,)))
    for now in (1, 2, 3):
        reductions.inputs.read(7, False, now)
    assert effective_a(reductions.changed(NOON, 3)) == [100, 50]
    reductions.inputs.read(7, True, 4)
    closed = reductions.changed(NOON, 4)
    assert effective_a(closed) == [60, 50]
    assert closed
    assert closed.zones[0].reductions[0].source == "digital input Receiver"
