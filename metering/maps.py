"""Register maps of the meter models, as data (MET-2, MET-3).

Numbers are those printed in the manufacturers' documentation; on the wire a register's address is its number - 1.
Standard library only.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

MOST_REGISTERS_PER_READ = 125


class Quantity(StrEnum):
    CURRENT_L1 = "current_l1"
    CURRENT_L2 = "current_l2"
    CURRENT_L3 = "current_l3"
    POWER_L1 = "power_l1"
    POWER_L2 = "power_l2"
    POWER_L3 = "power_l3"
    POWER = "power"
    ENERGY = "energy"


CURRENTS = (Quantity.CURRENT_L1, Quantity.CURRENT_L2, Quantity.CURRENT_L3)
POWERS = (Quantity.POWER_L1, Quantity.POWER_L2, Quantity.POWER_L3)


class Format(StrEnum):
    FLOAT32 = "float32"
    INT64 = "int64"
    INT32 = "int32"
    INT16 = "int16"
    UINT64 = "uint64"
    UINT32 = "uint32"
    UINT16 = "uint16"

    @property
    def words(self) -> int:
        return int(self.value[-2:]) // 16


class Table(StrEnum):
    """The last two hold bits, not registers."""

    HOLDING = "holding"
    INPUT = "input"
    DISCRETE = "discrete"
    COIL = "coil"

    @property
    def bits(self) -> bool:
        return self in (Table.DISCRETE, Table.COIL)


class WordOrder(StrEnum):
    BIG = "big"
    LITTLE = "little"


class Unit(StrEnum):
    """What one raw count times the scale is. Decoded values are A, W and Wh."""

    A = "A"
    W = "W"
    KW = "kW"
    WH = "Wh"
    KWH = "kWh"

    @property
    def factor(self) -> float:
        return 1000.0 if self in (Unit.KW, Unit.KWH) else 1.0


_UNAVAILABLE = {
    Format.FLOAT32: (),  # every NaN, whatever its payload
    Format.INT64: (1 << 63,),
    Format.INT32: (1 << 31,),
    Format.INT16: (1 << 15,),
    Format.UINT64: ((1 << 64) - 1,),
    Format.UINT32: ((1 << 32) - 1,),
    Format.UINT16: ((1 << 16) - 1,),
}


@dataclass(frozen=True)
class Register:
    """Where one quantity stands. `invalid` are raw bit patterns that mean "not available"; None: the format's own."""

    quantity: Quantity
    number: int
    format: Format
    unit: Unit
    scale: float = 1.0
    table: Table = Table.HOLDING
    invalid: tuple[int, ...] | None = None

    @cached_property
    def address(self) -> int:
        return self.number - 1

    @cached_property
    def words(self) -> int:
        return self.format.words

    @cached_property
    def end(self) -> int:
        """The wire address just after the value."""
        return self.address + self.words

    @cached_property
    def factor(self) -> float:
        """From a raw count to A, W or Wh."""
        return self.scale * self.unit.factor

    @cached_property
    def unavailable(self) -> tuple[int, ...]:
        return _UNAVAILABLE[self.format] if self.invalid is None else self.invalid


@dataclass(frozen=True, slots=True)
class Block:
    """One read: registers of one table, from the start of a value to the end of a value."""

    table: Table
    address: int
    count: int
    registers: tuple[Register, ...]

    def cut(self, words: Sequence[int]) -> Iterator[tuple[Quantity, tuple[int, ...]]]:
        for register in self.registers:
            start = register.address - self.address
            yield register.quantity, tuple(words[start : start + register.words])

    @property
    def required(self) -> bool:
        """Whether a reading without this block is worth nothing."""
        return any(register.quantity in CURRENTS for register in self.registers)


@dataclass(frozen=True)
class RegisterMap:
    """A model. `widest_gap`: how many registers between two values one read may run over."""

    name: str
    registers: tuple[Register, ...]
    word_order: WordOrder = WordOrder.BIG
    widest_gap: int = 60

    def blocks(self, split: bool = False) -> tuple[Block, ...]:
        """The fewest reads that get every value; `split`: without running over registers that we do not want."""
        return self._split if split else self._joined

    @cached_property
    def by_quantity(self) -> dict[Quantity, Register]:
        return {register.quantity: register for register in self.registers}

    @cached_property
    def _joined(self) -> tuple[Block, ...]:
        return _blocks(self.registers, self.widest_gap)

    @cached_property
    def _split(self) -> tuple[Block, ...]:
        return _blocks(self.registers, 0)


def _blocks(registers: tuple[Register, ...], widest_gap: int) -> tuple[Block, ...]:
    groups: list[list[Register]] = []
    for register in sorted(registers, key=lambda r: (r.table, r.address)):
        if groups and _joins(groups[-1], register, widest_gap):
            groups[-1].append(register)
        else:
            groups.append([register])
    return tuple(_block(group) for group in groups)


def _joins(group: list[Register], register: Register, widest_gap: int) -> bool:
    first, end = group[0], max(r.end for r in group)
    return (
        register.table == first.table
        and 0 <= register.address - end <= widest_gap
        and register.end - first.address <= MOST_REGISTERS_PER_READ
    )


def _block(group: list[Register]) -> Block:
    start, end = group[0].address, max(register.end for register in group)
    return Block(group[0].table, start, end - start, tuple(group))


def _row(
    quantities: Sequence[Quantity], numbers: Sequence[int], coded: Format, unit: Unit, scale: float = 1.0
) -> tuple[Register, ...]:
    return tuple(Register(q, n, coded, unit, scale) for q, n in zip(quantities, numbers, strict=True))


def _power_meter(name: str, power_unit: Unit) -> RegisterMap:
    return RegisterMap(
        name,
        (
            *_row(CURRENTS, (3000, 3002, 3004), Format.FLOAT32, Unit.A),
            *_row((*POWERS, Quantity.POWER), (3054, 3056, 3058, 3060), Format.FLOAT32, power_unit),
            *_row((Quantity.ENERGY,), (3204,), Format.INT64, Unit.WH),
        ),
    )


def _breaker(name: str) -> RegisterMap:
    # The reference prints 32077 for the power of L1: that is the middle of L3's pair (32076), L1 stands at 32072.
    return RegisterMap(
        name,
        (
            *_row(CURRENTS, (32028, 32030, 32032), Format.FLOAT32, Unit.A),
            *_row((*POWERS, Quantity.POWER), (32072, 32074, 32076, 32078), Format.FLOAT32, Unit.W),
            *_row((Quantity.ENERGY,), (32096,), Format.INT64, Unit.WH),
        ),
    )


def _legacy_breaker(name: str) -> RegisterMap:
    currents = _row(CURRENTS, (12016, 12017, 12018), Format.UINT16, Unit.A)
    return RegisterMap(
        name,
        (
            # Unavailable reads 0x8000 in the whole legacy set, whatever the format.
            *(Register(r.quantity, r.number, r.format, r.unit, invalid=(0x8000, 0xFFFF)) for r in currents),
            *_row((*POWERS, Quantity.POWER), (12038, 12039, 12040, 12041), Format.INT16, Unit.KW, 0.1),
            *_row((Quantity.ENERGY,), (12050,), Format.INT32, Unit.KWH),
        ),
    )


MODELS: dict[str, RegisterMap] = {
    built_in.name: built_in
    for built_in in (
        _power_meter("PM5320, IEM3x5x", Unit.KW),
        _power_meter("PowerTag A", Unit.W),
        _legacy_breaker("NSX legacy"),
        _breaker("NSX"),
        _breaker("MTZ"),
    )
}
