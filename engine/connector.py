"""What EVCE knows of a connector and of the session at it while it runs.

Instants are seconds on the monotonic clock of the caller; currents are milliampere.
"""

import math
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from engine.commands import Action, Target
from engine.facts import Status
from engine.model import ConnectorConfig, Place
from engine.profiles import Profile
from engine.reasons import Reason, ReasonCode
from engine.usage import Usage
from engine.wear import Wear

NOTHING = Reason(ReasonCode.NO_SESSION)


@dataclass(slots=True)
class Session:
    transaction: int
    vip: bool
    id_tag: str
    arrival: int
    started_at: float
    blocked: bool = False
    energy_wh: int = 0
    charging_s: float = 0.0
    charging_since: float | None = None
    rank: float | None = None
    """Energy (Wh) or duration (s) at the last review, the least of those who received the same; None while the session
    is newer than that."""
    served_at: float = -math.inf
    """The last review at which it had current."""
    lines: tuple[int, ...] | None = None
    """The lines seen in use (ENE-7); None while every wired line counts."""
    pattern: tuple[int, ...] | None = None
    pattern_since: float = 0.0
    pattern_samples: int = 0
    rebooted: bool = False
    """Its station has booted since it last showed that it charges."""
    fed: bool = False
    """Its car has drawn current."""
    hungry_s: float = 0.0
    """So long its car got nothing of what it was allowed (`engine.starving`) ..."""
    hungry_at: float | None = None
    """... and the last report that showed it; None where the last one did not ..."""
    drawn_ma: int = 0
    """... and what it drew then."""
    starved: bool = False
    """That was told of."""
    usage: Usage = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self.usage = Usage(self.started_at)

    def charging_time(self, now: float) -> float:
        return self.charging_s + (now - self.charging_since if self.charging_since is not None else 0.0)


@dataclass(slots=True)
class Report:
    """What a connector said that it draws, by line; None where it did not say."""

    at: float
    lines_ma: tuple[int | None, ...]
    drawn_ma: tuple[int, ...] = field(init=False, compare=False, repr=False)
    """The same with 0 where it did not say; on all lines together `total_ma`."""
    total_ma: int = field(init=False, compare=False)

    def __post_init__(self) -> None:
        self.drawn_ma = tuple([ma or 0 for ma in self.lines_ma])
        self.total_ma = sum(self.drawn_ma)


class Span(NamedTuple):
    """The least and the most that a connector can be drawing, by line, in readings from `since` until `until`."""

    since: float
    until: float
    lo: Sequence[int]
    hi: Sequence[int]


class Weight(NamedTuple):
    """What a connector counts for until `due_at`, unless a fact about it comes before. Its E is `entitled_ma`."""

    due_at: float
    """When something of it can change by itself."""
    wake_at: float
    """The part of that for which a cycle must not be late."""
    controlled: bool
    set_aside_ma: int
    """What a plan reserves for it where it is not controlled."""
    share_ma: int
    """What its standing default may allow."""


@dataclass(slots=True)
class Lingering:
    """A session that seems to be over without a Stop, and what its station was told for it."""

    session: Session
    limit: Profile


