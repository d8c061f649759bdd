"""OCPP sampled values to amperes, watts and watt-hours. A value that can't be read is dropped, the others are kept."""

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from engine.facts import Measured
from gateway.protocol import values
from gateway.protocol.framing import Json
from gateway.protocol.values import Note
from transactions.clocks import is_absurd
from transactions.records import SampleRecord

CURRENT = "Current.Import"
POWER = "Power.Active.Import"
ENERGY = "Energy.Active.Import.Register"
OFFERED = "Current.Offered"
PRESENT = timedelta(seconds=30)
"""What was sampled longer ago tells nothing of what flows now: it was kept while the link was down."""
MAX_SAMPLES = 2_000
"""Of one message; a StopTransaction may carry a whole charge."""

_LARGEST = {CURRENT: 2_000.0, POWER: 2_000_000.0, ENERGY: 1e12, OFFERED: 2_000.0}
"""In A, W, Wh. Beyond, it is a fault of the station."""
_OUR_UNITS = {CURRENT: {"A"}, POWER: {"W", "kW"}, ENERGY: {"Wh", "kWh"}, OFFERED: {"A"}}
_PHASES = {"L1": 0, "L2": 1, "L3": 2, "L1-N": 0, "L2-N": 1, "L3-N": 2}
_ELSEWHERE = {"Inlet", "EV", "Body"}


@dataclass(frozen=True, slots=True)
class _Reading:
    measurand: str
    phase: int | None
    value: float
    elsewhere: bool


def samples(
    payloads: Any, *, station: int, number: int, transaction: int | None, received_at: datetime, note: Note
) -> tuple[SampleRecord, ...]:
    """The useful samples of a `meterValue` or `transactionData` array, in its order.

    An instant that is absent or can't be read becomes `received_at`.
    """
    found = []
    for entry in payloads[:MAX_SAMPLES] if isinstance(payloads, list) else ():
        if not isinstance(entry, dict):
            note("type:meterValue", type(entry).__name__)
            continue
        readings = list(_readings(entry.get("sampledValue"), note))
        figures = _figures(readings)
        if figures is None:
            continue
        currents, current, power, energy = figures
        at = values.instant(entry, "timestamp", note) or received_at
        offered = _highest(readings, OFFERED)
        found.append(
            SampleRecord(station, number, at, received_at, transaction, currents, current, power, energy, offered)
        )
    return tuple(found)


def measured(found: Iterable[SampleRecord], connector: int, behind: timedelta = timedelta(0)) -> Measured | None:
    """What the newest sample says of the present; None where it says nothing, or tells of the past (a replay).

    `behind`: how far the station's clock is known to be.
    """
    for sample in reversed(list(found)):
        if sample.received_at - sample.at > PRESENT + behind and not is_absurd(sample.at):
            continue
        spread = sample.currents_a != (None, None, None)
        if spread or any(v is not None for v in (sample.current_a, sample.power_w, sample.offered_a)):
            one, two, three = (_milli(a) for a in sample.currents_a)
            return Measured(
                connector,
                currents_ma=(one, two, three) if spread else None,
                current_ma=_milli(sample.current_a),
                power_w=None if sample.power_w is None else round(sample.power_w),
                offered_ma=_milli(sample.offered_a),
            )
    return None


def _milli(value: float | None) -> int | None:
    # Rounded up: a report may count a little too much, never too little.
    return None if value is None else math.ceil(round(value * 1000, 3))


_Figures = tuple[tuple[float | None, float | None, float | None], float | None, float | None, int | None]


def _figures(readings: list[_Reading]) -> _Figures | None:
    """None where nothing of it is of use."""
    currents, current = _spread(readings, CURRENT)
    powers, power = _spread(readings, POWER)
    energies, energy = _spread(readings, ENERGY)
    power = _total(powers) if power is None else power
    energy = _total(energies) if energy is None else energy
    told = any(r.measurand == OFFERED for r in readings)
    if currents == [None] * 3 and current is None and power is None and energy is None and not told:
        return None
    one, two, three = currents
    return (one, two, three), current, power, None if energy is None else int(energy)


def _spread(readings: list[_Reading], measurand: str) -> tuple[list[float | None], float | None]:
    """By phase, and without a phase. Of several the last counts; the outlet goes before the inlet."""
    by_phase: list[float | None] = [None] * 3
    alone: float | None = None
    mine = [r for r in readings if r.measurand == measurand]
    here = [r for r in mine if not r.elsewhere] or mine
    for reading in here:
        if reading.phase is None:
            alone = reading.value
        else:
            by_phase[reading.phase] = reading.value
    return by_phase, alone


def _highest(readings: list[_Reading], measurand: str) -> float | None:
    """Whatever phase it is told for: a limit is one for all of them."""
    by_phase, alone = _spread(readings, measurand)
    return max([value for value in (alone, *by_phase) if value is not None], default=None)


def _total(by_phase: list[float | None]) -> float | None:
    known = [value for value in by_phase if value is not None]
    return sum(known) if known else None


def _readings(sampled: Any, note: Note) -> Iterator[_Reading]:
    for entry in sampled if isinstance(sampled, list) else ():
        if isinstance(entry, dict):
            reading = _reading(entry, note)
            if reading is not None:
                yield reading


def _reading(entry: Json, note: Note) -> _Reading | None:
    measurand = entry.get("measurand") or ENERGY
    if measurand not in _LARGEST or entry.get("format") == "SignedData":
        return None
    phase = entry.get("phase")
    if phase is not None and (not isinstance(phase, str) or phase not in _PHASES):
        return None
    value = _number(entry.get("value"), note)
    if value is None:
        return None
    value *= _factor(measurand, entry.get("unit"), note)
    if not 0 <= value <= _LARGEST[measurand]:
        note(f"range:{measurand}", str(entry.get("value"))[:200])
        return None
    return _Reading(measurand, None if phase is None else _PHASES[phase], value, entry.get("location") in _ELSEWHERE)


def _number(value: Any, note: Note) -> float | None:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        note("value", type(value).__name__)
        return None
    if not isinstance(value, str):
        note("type:value", str(value)[:200])
    try:
        number = float(value)
    except (ValueError, OverflowError):
        note("value", str(value)[:200])
        return None
    if not math.isfinite(number):
        note("value", str(value)[:200])
        return None
    return number


def _factor(measurand: str, unit: Any, note: Note) -> float:
    """To A, W, Wh. A power in "Wh" is meant in W (seen in the field); an unknown unit is taken as the default."""
    if unit is None or unit == "":
        return 1.0
    if not isinstance(unit, str) or unit not in _OUR_UNITS[measurand]:
        note(f"unit:{measurand}", str(unit)[:200])
    if not isinstance(unit, str):
        return 1.0
    if unit.startswith("k") and measurand not in (CURRENT, OFFERED):
        return 1000.0
    return 0.001 if unit == "mA" else 1.0
