"""What a station makes of a charging profile that it misunderstands (F6)."""

from collections.abc import Callable
from dataclasses import replace

from simulator.profiles import Period, Profile
from simulator.spec import OutletSpec, StationSpec


def misread(spec: StationSpec, profile: Profile) -> Profile:
    """The profile as this station takes it; one that behaves takes it as it is."""
    if spec.times_ten:
        profile = _scaled(profile, lambda ma: ma * 10)
    if spec.takes_watts:
        outlet: OutletSpec = spec.outlets[(profile.connector or 1) - 1]
        profile = _scaled(profile, lambda ma: int(ma / outlet.w_per_a))
    if spec.other_connector and profile.connector and len(spec.outlets) > 1:
        profile = replace(profile, connector=profile.connector % len(spec.outlets) + 1)
    return profile


def _scaled(profile: Profile, by: Callable[[int], int]) -> Profile:
    return replace(profile, periods=tuple(Period(p.start_s, by(p.limit_ma)) for p in profile.periods))
