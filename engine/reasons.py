"""Why a connector has the setpoint it has: stable codes with parameters (ENE-21).

The codes are the same in pages, API, journal and tests; the sentences are in `control.sentences`.
"""

from dataclasses import dataclass
from enum import StrEnum


class ReasonCode(StrEnum):
    NO_SESSION = "no_session"
    """No car is charging. No parameters."""
    AT_MAXIMUM = "at_maximum"
    """As much as connector, cable and station can take. `max_a`."""
    LIMITED = "limited"
    """Shared fairly by the zone and line that are full: `zone`, `line`, `limit_a`, `max_a`, `effective_a` (after
    reductions), `reduced_by` (whose), `building_a`, `margin_a` (guard), `production_a` (credited), `local_a` (the
    production where that is all there is, ENE-5; else None), `reserved_a`, `sharing` (sessions)."""
    SUSPENDED = "suspended"
    """The minimums do not all fit. `zone`, `line`, `rank`, `minimum_a`, `next_review_s`, `max_a`, `effective_a`,
    `reduced_by`, `building_a`, `margin_a`, `production_a`, `local_a`, `degraded_a` (the zone's meter is lost; else
    None), `reserved_a`."""
    OPTIMISED = "optimised"
    """The car draws less than offered: held to its consumption and a margin. `cap_a`, `consumption_a`, `max_a`."""
    SYSTEM_SUSPENDED = "system_suspended"
    """The car drew nothing: 0 A until the next wake-up. `next_wake_up_s`."""
    WAKE_UP = "wake_up"
    """Suspended because it drew nothing, now offered the minimum for a while. `minimum_a`, `offer_s`."""
    HELD_AT_MINIMUM = "held_at_minimum"
    """The car draws nothing and keeps the minimum only. `minimum_a`."""
    BLOCKED = "blocked"
    """The card was refused; the session gets nothing."""
    BELOW_MINIMUM = "below_minimum"
    """Connector, cable or station can't take the minimum current. `max_a`, `minimum_a`."""
    STANDING = "standing"
    """It takes standing limits only, which outlive EVCE: its degraded current is the most. `limit_a`, `degraded_a`."""
    CROWDED = "crowded"
    """It takes standing limits only, and those of others take what its zone bears: `limit_a`, `zone`, `degraded_a`."""
    NO_ZONE = "no_zone"
    """The station is in no zone (ZON-4)."""
    FINISHING = "finishing"
    """The session ends; the car takes nothing any more."""
    DEGRADED = "degraded"
    """The zone's meter is lost: `zone`, `line`, `limit_a`, `degraded_a`, `max_a`, `effective_a`, `reduced_by`,
    `local_a`, `reserved_a`."""
    OFFLINE = "offline"
    """The station is not connected: its fallback is reserved. `reserved_a`."""
    UNCONFIRMED = "unconfirmed"
    """Connected, its profiles not acknowledged yet. `reserved_a`."""
    UNMANAGED = "unmanaged"
    """The station refuses or ignores limits: counted at what it can draw. `reserved_a`."""
    CLOCK_WRONG = "clock_wrong"
    """The station's clock is off, so limits with an end mean nothing: it has its degraded current. `reserved_a`."""
    EXPECTED = "expected"
    """A start is expected: what it may draw by default is set aside. `reserved_a`."""
    RESERVED = "reserved"
    """Idle, but its station can't be held down: it may start by itself. `reserved_a`."""
    NEVER_SEEN = "never_seen"
    """Installed, never connected."""
    WAITING = "waiting"
    """The raise waits until decreases elsewhere have settled. `target_a`, `zone`, `line`."""


@dataclass(frozen=True, slots=True)
class Reason:
    code: ReasonCode
    params: tuple[tuple[str, str | int | float | None], ...] = ()

    def as_dict(self) -> dict[str, str | int | float | None]:
        return dict(self.params)
