"""What can happen to a site. `engine.site.apply` folds each into the state.

Ids are the rows' primary keys. A fact carries no instant: it is folded at the `now` of the caller.
"""

from dataclasses import dataclass
from enum import StrEnum

from engine.model import Place, SiteConfig


class Status(StrEnum):
    """TRX-1 and UI-2: what a connector says of itself. OCPP's spellings stay in `gateway`."""

    AVAILABLE = "available"
    PREPARING = "preparing"
    CHARGING = "charging"
    SUSPENDED_EV = "suspended_ev"
    SUSPENDED_EVSE = "suspended_evse"
    FINISHING = "finishing"
    RESERVED = "reserved"
    UNAVAILABLE = "unavailable"
    FAULTED = "faulted"
    UNKNOWN = "unknown"


class Outcome(StrEnum):
    """What became of a write. Everything but ACCEPTED and UNSENT leaves the station's state in doubt."""

    ACCEPTED = "accepted"
    REJECTED = "rejected"
    ERROR = "error"
    """A CALLERROR."""
    TIMEOUT = "timeout"
    """No answer to any of the tries."""
    LOST = "lost"
    """The socket closed after it was sent and before the answer."""
    UNSENT = "unsent"
    """It never left: superseded in the queue, or the socket closed before its turn."""


@dataclass(frozen=True, slots=True)
class Configured:
    config: SiteConfig


@dataclass(frozen=True, slots=True)
class Conduct:
    """What is held against a connector (`engine.conduct`); the defaults: nothing."""

    strikes: int = 0
    disobeys: bool = False
    caught_ma: int = 0
    allowed_ma: int = 0
    excess_ma: int = 0
    doubted: bool = False
    suspected: bool = False
    forgiven: bool = False
    relapsed: bool = False
    disabled: bool = False
    """It was asked to go out of service."""
    unmanaged: bool = False
    clock_wrong: bool = False
    """Its station's clock is off: what it was told for a while may never end (S21)."""
    alone: bool = False
    """It was found to disobey while no session was there (`engine.stray`)."""
    readmitted: bool = False
    """A person trusts it again, and its station has not been told yet."""


@dataclass(frozen=True, slots=True)
class Restored:
    """What the rows knew of a connector when the process started. Values only, never deadlines."""

    connector: int
    ever_connected: bool
    limit_ma: int | None
    """The last acknowledged transaction limit."""
    limit_possible_ma: int
    """The largest limit that a write in doubt or a settle window may have left standing."""
    default_ma: int | None
    """The last acknowledged default (degraded share)."""
    default_possible_ma: int
    generation: int
    places: tuple[Place, ...] = ()
    """By every configuration that its station may still follow (S12)."""
    default_writes: int = 0
    default_allowance: float | None = None
    """What its memory has borne, and may still bear (`engine.wear`)."""
    conduct: Conduct = Conduct()


@dataclass(frozen=True, slots=True)
class StationConnected:
    """A socket was accepted; nothing may be sent yet."""

    station: int


@dataclass(frozen=True, slots=True)
class StationBooted:
    """BootNotification: the station restarted, its profiles may be gone."""

    station: int


@dataclass(frozen=True, slots=True)
class StationReady:
    """The station may be addressed (its boot was answered, or its first call, or 10 s of silence)."""

    station: int


@dataclass(frozen=True, slots=True)
class StationClock:
    """What the station's clock is worth: `wrong` is more than 10 s off, `skew_s` how much when that was found.

    `moved`: it was told another time than before, so nothing that it was given to keep for a while holds.
    """

    station: int
    wrong: bool
    skew_s: int = 0
    moved: bool = False


@dataclass(frozen=True, slots=True)
class StationDisconnected:
    station: int


@dataclass(frozen=True, slots=True)
class StatusChanged:
    connector: int
    status: Status


@dataclass(frozen=True, slots=True)
class StartExpected:
    """An accepted Authorize or a remote start: the station may begin to charge on its default."""

    connector: int


@dataclass(frozen=True, slots=True)
class TransactionStarted:
    """Also sent for each open transaction when the process starts (`energy_wh`, `age_s` so far)."""

    connector: int
    transaction: int
    vip: bool = False
    id_tag: str = ""
    energy_wh: int = 0
    age_s: float = 0.0
    blocked: bool = False
    """The card was refused (the station should stop by itself): the session gets 0 A."""


@dataclass(frozen=True, slots=True)
class TransactionStopped:
    connector: int
    transaction: int


@dataclass(frozen=True, slots=True)
class Measured:
    """A meter value of a connector.

    `currents_ma` by terminal of the station (1, 2, 3; None where not reported); `current_ma` a current
    without a phase; `energy_wh` of the session so far; `offered_ma` what the station says that it offers the car.
    """

    connector: int
    currents_ma: tuple[int | None, int | None, int | None] | None = None
    current_ma: int | None = None
    power_w: int | None = None
    energy_wh: int | None = None
    offered_ma: int | None = None


@dataclass(frozen=True, slots=True)
class Trusted:
    """A person says that the connector is in order: it is served and judged anew (S15)."""

    connector: int


@dataclass(frozen=True, slots=True)
class WriteEnded:
    connector: int
    generation: int
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class WriteResisted:
    """A decrease was refused in one form and is tried in the next: its end is still to come, and may take a while."""

    connector: int
    generation: int


@dataclass(frozen=True, slots=True)
class MeterRead:
    """A good reading, import positive (a production meter: production positive), by line.

    `raw` is any hash of the raw words (MET-5: frozen readings). `age_s` is how long ago it was taken.
    """

    meter: int
    currents_ma: tuple[int, int, int]
    raw: int = 0
    age_s: float = 0.0


@dataclass(frozen=True, slots=True)
class MeterFailed:
    """A poll without a usable value: time-out, exception, NaN, sentinel, absurd."""

    meter: int
    reason: str
    implausible: bool = False
    """The meter answered, with values that can't be true (S7: degraded at once, not after the time-out)."""


@dataclass(frozen=True, slots=True)
class MeterReversed:
    """When EVCE ended, the meter showed export where there was a load (F11); from the rows, at start."""

    meter: int


@dataclass(frozen=True, slots=True)
class WiringFound:
    """How the meter is wired (MET-6): `wrong` when EVCE ended, from the rows, at start; right, says a person."""

    meter: int
    wrong: bool


@dataclass(frozen=True, slots=True)
class RanksReviewed:
    """The 15-minute review of shedding priorities is due (ENE-11)."""


Fact = (
    Configured
    | Restored
    | StationConnected
    | StationBooted
    | StationReady
    | StationClock
    | StationDisconnected
    | StatusChanged
    | StartExpected
    | TransactionStarted
    | TransactionStopped
    | Measured
    | Trusted
    | WriteEnded
    | WriteResisted
    | MeterRead
    | MeterFailed
    | MeterReversed
    | WiringFound
    | RanksReviewed
)
