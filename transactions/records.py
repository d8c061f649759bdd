"""What the gateway tells about transactions and what it is answered. Pure.

`*_at` instants are aware. Those by the station's clock may be wrong by years (T6); `received_at` is ours.
"""

from dataclasses import dataclass
from datetime import datetime

from rfid.decisions import Verdict


@dataclass(frozen=True, slots=True)
class SampleRecord:
    """A MeterValues sample in A, W, Wh; `currents_a` by terminal of the station, `energy_wh` the register."""

    station: int
    connector_number: int
    at: datetime
    received_at: datetime
    transaction: int | None = None
    currents_a: tuple[float | None, float | None, float | None] = (None, None, None)
    current_a: float | None = None
    """A current without a phase."""
    power_w: float | None = None
    energy_wh: int | None = None
    offered_a: float | None = None
    """What the station says that it offers the car on each phase. Judged, not kept in the rows."""


@dataclass(frozen=True, slots=True)
class RunningTransaction:
    """A transaction that is open, as `control` needs it. `connector` is an id, `transaction` OCPP's number."""

    connector: int
    transaction: int
    id_tag: str
    vip: bool
    """The card's; a VIP station is configuration."""
    blocked: bool
    """The card was refused: the station should stop by itself."""
    started_at: datetime
    energy_wh: int


@dataclass(frozen=True, slots=True)
class SampleResult:
    connector: int | None
    transaction: int | None = None
    session_energy_wh: int | None = None
    running: RunningTransaction | None = None
    """Set when the sample shows that its transaction runs now. The session feeds TransactionStarted if it has not
    yet: after a queued start (`StartResult.live` False), or a stop that was only estimated (the row is open again)."""


@dataclass(frozen=True, slots=True)
class Closed:
    """A transaction that was closed as estimated; tell control."""

    connector: int | None
    transaction: int


@dataclass(frozen=True, slots=True)
class StartRequest:
    station: int
    connector_number: int
    id_tag: str
    meter_start_wh: int
    started_at: datetime | None
    received_at: datetime


@dataclass(frozen=True, slots=True)
class StartResult:
    transaction: int
    connector: int | None
    """None: the station has no connector of that number; the record is kept all the same."""
    verdict: Verdict
    vip: bool
    fresh: bool
    """False: the same start again (T2)."""
    live: bool
    """It is open and not one of the past, so control may be told."""
    energy_wh: int = 0
    closed: tuple[Closed, ...] = ()
    """Transactions without a Stop that this start ended (T5)."""


@dataclass(frozen=True, slots=True)
class StopRequest:
    station: int
    transaction: int
    meter_stop_wh: int
    stopped_at: datetime | None
    received_at: datetime
    id_tag: str | None = None
    reason: str = ""
    samples: tuple[SampleRecord, ...] = ()


@dataclass(frozen=True, slots=True)
class StopResult:
    verdict: Verdict | None = None
    """For the idTag of the message; None: it had none."""
    connector: int | None = None
    transaction: int | None = None
    """Ours, where the station's number was 0 or -1 and could be matched."""
    closed: bool = False
    """This message ended an open transaction; tell control."""


@dataclass(frozen=True, slots=True)
class IdleReport:
    """A sign that a transaction is over though no Stop came (T5): Available (of a connector), a boot (of all)."""

    station: int
    connector_number: int | None
    at: datetime
    why: str
    """`available` or `boot`."""
