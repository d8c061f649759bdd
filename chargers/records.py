"""What the gateway tells and asks about stations. Pure; instants are aware and ours unless said otherwise."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from chargers.abilities import Abilities, Learned, decide
from engine.facts import Status


@dataclass(frozen=True, slots=True)
class StationCall:
    """A socket was opened under this box identity."""

    box_identity: str
    address: str
    at: datetime


@dataclass(frozen=True, slots=True)
class StationRecord:
    id: int
    box_identity: str
    installed: bool
    ever_connected: bool = False
    """It was online at least once since it was installed."""
    accepted: bool = False
    """A BootNotification of it was answered Accepted since it was installed."""
    connectors: Mapping[int, int] = field(default_factory=dict)
    """OCPP connector number -> id (primary key)."""
    configuration: Mapping[str, str | None] = field(default_factory=dict)
    """The configuration keys as last read; empty: never read."""
    refused: Mapping[str, str] = field(default_factory=dict)
    """Keys that the station refused to take, with its answer."""
    learned: Learned = field(default_factory=Learned)
    """Which forms of limits it takes."""

    @property
    def abilities(self) -> Abilities:
        return decide(self.configuration, self.learned, len(self.connectors))


@dataclass(frozen=True, slots=True)
class BootReport:
    """Answered with the station's `StationRecord` as it was *before* this boot."""

    station: int
    at: datetime
    vendor: str = ""
    model: str = ""
    serial_number: str = ""
    firmware_version: str = ""


@dataclass(frozen=True, slots=True)
class Presence:
    station: int
    online: bool
    at: datetime


@dataclass(frozen=True, slots=True)
class StatusReport:
    """`number` 0 is the station itself. Order of arrival wins, so `at` is when it was received."""

    station: int
    number: int
    status: Status
    at: datetime
    error_code: str = ""


@dataclass(frozen=True, slots=True)
class StatusResult:
    connector: int | None
    """None: the station itself, or a connector number that was not installed."""


@dataclass(frozen=True, slots=True)
class AuthorizeRequest:
    """Answered with a `rfid.decisions.Decision`."""

    station: int
    id_tag: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Quirk:
    """A deviation from the standard, for the station's page. `code` is stable, `detail` the last example."""

    station: int
    code: str
    detail: str
    at: datetime


@dataclass(frozen=True, slots=True)
class ConfigurationReport:
    """What GetConfiguration answered and which keys ChangeConfiguration could not set. Merged into what is known."""

    station: int
    at: datetime
    keys: Mapping[str, str | None] = field(default_factory=dict)
    refused: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class LearnedReport:
    """What a station's answers to limits taught; replaces what was known."""

    station: int
    at: datetime
    learned: Learned
