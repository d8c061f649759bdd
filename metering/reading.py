"""One poll of one meter over a port: the fewest reads, then decoding and signs."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from engine.wiring import Grid
from metering.decode import Values, decode
from metering.drivers.port import (
    GATEWAY_EXCEPTIONS,
    ILLEGAL_ADDRESS,
    ILLEGAL_FUNCTION,
    ILLEGAL_VALUE,
    LineLost,
    ModbusPort,
    Refused,
)
from metering.faults import Fault, FaultCode, Unreadable
from metering.maps import MODELS, Block, Quantity, RegisterMap
from metering.records import InputSpec, MeterSpec, Role
from metering.signs import Lines, production_currents_ma, zone_currents_ma

POLL_TIMEOUT_S = 2.0
NOT_THERE = (ILLEGAL_FUNCTION, ILLEGAL_ADDRESS, ILLEGAL_VALUE)
Collected = dict[Quantity, tuple[int, ...]]


@dataclass(slots=True)
class Device:
    """A meter behind a port, and what was learned of it: whether it refuses reads that run over foreign registers."""

    spec: MeterSpec
    register_map: RegisterMap = field(init=False)
    split: bool = False

    def __post_init__(self) -> None:
        """Raises Unreadable for a model that does not exist."""
        found = MODELS.get(self.spec.model)
        if found is None:
            raise Unreadable(Fault(FaultCode.UNKNOWN_MODEL, {"model": self.spec.model}))
        self.register_map = found


async def read_device(port: ModbusPort, device: Device) -> tuple[Values, Lines]:
    """Values and signed currents by line. Raises Refused, LineLost or Unreadable; a LineLost has closed the port."""
    async with _in_time(port):
        await port.open()
        words = await _collect(port, device)
    spec = device.spec
    values = decode(device.register_map, words, lines=1 if spec.grid is Grid.SINGLE else 3)
    if spec.role is Role.PRODUCTION:
        return values, production_currents_ma(values, spec.grid)
    return values, zone_currents_ma(values, spec.grid, spec.inverted)


async def read_input(port: ModbusPort, spec: InputSpec) -> bool:
    """Whether a digital input is active. Raises Refused or LineLost; a LineLost has closed the port."""
    async with _in_time(port):
        await port.open()
        (bit,) = await port.read(spec.unit, spec.table, spec.number - 1, 1)
    return bool(bit) != spec.inverted


@asynccontextmanager
async def _in_time(port: ModbusPort) -> AsyncIterator[None]:
    try:
        async with asyncio.timeout(POLL_TIMEOUT_S):
            yield
    except TimeoutError:
        port.close()
        raise LineLost(Fault(FaultCode.SILENT, {"seconds": POLL_TIMEOUT_S})) from None


def is_slow(error: Refused | LineLost | Unreadable) -> bool:
    """Whether finding out took the time of a time-out, on the meter's side or on the gateway's."""
    return isinstance(error, LineLost) or (isinstance(error, Refused) and error.exception in GATEWAY_EXCEPTIONS)


async def _collect(port: ModbusPort, device: Device) -> Collected:
    words: Collected = {}
    for block in device.register_map.blocks(device.split):
        try:
            words.update(await _read(port, device, block))
        except Refused as refusal:
            if refusal.exception not in NOT_THERE:
                raise
            if not device.split and len(block.registers) > 1:
                device.split = True
                return await _collect(port, device)
            if block.required:
                raise
    return words


async def _read(port: ModbusPort, device: Device, block: Block) -> Collected:
    return dict(block.cut(await port.read(device.spec.unit, block.table, block.address, block.count)))
