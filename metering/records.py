"""What the poller is told about a meter, and what it tells of a poll. Standard library only."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from engine.wiring import Grid
from metering.decode import Values
from metering.faults import Fault
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
