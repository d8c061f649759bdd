"""What a step asks the shell to do."""

from dataclasses import dataclass
from enum import StrEnum


class Target(StrEnum):
    DEFAULT = "default"
    """The standing default profile of a connector: its degraded share, no expiry (ENE-17)."""
    HOLD = "hold"
    """An expiring default of 0 A above the standing one: an idle connector can't start by itself (S21)."""
    LIMIT = "limit"
    """The transaction profile: the setpoint. It expires, so that a station that loses EVCE falls back."""


@dataclass(frozen=True, slots=True)
class Write:
    """Tell a connector what it may draw. Its end comes back as a `WriteEnded` with the same generation.

    `durable`: it can raise what the station draws, so it may leave only after the rows know of it.
    """

    station: int
    connector: int
    number: int
    target: Target
    limit_ma: int
    generation: int
    transaction: int | None = None
    durable: bool = True
    lease_s: int | None = None
    """It must lapse so long after it was sent; None: it stands for ever."""
    limit_w: int = 0
    """The same limit in W, where the station is told in W (`engine.supply`)."""
    phases: int = 3
    """The phases that `limit_w` is spread over."""
    dc: bool = False


class Action(StrEnum):
    MEASURE = "measure"
    """Send a meter value now."""
    STOP = "stop"
    """End the transaction."""
    DISABLE = "disable"
    """Take the connector out of service."""
    CLOCK = "clock"
    """Ask for a heartbeat: its answer tells the time."""
    ENABLE = "enable"
    """Back into service: a person trusts it again."""
    RELEASE = "release"
    """Take away what holds an idle connector down: the station has no room for it."""


@dataclass(frozen=True, slots=True)
class Order:
    """Something else to ask of a station. Its answer changes nothing here: what it does is seen by itself."""

    station: int
    connector: int
    number: int
    action: Action
    transaction: int | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """A line for the journal. `code` names the event, `params` its figures; the shell words it."""

    code: str
    connector: int | None = None
    station: int | None = None
    zone: int | None = None
    meter: int | None = None
    params: tuple[tuple[str, str | int | float | None], ...] = ()


@dataclass(frozen=True, slots=True)
class Alarm:
    """`raised` False clears it. (code, subject) is its identity."""

    code: str
    subject: str
    raised: bool
    params: tuple[tuple[str, str | int | float | None], ...] = ()
