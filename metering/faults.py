"""Why a poll gave no usable value: a code and its parameters, worded by `metering.sentences`. Standard library only."""

from dataclasses import dataclass, field
from enum import StrEnum


class FaultCode(StrEnum):
    NOT_A_NUMBER = "not_a_number"
    INFINITE = "infinite"
    UNAVAILABLE = "unavailable"
    ABSURD = "absurd"
    DISAGREES = "disagrees"
    MISSING = "missing"
    PARTLY = "partly"
    UNREACHABLE = "unreachable"
    SILENT = "silent"
    CLOSED = "closed"
    EXCEPTION = "exception"
    INPUT_EXCEPTION = "input_exception"
    WRONG_UNIT = "wrong_unit"
    LATE = "late"
    SHORT = "short"
    GARBAGE = "garbage"
    UNKNOWN_MODEL = "unknown_model"


IMPLAUSIBLE = frozenset(
    {
        FaultCode.NOT_A_NUMBER,
        FaultCode.INFINITE,
        FaultCode.UNAVAILABLE,
        FaultCode.ABSURD,
        FaultCode.DISAGREES,
        FaultCode.PARTLY,
    }
)
"""The meter answered, with what can't be (S7: lost at once, not only when it is stale)."""


@dataclass(frozen=True, slots=True)
class Fault:
    code: FaultCode
    params: dict[str, str | int | float] = field(default_factory=dict)

    @property
    def implausible(self) -> bool:
        return self.code in IMPLAUSIBLE


class Unreadable(Exception):
    """The registers were read, their values can't be used."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault)
        self.fault = fault
