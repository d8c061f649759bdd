"""Registers to values, or to the reason why not (MET-5, F11). Pure."""

import math
import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b

from metering.faults import Fault, FaultCode, Unreadable
from metering.maps import CURRENTS, POWERS, Format, Quantity, Register, RegisterMap, Unit, WordOrder

Words = Mapping[Quantity, Sequence[int]]
Three = tuple[float, float, float]

MOST_A = 10_000.0
MOST_W = 10_000_000.0
MOST_WH = 1e15
MOST_V = 1_000.0
SLACK_W = 5_000.0
"""Power beyond MOST_V x current + SLACK_W can't be: kW read as W, or the words of another register."""

_UNPACKERS = {
    Format.FLOAT32: struct.Struct(">f"),
    Format.INT64: struct.Struct(">q"),
    Format.INT32: struct.Struct(">i"),
    Format.INT16: struct.Struct(">h"),
    Format.UINT64: struct.Struct(">Q"),
    Format.UINT32: struct.Struct(">I"),
    Format.UINT16: struct.Struct(">H"),
}
_PACKERS = {words: struct.Struct(f">{words}H") for words in (1, 2, 4)}
_MOST = {Unit.A: MOST_A, Unit.W: MOST_W, Unit.KW: MOST_W, Unit.WH: MOST_WH, Unit.KWH: MOST_WH}


@dataclass(frozen=True, slots=True)
class Values:
    """A good reading as the meter shows it: currents are magnitudes, powers signed. All finite.

    `raw` is a 48-bit hash of the words of all values; `remarks` tell which optional values are missing and why.
    """

    currents_a: Three
    powers_w: Three | None = None
    power_w: float | None = None
    energy_wh: int | None = None
    raw: int = 0
    remarks: tuple[Fault, ...] = ()


def decode(register_map: RegisterMap, words: Words, lines: int = 3) -> Values:
    """Decode one poll on a grid of so many lines (the other lines count as 0).

    A quantity that is absent from `words` was refused by the meter. Currents must all be good. Powers by phase may all
    be unavailable (a breaker without a neutral tap), but not some of them; total power and energy may be.
    Raises Unreadable.
    """
    by_quantity = register_map.by_quantity

    def value(quantity: Quantity) -> float | Fault | None:
        register = by_quantity.get(quantity)
        return None if register is None else _value(register, words.get(quantity), register_map.word_order)

    currents = _three([_needed(value(quantity), quantity) for quantity in CURRENTS[:lines]])
    remarks: list[Fault] = []
    powers = _powers([value(quantity) for quantity in POWERS[:lines]], remarks)
    power, energy = (_optional(value(quantity), remarks) for quantity in (Quantity.POWER, Quantity.ENERGY))
    if powers is not None:
        _agree(currents, powers)
    return Values(
        currents_a=currents,
        powers_w=powers,
        power_w=power,
        energy_wh=None if energy is None else int(energy),
        raw=_fingerprint(words),
        remarks=tuple(remarks),
    )


def _value(register: Register, words: Sequence[int] | None, order: WordOrder) -> float | Fault:
    """In A, W or Wh."""
    if words is None or len(words) != register.words:
        return _fault(FaultCode.MISSING, register)
    ordered = words if order is WordOrder.BIG else words[::-1]
    packed = _PACKERS[len(ordered)].pack(*ordered)
    if register.unavailable and int.from_bytes(packed, "big") in register.unavailable:
        return _fault(FaultCode.UNAVAILABLE, register, raw=f"0x{packed.hex().upper()}")
    (raw,) = _UNPACKERS[register.format].unpack(packed)
    scaled: float = raw * register.factor
    if abs(scaled) <= _MOST[register.unit]:
        return scaled
    if math.isnan(scaled):
        return _fault(FaultCode.NOT_A_NUMBER, register)
    if math.isinf(scaled):
        return _fault(FaultCode.INFINITE, register)
    return _fault(FaultCode.ABSURD, register, value=f"{scaled:.6g}")


def _fault(code: FaultCode, register: Register, **params: str) -> Fault:
    return Fault(code, {"quantity": register.quantity.value, "register": register.number, **params})


def _needed(value: float | Fault | None, quantity: Quantity) -> float:
    if value is None:
        raise Unreadable(Fault(FaultCode.MISSING, {"quantity": quantity.value, "register": 0}))
    if isinstance(value, Fault):
        raise Unreadable(value)
    return abs(value)  # MET-6: registers hold magnitudes; a sign here would be taken for export


def _powers(values: list[float | Fault | None], remarks: list[Fault]) -> Three | None:
    faults = [value for value in values if isinstance(value, Fault)]
    absurd = [fault for fault in faults if fault.code in (FaultCode.ABSURD, FaultCode.INFINITE)]
    if absurd:
        raise Unreadable(absurd[0])
    if any(value is None for value in values):
        return None
    good = [value for value in values if isinstance(value, (int, float))]
    if good and faults:
        raise Unreadable(Fault(FaultCode.PARTLY, faults[0].params))
    remarks.extend(faults)
    return _three(good) if good else None


def _optional(value: float | Fault | None, remarks: list[Fault]) -> float | None:
    if isinstance(value, Fault):
        remarks.append(value)
        return None
    return value


def _agree(currents: Three, powers: Three) -> None:
    for quantity, current_a, power_w in zip(POWERS, currents, powers, strict=True):
        if abs(power_w) > MOST_V * current_a + SLACK_W:
            params = {"quantity": quantity.value, "power_w": round(power_w), "current_a": round(current_a, 1)}
            raise Unreadable(Fault(FaultCode.DISAGREES, params))


def _three(values: list[float]) -> Three:
    first, second, third = (*values, 0.0, 0.0)[:3]
    return first, second, third


def _fingerprint(words: Words) -> int:
    flat = [word for quantity in sorted(words) for word in words[quantity]]
    return int.from_bytes(blake2b(struct.pack(f">{len(flat)}H", *flat), digest_size=6).digest(), "big")