@dataclass(slots=True)
class Connector:
    config: ConnectorConfig
    path: tuple[int, ...]
    """Positions of its zone and every zone above it; empty without a zone."""
    status: Status = Status.UNKNOWN
    told_status: Status = Status.UNKNOWN
    """What the station said last; after a stop `status` runs ahead of it."""
    session: Session | None = None
    lingering: Lingering | None = None
    limit: Profile = field(default_factory=Profile)
    hold: Profile = field(default_factory=Profile)
    default: Profile = field(default_factory=Profile)
    hold_refused: bool = False
    """Its last tries to hold it down were refused; it is tried again after a while."""
    releases: int = 0
    """A hold may stand in a station that is not to have one: so many times it is still asked to take it away ..."""
    release_at: float = 0.0
    """... not before then."""
    wear: Wear = field(default_factory=Wear)
    generation: int = 0
    confirm_after: int = 0
    """Writes up to this generation prove nothing any more: the link, the station or the zone changed since."""
    share_until: float = 0.0
    """Preparing, an accepted card or a remote start: the default counts until then."""
    windows: list[tuple[int, float]] = field(default_factory=list)
    """Settle windows: (milliampere, until). Never closed early (S25)."""
    grace_ma: int | None = None
    grace_until: float = 0.0
    zones: tuple[int, ...] = ()
    """The ids of its path."""
    former: tuple[Place, ...] = ()
    """What it counts on and for as well: its station has not settled under a configuration that was edited (S12)."""
    edited_generation: int = 0
    """Only writes after this one are answered under the new configuration."""
    unmanaged: bool = False
    forgetful: bool = False
    """Its station was seen to have lost its profiles."""
    follows: list[tuple[int, float]] = field(default_factory=list)
    """What its car may still be seen drawing from before a decrease: (milliampere, until)."""
    judged_from: float = 0.0
    """Its reports tell about obedience from then on: it was given time to follow."""
    excess_ma: int = 0
    """Measured above its entitlement; 0 while it obeys."""
    over_ma: int = 0
    """What its car draws above its limit, so little that nobody is blamed for it: kept for it besides the limit."""
    disobeying_since: float | None = None
    resumed: bool = False
    """That was found out by the process before this one: `disobeying_since` is when this one began."""
    caught_ma: int = 0
    """What it drew or offered when it was caught, and ..."""
    allowed_ma: int = 0
    """... what it was allowed then."""
    strikes: int = 0
    """How often it was caught since it booted, or since a person trusted it."""
    forgiven: bool = False
    """It was caught and let go in this session."""
    relapsed: bool = False
    """Caught again after that: not before the next session."""
    lease_void: bool = False
    """Its station's clock is off: what it was told for a while may have ended, or never end (S21)."""
    readmitted: bool = False
    """A person wants it in service again; the station is still to be told."""
    offered_ma: int | None = None
    """What its last report in this session said that it offers."""
    doubted: bool = False
    """`excess_ma` is what it says that it offers, and nothing bears that out."""
    suspected: bool = False
    """It was seen above its limit in this session."""
    calm_reports: int = 0
    """In this session: reports within its limit while more was said to be offered."""
    good_reports: int = 0
    vacant_since: float = -math.inf
    """When its last session ended ..."""
    judged_alone_from: float = -math.inf
    """... from when its reports tell of the time after that ..."""
    parting_ma: tuple[int | None, ...] | None = None
    """... and the last of it; None once another figure came (`engine.stray`)."""
    stray_reports: int = 0
    """So many reports in a row told of current without a session, the last one at `stray_at`."""
    stray_at: float = 0.0
    sanction: Action | None = None
    sanctioned_at: float = 0.0
    check_at: float = math.inf
    """When to ask for a meter value, if none has come since it took a limit, or for too long."""
    unanswered: int = 0
    """So many times in a row it was asked for one, and none has come."""
    reports: deque[Report] = field(default_factory=lambda: deque(maxlen=32))
    span: Span | None = None
    weight: Weight | None = None
    """None: something about it is new, it must be weighed again."""
    restless: bool = True
    """It may have to be told something. Others have what they should, until they are weighed again."""
    entitled_ma: int = 0
    unseen_ma: int = 0
    """So much more it was entitled to until `let_go_at`, and no meter has been read since (`engine.unseen`)."""
    let_go_at: float = 0.0
    entitlements: deque[tuple[float, int, tuple[int, ...]]] = field(default_factory=deque)
    """Changes of the entitlement: (since, milliampere, lines), oldest first."""
    settled_at: float = 0.0
    raised_at: float = -1e9
    target_ma: int = 0
    share_ma: int = 0
    """Its degraded current by the configuration (ENE-16)."""
    rank: int | None = None
    reason: Reason = NOTHING
    waiting: tuple[int, int] | None = None
    """The (zone position, line) for which a raise waits."""
    crowded: int | None = None
    """The position of the zone whose standing defaults leave no room for the one that its session should have."""

    def profile(self, target: Target) -> Profile:
        if target is Target.LIMIT:
            return self.limit
        return self.hold if target is Target.HOLD else self.default

    @property
    def carrier(self) -> Profile:
        """The profile that carries its setpoint."""
        return self.default if self.config.default_only else self.limit

    @property
    def profiles(self) -> tuple[Profile, Profile, Profile]:
        return self.limit, self.hold, self.default

    def stir(self) -> None:
        """Something about it is new: nothing that was found out about it before holds."""
        self.weight = self.span = None

    @property
    def lines(self) -> tuple[int, ...]:
        """The lines that it can load now: those seen in use in this session, else all that are wired."""
        if self.session is not None and self.session.lines is not None:
            return self.session.lines
        return self.config.lines

    @property
    def place(self) -> Place:
        """By the configuration in force."""
        return Place(self.zones, self.config.wiring, self.config.rating_ma)

    @property
    def rating_ma(self) -> int:
        """The most that it may draw, by every configuration that it may still follow."""
        if not self.former:
            return self.config.rating_ma
        return max(self.config.rating_ma, *(place.rating_ma for place in self.former))

    def standing_ma(self, now: float) -> int:
        """The smallest limit that its session may be running on: its own, or what is under it once that lapsed."""
        under = self.default.lowest_ma if self.hold.empty else 0
        if self.limit.acked_ma is None:
            return min([under, *(d.limit_ma for d in self.limit.doubts)])
        lasts = now < self.limit.holds_until and not self.lease_void
        return self.limit.lowest_ma if lasts else min(self.limit.lowest_ma, under)

    def followed_ma(self, now: float, since: float) -> int:
        """The smallest limit that its session may have begun to follow after `since`, at most what it was ever told.

        What stood before shows in what it drew since then.
        """
        limit, lasts = self.limit, now < self.limit.holds_until and not self.lease_void
        if limit.acked_ma is not None and not lasts:
            return self.standing_ma(now)
        if limit.acked_ma is not None and not limit.doubts:
            return limit.acked_ma
        profiles = (limit,) if limit.acked_ma is not None else self.profiles
        most = max(profile.highest_ma for profile in profiles)
        return min([most, *(ma for profile in profiles if (ma := profile.newly_ma(since)) is not None)])

    @property
    def proven(self) -> bool:
        """Its profiles were acknowledged since the link, the station and the zone last changed."""
        if self.default.acked_generation <= self.confirm_after:
            return False
        return self.config.default_only or self.limit.empty or self.limit.acked_generation > self.confirm_after

    @property
    def volatile(self) -> bool:
        """Nothing that was acknowledged says what it does while it is away."""
        return self.config.volatile or self.forgetful

    def report_ma(self) -> tuple[int | None, ...]:
        return self.reports[-1].lines_ma if self.reports else (None, None, None)
