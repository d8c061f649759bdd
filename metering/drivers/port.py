"""What the poller needs of a Modbus line, whatever carries it. The library behind it stays behind it."""

from collections.abc import Sequence
from typing import Protocol

from metering.faults import Fault
from metering.maps import Table

ILLEGAL_FUNCTION, ILLEGAL_ADDRESS, ILLEGAL_VALUE = 1, 2, 3
GATEWAY_EXCEPTIONS = (10, 11)


class ReadError(Exception):
    def __init__(self, fault: Fault) -> None:
        super().__init__(fault)
        self.fault = fault


class Refused(ReadError):
    """A Modbus exception was answered: the line works, this read does not."""

    def __init__(self, fault: Fault, exception: int) -> None:
        super().__init__(fault)
        self.exception = exception


class LineLost(ReadError):
    """No answer, or one that can't be trusted. The connection is closed: a late answer must find nobody (F12)."""


class Unreachable(LineLost):
    """There is no connection, so none of the devices behind it can be read."""


class ModbusPort(Protocol):
    """One connection to one gateway. Not for concurrent use: whoever owns it holds a lock.

    Every method ends within the port's own time-out, or when it is cancelled (then call `close`).
    """

    async def open(self) -> None:
        """Connect unless connected. Raises Unreachable."""

    async def read(self, unit: int, table: Table, address: int, count: int) -> Sequence[int]:
        """`count` registers, or bits as 0 and 1, from a wire address. Raises Refused or LineLost."""

    def close(self) -> None: ...
