"""What reduces each zone now: configuration, time of use, limits for a while, digital inputs (ENE-6). Pure.

The wall clock decides time of use only (S14). A limit ends by the monotonic clock, from how long it had to live when it
was first seen: a clock that steps neither releases it nor keeps it for ever.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta, tzinfo

from control.inputs import InputRule, Inputs
from engine.model import Reduction, SiteConfig, ZoneConfig
from zones import tou
from zones.sources import of_input, of_period

LOOK_AGAIN = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Limit:
    """What a building management system asked for. `fallback_ma` None: nothing is left of it when it expires."""

    id: int
    zone: int
    source: str
    quotient_pm: int | None = None
    max_ma: int | None = None
    expires_at: datetime | None = None
    set_at: datetime | None = None
    fallback_ma: int | None = None


@dataclass(frozen=True, slots=True)
class Sources:
    """Everything that reduces zones at times. Periods come with the zones that they apply to."""

    limits: tuple[Limit, ...] = ()
    periods: tuple[tuple[tou.Period, frozenset[int]], ...] = ()
    inputs: tuple[InputRule, ...] = ()
    time_zone: tzinfo = UTC


@dataclass(frozen=True, slots=True)
class _Moment:
    """Between which instants of the wall clock, with which limits expired and inputs active, a composition holds."""

    since: datetime
    until: datetime
    expired: frozenset[int]
    active: frozenset[int]


@dataclass(slots=True)
class Reductions:
    """The configuration as it is reduced now. `wall` is aware, `now` monotonic.

    It is given the configuration with the reductions that stay; those that come and go are added.
    """

    inputs: Inputs = field(default_factory=Inputs)
    _base: SiteConfig = field(default_factory=SiteConfig)
    _sources: Sources = field(default_factory=Sources)
    _ends: dict[tuple[int, datetime], float] = field(default_factory=dict)
    _moment: _Moment | None = None

    def load(self, base: SiteConfig, sources: Sources, wall: datetime, now: float) -> SiteConfig:
        """Take over a configuration and what reduces it at times; returns it as it is reduced now."""
        self._base, self._sources = base, sources
        self.inputs.configure(sources.inputs)
        known = self._ends
        self._ends = {key: known.get(key, now + life) for key, life in _lives(sources.limits, wall)}
        return self._composed(wall, now)

    def changed(self, wall: datetime, now: float) -> SiteConfig | None:
        """The configuration where something came into force, ended or expired since the last look."""
        moment = self._moment
        if moment is None:
            return None
        if moment.since <= wall < moment.until and self._now(now) == (moment.expired, moment.active):
            return None
        return self._composed(wall, now)

    def ended(self, now: float) -> list[tuple[int, datetime]]:
        """(id, expires_at) of the limits that have expired; their rows do not know yet."""
        return [key for key, at in self._ends.items() if at <= now]

    def _now(self, now: float) -> tuple[frozenset[int], frozenset[int]]:
        return frozenset(limit for limit, _ in self.ended(now)), self.inputs.active(now)

    def _composed(self, wall: datetime, now: float) -> SiteConfig:
        expired, active = self._now(now)
        periods = [period for period, _ in self._sources.periods]
        until = tou.next_change_after(periods, wall, self._sources.time_zone) or wall + LOOK_AGAIN
        self._moment = _Moment(wall, until, expired, active)
        return compose(self._base, self._sources, wall, expired, active)


def compose(
    base: SiteConfig, sources: Sources, wall: datetime, expired: Iterable[int] = (), active: Iterable[int] = ()
) -> SiteConfig:
    """`base` with what reduces it at `wall`, with these limits expired and these digital inputs active."""
    gone, closed = set(expired), set(active)
    periods = [(p, zones) for p, zones in sources.periods if tou.in_force(p, wall, sources.time_zone)]
    quotients: list[tuple[frozenset[int], Reduction]] = [
        *((zones, Reduction(of_period(p.name), p.max_charge_pct * 10)) for p, zones in periods),
        *((i.zones, Reduction(of_input(i.name), i.quotient_pm)) for i in sources.inputs if i.id in closed),
    ]
    limits = [_as_it_stands(limit, limit.id in gone) for limit in sources.limits]
    return replace(base, zones=tuple(_reduced(zone, limits, quotients) for zone in base.zones))


def _reduced(zone: ZoneConfig, limits: list[Limit], quotients: list[tuple[frozenset[int], Reduction]]) -> ZoneConfig:
    own = [limit for limit in limits if limit.zone == zone.id]
    reductions = list(zone.reductions)
    reductions += [Reduction(limit.source, limit.quotient_pm) for limit in own if limit.quotient_pm is not None]
    reductions += [reduction for zones, reduction in quotients if zone.id in zones]
    maximums = [(limit.max_ma, limit.source) for limit in own if limit.max_ma is not None]
    max_ma, source = min(maximums, default=(None, ""))
    return replace(zone, reductions=tuple(reductions), ebms_max_ma=max_ma, ebms_source=source)


def _as_it_stands(limit: Limit, expired: bool) -> Limit:
    return replace(limit, quotient_pm=None, max_ma=limit.fallback_ma) if expired else limit


def _lives(limits: Iterable[Limit], wall: datetime) -> Iterable[tuple[tuple[int, datetime], float]]:
    """How long each limit that expires has to live; never longer than it was set for, whatever the clock says."""
    for limit in limits:
        if limit.expires_at is not None:
            left = limit.expires_at - wall
            if limit.set_at is not None:
                left = min(left, limit.expires_at - limit.set_at)
            yield (limit.id, limit.expires_at), left.total_seconds()
