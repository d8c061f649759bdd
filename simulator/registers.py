"""What the built-in meter models show on Modbus: register images by wire address (number - 1)."""

import struct
from dataclasses import dataclass, replace
from enum import StrEnum
from math import nan


class Fault(StrEnum):
    """What a meter does instead of telling the truth. The first four are the link's, the others the values'."""

    SILENT = "silent"
    EXCEPTION = "exception"
    GARBAGE = "garbage"
    LATE = "late"
    """Each answer comes as the answer to the next request (F12)."""
    FROZEN = "frozen"
    NAN = "nan"
    SENTINEL = "sentinel"
    TIMES_TEN = "times_ten"
    SIGN_FLIP = "sign_flip"


@dataclass(frozen=True, slots=True)
class Layout:
    """Wire addresses. `formats`: struct codes of current, power, energy. `unit_w`, `unit_wh`: one count."""

    currents: tuple[int, int, int]
    powers: tuple[int, int, int]
    power: int
    energy: int
    first: int
    last: int
    formats: tuple[str, str, str] = ("f", "f", "q")
    unit_w: float = 1.0
    unit_wh: float = 1.0


_POWER_TAG = Layout((2999, 3001, 3003), (3053, 3055, 3057), 3059, 3203, first=2999, last=3215)
_NSX = Layout((32027, 32029, 32031), (32071, 32073, 32075), 32077, 32095, first=32027, last=32110)

LAYOUTS: dict[str, Layout] = {
    "PM5320, IEM3x5x": replace(_POWER_TAG, unit_w=1000.0),
    "PowerTag A": _POWER_TAG,
    "NSX legacy": Layout(
        (12015, 12016, 12017),
        (12037, 12038, 12039),
        12040,
        12049,
        first=11999,
        last=12112,
        formats=("H", "h", "i"),
        unit_w=100.0,
        unit_wh=1000.0,
    ),
    "NSX": _NSX,
    "MTZ": _NSX,
}


@dataclass(frozen=True, slots=True)
class Image:
    words: dict[int, int]
    inside: frozenset[int]
    """Second and later words of a value: no read may start there, nor end before one."""
    first: int
    last: int

    def read(self, address: int, count: int) -> list[int] | None:
        """None: the meter refuses (exception 2), as where a read would split a value."""
        end = address + count
        if address < self.first or end - 1 > self.last or address in self.inside or end in self.inside:
            return None
        return [self.words.get(a, 0) for a in range(address, end)]


def image(
    model: str,
    currents_ma: tuple[int, int, int],
    energy_wh: float,
    *,
    volts: float = 230.0,
    fault: Fault | None = None,
) -> Image:
    """`currents_ma`: import positive. Registers show magnitudes of current and signed powers, as the meters do.

    KeyError for a model that is not built in.
    """
    layout = LAYOUTS[model]
    factor = {Fault.TIMES_TEN: 10, Fault.SIGN_FLIP: -1}.get(fault, 1) if fault else 1
    currents_a = [ma * factor / 1000 for ma in currents_ma]
    current, power, energy = layout.formats
    values: list[tuple[int, str, float]] = [
        *((at, current, abs(a)) for at, a in zip(layout.currents, currents_a, strict=True)),
        *((at, power, a * volts / layout.unit_w) for at, a in zip(layout.powers, currents_a, strict=True)),
        (layout.power, power, sum(currents_a) * volts / layout.unit_w),
        (layout.energy, energy, energy_wh / layout.unit_wh),
    ]
    words: dict[int, int] = {}
    inside: set[int] = set()
    for at, code, value in values:
        for i, word in enumerate(_words(code, value, fault)):
            words[at + i] = word
            if i:
                inside.add(at + i)
    return Image(words, frozenset(inside), layout.first, layout.last)


_LIMITS = {"H": (0, 0xFFFE), "h": (-0x7FFF, 0x7FFF), "i": (-0x7FFF_FFFF, 0x7FFF_FFFF), "q": (-(2**63) + 1, 2**63 - 1)}
_SENTINELS = {
    "H": (0xFFFF,),
    "h": (0x8000,),
    "i": (0x8000, 0),
    "q": (0x8000, 0, 0, 0),
    "f": (0xFFC0, 0),
}


def _words(code: str, value: float, fault: Fault | None) -> tuple[int, ...]:
    """Big end first."""
    if fault is Fault.SENTINEL or (fault is Fault.NAN and code != "f"):
        return _SENTINELS[code]
    if code == "f":
        raw = struct.pack(">f", nan if fault is Fault.NAN else value)
    else:
        low, high = _LIMITS[code]
        raw = struct.pack(">" + code, min(max(round(value), low), high))
    return struct.unpack(f">{len(raw) // 2}H", raw)
