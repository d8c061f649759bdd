"""What a connector is limited in, and how ampere on its lines become watt on the wire (ENE-8).

A limit in watt is a promise of power; the current that carries it grows as the voltage falls. The ampere that EVCE
counts are those at 0.9 of the nominal voltage: `W = A x 3 x 230 V x 0.9` with neutral, `A x sqrt(3) x 230 V x 0.9` in
delta, floored.
"""

from dataclasses import dataclass

from engine.wiring import Wiring

NOMINAL_MV = 230_000
DELTA_MV = 398_371
"""sqrt(3) x 230 V, rounded down."""
COUNTED_PM = 900
"""The share of the nominal voltage at which watt are counted: the lowest that the grid may have (EN 50160) ..."""
HIGHEST_PM = 1100
"""... and the highest, at which so many W are the least current."""
PILOT_MA = 6_000
STEP_MA = 100
_PICO = 10**12


@dataclass(frozen=True, slots=True)
class Supply:
    """How one outlet is limited. The default: an AC outlet, in ampere per phase.

    `watts`: its limits are written in W. `delta`: a grid of three lines without neutral. `efficiency_pm`: what its
    limit is about, by grid power; below 1000 where a DC station limits what it gives to the car. `minimum_ma`: the
    least that its model can start with.
    """

    dc: bool = False
    watts: bool = False
    delta: bool = False
    efficiency_pm: int = 1000
    minimum_ma: int | None = None

    @property
    def in_watts(self) -> bool:
        return self.dc or self.watts


AMPERES = Supply()


def millivolts(supply: Supply, wiring: Wiring, phases: int) -> int:
    """What one ampere on each of so many phases is worth, in mW per mA, at the nominal voltage."""
    if supply.delta and len(wiring) == 3:
        return DELTA_MV
    return NOMINAL_MV * phases


def phases_of(supply: Supply, wiring: Wiring, used: int) -> int:
    """On how many phases a limit in watt is spread: those in use on an AC outlet with neutral, else all wired ones."""
    wired = len(wiring)
    return wired if supply.dc or (supply.delta and wired == 3) else max(1, min(wired, used))


def to_watts(limit_ma: int, supply: Supply, wiring: Wiring, used: int) -> int:
    """The most W whose current stays within `limit_ma` per line while the voltage is at least 0.9 of the nominal."""
    worth_mv = millivolts(supply, wiring, phases_of(supply, wiring, used))
    return limit_ma * worth_mv * COUNTED_PM * supply.efficiency_pm // _PICO


def minimum_ma(supply: Supply, minimum: int) -> int:
    """The counted ampere of a minimum (ENE-9): in watt it must still be the minimum at the nominal voltage, and no less
    than a pilot can signal at the highest.

    `minimum` is the one for AC; a DC session needs its model's, else the power of 6 A per phase.
    """
    if supply.minimum_ma is not None:
        return supply.minimum_ma
    if not supply.in_watts:
        return minimum
    nominal = PILOT_MA if supply.dc else max(minimum, PILOT_MA * HIGHEST_PM // 1000)
    return -(-nominal * 1_000_000 // (COUNTED_PM * supply.efficiency_pm) // STEP_MA) * STEP_MA


def from_watts(power_w: int, supply: Supply, wiring: Wiring, used: int) -> int:
    """Line current (mA) of a reported power at the nominal voltage, without the losses of a DC station.

    Where the voltage is above that, the excess is less than what its limit counts too much (`docs/adr/0007`).
    """
    return power_w * 1_000_000 // millivolts(supply, wiring, phases_of(supply, wiring, used))


def as_counted(supply: Supply, line_ma: int) -> int:
    """A DC station's line current from its power, in the ampere that its limit is counted in."""
    return line_ma * 1000 // COUNTED_PM if supply.dc else line_ma
