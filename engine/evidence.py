"""Does a meter see the cars on the lines, and in the direction, that the stations tell of? (MET-6) Pure.

A change of the cars that has settled is compared with the change of the meter. One comparison can be chance: another
load may have changed at the same time. The same finding three times in a row is not.
"""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import permutations, product

STEP_MA = 5_000
"""A smaller change of the cars proves nothing."""
NEAR_MA = 1_500
NEAR_PM = 250
QUIET_MA = 500
ENOUGH = 3
LINES = (0, 1, 2)

Change = tuple[int, int, int]


class Seen(StrEnum):
    RIGHT = "right"
    SWAPPED = "swapped"
    INVERTED = "inverted"


@dataclass(frozen=True, slots=True)
class Finding:
    """`line`: where the cars changed. `shown_on`: where the meter did."""

    seen: Seen
    line: int
    shown_on: int


@dataclass(frozen=True, slots=True)
class Sample:
    at: float
    cars_ma: Change
    meter_ma: Change


@dataclass(slots=True)
class Watch:
    """What is remembered of one meter. Instants are seconds on the caller's monotonic clock."""

    cars_ma: Change | None = None
    steady_since: float = 0.0
    before: Sample | None = None
    calm: deque[Sample] = field(default_factory=lambda: deque(maxlen=8))
    last: Finding | None = None
    count: int = 0
    """How often in a row the last finding was made."""
    negative_since: float | None = None
    """A production meter: since when it shows consumption."""


def compare(cars_ma: Sequence[int], meter_ma: Sequence[int]) -> Finding | None:
    """The changes by line. None: too small, or explained by nothing but another load."""
    step = max(abs(ma) for ma in cars_ma)
    if step < STEP_MA:
        return None
    near = max(NEAR_MA, step * NEAR_PM // 1000)
    line = max(LINES, key=lambda at: abs(cars_ma[at]))
    if _fits(cars_ma, meter_ma, near):
        return Finding(Seen.RIGHT, line, line)
    for order in permutations(LINES):
        if _fits([cars_ma[at] for at in order], meter_ma, near):
            moved = max(LINES, key=lambda at: abs(cars_ma[order[at]]) - abs(cars_ma[at]))
            return Finding(Seen.SWAPPED, order[moved], moved)
    for signs in product((1, -1), repeat=3):
        if _fits([sign * ma for sign, ma in zip(signs, cars_ma, strict=True)], meter_ma, near):
            wrong = max((at for at in LINES if signs[at] < 0), key=lambda at: abs(cars_ma[at]))
            return Finding(Seen.INVERTED, wrong, wrong)
    return None


def _fits(expected: Sequence[int], seen: Sequence[int], near: int) -> bool:
    return all(abs(a - b) <= near for a, b in zip(expected, seen, strict=True))


def observe(watch: Watch, sample: Sample, settle_s: float) -> Finding | None:
    """Fold a sample; a finding where the cars have changed and settled since the last calm before it.

    `settle_s`: how long after a change the reports of the cars and the meter may still disagree.
    """
    if watch.cars_ma is None or not _fits(watch.cars_ma, sample.cars_ma, QUIET_MA):
        if watch.before is None:
            # Reports trail the cars: the meter may have shown this change already in the samples just before it.
            watch.before = next((s for s in reversed(watch.calm) if s.at <= sample.at - settle_s / 2), None)
        watch.calm.clear()
        watch.cars_ma, watch.steady_since = sample.cars_ma, sample.at
        return None
    if sample.at - watch.steady_since < settle_s:
        return None
    before, watch.before = watch.before, None
    watch.calm.append(sample)
    if before is None or sample.at - before.at > 4 * settle_s:
        return None
    cars = [now - then for now, then in zip(sample.cars_ma, before.cars_ma, strict=True)]
    meter = [now - then for now, then in zip(sample.meter_ma, before.meter_ma, strict=True)]
    return compare(cars, meter)


def weigh(watch: Watch, finding: Finding) -> bool:
    """True where it has now been made often enough in a row to be believed."""
    same = watch.last is not None and watch.last.seen is finding.seen
    watch.count = watch.count + 1 if same else 1
    watch.last = finding
    return watch.count == ENOUGH
