"""Which way the current flows (MET-6). Pure: values of a meter to integer mA by line.

Import is positive; a production meter counts its production as positive. Reactive current is never credited: what is
exported or produced counts with its active part only, never with more than the current that was measured.
"""

from collections.abc import Sequence

from engine.wiring import Grid
from metering.decode import Three, Values
from metering.faults import Unreadable

Lines = tuple[int, int, int]

EXPORT_MA = 1_000
"""Less on a line is no export that one would ask about."""
VOLTAGE_V = {Grid.STAR: 230.0, Grid.SINGLE: 230.0, Grid.DELTA: 230.0 / 3**0.5}
"""Between a line and the neutral; in delta the virtual one, so that a line's active current is P / U there too."""


def shows_export(currents_ma: Sequence[int]) -> bool:
    """By line, import positive."""
    return any(current_ma <= -EXPORT_MA for current_ma in currents_ma)


def zone_currents_ma(values: Values, grid: Grid, inverted: bool = False) -> Lines:
    """An imported phase counts +I, an exported one -P / U. Without power by phase all count as import."""
    if values.powers_w is None:
        return _milli(values.currents_a)
    powers = _inverted(values.powers_w) if inverted else values.powers_w
    # Between two lines a lagging load can show one phase as negative: in delta it takes all three to be export.
    if grid is Grid.DELTA and not all(power < 0 for power in powers):
        return _milli(values.currents_a)
    return _milli(_signed(values.currents_a, powers, VOLTAGE_V[grid]))


def production_currents_ma(values: Values, grid: Grid) -> Lines:
    """|P| / U by phase, at most |I|; with total power alone its part of |I|; |I| where the model has no power at all.

    Raises Unreadable where the model has powers and none of them can be had now: in doubt nothing is credited (S7).
    """
    voltage = VOLTAGE_V[grid]
    if values.powers_w is not None and grid is not Grid.DELTA:
        first, second, third = (
            min(abs(p) / voltage, i) for i, p in zip(values.currents_a, values.powers_w, strict=True)
        )
        return _milli((first, second, third))
    power_w = _total(values)
    apparent = sum(values.currents_a) * voltage
    lost = [fault for fault in values.remarks if str(fault.params.get("quantity", "")).startswith("power")]
    if power_w is None and lost:
        raise Unreadable(lost[0])
    if power_w is None or apparent == 0:
        return _milli(values.currents_a)
    active = min(1.0, abs(power_w) / apparent)
    first, second, third = values.currents_a
    return _milli((first * active, second * active, third * active))


def _signed(currents: Three, powers: Three, voltage: float) -> Three:
    first, second, third = (i if p >= 0 else -min(-p / voltage, i) for i, p in zip(currents, powers, strict=True))
    return first, second, third


def _inverted(powers: Three) -> Three:
    return -powers[0], -powers[1], -powers[2]


def _total(values: Values) -> float | None:
    if values.power_w is not None:
        return values.power_w
    return None if values.powers_w is None else sum(values.powers_w)


def _milli(currents: Three) -> Lines:
    return round(currents[0] * 1000), round(currents[1] * 1000), round(currents[2] * 1000)
