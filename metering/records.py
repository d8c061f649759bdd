"""What the poller is told about a meter or a digital input, and what it tells of a poll. Standard library only."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from engine.wiring import Grid
from metering.decode import Values
from metering.faults import Fault
from metering.maps import Table
from metering.signs import Lines


class Role(StrEnum):
    ZONE = "zone"
    PRODUCTION = "production"


@dataclass(frozen=True, slots=True)
class MeterSpec:
    """A meter as it is configured. `sequence` is the last one that a row has."""

    id: int
    name: str
    model: str
    host: str
    port: int
    unit: int
    role: Role = Role.ZONE
    inverted: bool = False
    grid: Grid = Grid.STAR
    sequence: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Poll:
    """One poll that ended at `at`, good (`fault` None, `values` and `currents_ma` there) or bad.

    `currents_ma` by line: import positive (a production meter: production positive). `age_s`: since the question.
    """

    meter: int
    sequence: int
    at: datetime
    age_s: float
    fault: Fault | None = None
    values: Values | None = None
    currents_ma: Lines | None = None


@dataclass(frozen=True, slots=True)
class InputSpec:
    """A digital input as it is configured. `number` as documented, from 1: the wire address is one less."""

    id: int
    name: str
    host: str
    port: int
    unit: int
    table: Table
    number: int
    inverted: bool = False
    sequence: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class InputPoll:
    """One poll of an input that ended at `at`: `active`, or None with the `fault`."""

    input: int
    sequence: int
    at: datetime
    fault: Fault | None = None
    active: bool | None = None


@dataclass(frozen=True, slots=True)
class InputPlan:
    """A digital input of a site file. `zones`: their names."""

    path: str
    name: str
    host: str
    port: int
    unit: int
    table: str
    number: int
    inverted: bool
    quotient_pct: int
    when_lost: str
    zones: tuple[str, ...]
