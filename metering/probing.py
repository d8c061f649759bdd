"""The *test* button (MET-4): read meters once, now, and tell each value or the exact error."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from django.utils.translation import gettext as _

from engine.wiring import LINE_NAMES
from metering.decode import Values
from metering.drivers.port import ReadError
from metering.faults import Fault, Unreadable
from metering.polling import poller
from metering.records import MeterSpec, Role
from metering.sentences import sentence
from metering.signs import Lines

MOST_AT_ONCE = 16


@dataclass(frozen=True, slots=True)
class LineSeen:
    name: str
    current_a: float
    power_w: float | None
    direction: str
    """In the reader's language."""
    counted_a: float


@dataclass(frozen=True, slots=True)
class Probe:
    """What one test saw. `error` in the reader's language, empty when the meter gave its values."""

    spec: MeterSpec
    error: str = ""
    lines: tuple[LineSeen, ...] = ()
    power_w: float | None = None
    energy_kwh: float | None = None
    remarks: tuple[str, ...] = ()


def probe_meters(specs: Sequence[MeterSpec]) -> list[Probe]:
    """Side by side; takes as long as the slowest. No database."""
    if not specs:
        return []
    with ThreadPoolExecutor(min(len(specs), MOST_AT_ONCE)) as pool:
        answers = list(pool.map(_answer, specs))
    return [_probe(spec, answer) for spec, answer in zip(specs, answers, strict=True)]


def _answer(spec: MeterSpec) -> tuple[Values, Lines] | Fault:
    try:
        return poller.read_once(spec)
    except (ReadError, Unreadable) as error:
        return error.fault


def _probe(spec: MeterSpec, answer: tuple[Values, Lines] | Fault) -> Probe:
    if isinstance(answer, Fault):
        return Probe(spec, error=sentence(answer))
    values, counted = answer
    return Probe(
        spec,
        lines=tuple(_line(spec, values, counted, line) for line in range(3)),
        power_w=values.power_w,
        energy_kwh=None if values.energy_wh is None else values.energy_wh / 1000,
        remarks=tuple(sentence(remark) for remark in values.remarks),
    )


def _line(spec: MeterSpec, values: Values, counted: Lines, line: int) -> LineSeen:
    return LineSeen(
        name=LINE_NAMES[line],
        current_a=values.currents_a[line],
        power_w=None if values.powers_w is None else values.powers_w[line],
        direction=_direction(spec.role, counted[line]),
        counted_a=counted[line] / 1000,
    )


def _direction(role: Role, counted_ma: int) -> str:
    if counted_ma == 0:
        return _("none")
    if role is Role.PRODUCTION:
        return _("production")
    return _("import") if counted_ma > 0 else _("export")
