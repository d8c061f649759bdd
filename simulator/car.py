"""A car on a cable: what it draws of what it is offered. Event-driven, exact between events."""

from collections import deque
from dataclasses import dataclass
from math import inf

REACTION_S = 5.0
"""IEC 61851: a car follows a new duty cycle within this time."""
_TAPER_STEPS = 20
_SOC_SLACK = 1e-7
_PROGRESS_S = 1e-6
"""A ramp ends at least so much later, or rounding could stop the clock."""


@dataclass(frozen=True, slots=True)
class CarSpec:
    """`lag_s`: dead time after a change of the offer; `ramp_s`: the way from 0 to `max_ma` (0: a step).

    `start_delay_s`: from an offer after none until the first current. `overdraw_pm` above 1000: a car that
    takes more than it is offered (F7). `sleeps_s`: it draws nothing until so long after the plug (a timer); then it
    charges for `pause_every_s` and draws nothing for `pause_for_s`, again and again (a fan). Levels
    (`soc`, `knee_soc`, `target_soc`) are shares of the battery.
    """

    battery_wh: float = 60_000.0
    soc: float = 0.4
    phases: int = 3
    max_ma: int = 32_000
    minimum_ma: int = 6_000
    lag_s: float = 1.0
    ramp_s: float = 3.0
    start_delay_s: float = 2.0
    knee_soc: float = 0.85
    target_soc: float = 1.0
    overdraw_pm: int = 1000
    sleeps_s: float = 0.0
    pause_every_s: float = inf
    pause_for_s: float = 0.0

    def __post_init__(self) -> None:
        if self.phases not in (1, 2, 3):
            raise ValueError(f"a car uses 1, 2 or 3 phases, not {self.phases}")
        if self.lag_s + self.ramp_s > REACTION_S:
            raise ValueError(f"a car follows its pilot within {REACTION_S:g} s, not {self.lag_s + self.ramp_s:g} s")


def carried(phases: int, terminals: int, *, delta: bool = False, dc: bool = False) -> tuple[int, float]:
    """(terminals that carry the current of a car of so many phases, how many of its 1-phase loads they are worth).

    `delta`: the terminals are lines without neutral. Between all three a load of I on each takes sqrt(3) x U x I; a
    car of fewer phases sits between the first two, and both carry its full current (ENE-7). `dc`: all of them.
    """
    if dc:
        phases = terminals
    if not delta or terminals < 3:
        return min(phases, terminals), float(min(phases, terminals))
    return (3, 3**0.5) if phases == 3 else (2, 1.0)


class Car:
    """`battery_speed` speeds up the charge level only: currents and energy stay true."""

    __slots__ = (
        "_at",
        "_goal_ma",
        "_ma",
        "_next",
        "_offered_ma",
        "_pending",
        "_plugged_at",
        "_seen_ma",
        "_slew",
        "_wakes_at",
        "battery_speed",
        "energy_wh",
        "phases",
        "soc",
        "spec",
        "w_per_a",
    )

    def __init__(self, spec: CarSpec, *, battery_speed: float = 1.0) -> None:
        self.spec = spec
        self.battery_speed = battery_speed
        self.soc = spec.soc
        self.phases = spec.phases
        """Terminals that carry its current; `w_per_a`: what an ampere on each of them is worth."""
        self.w_per_a = 230.0 * spec.phases
        self.energy_wh = 0.0
        self._slew = spec.max_ma / spec.ramp_s if spec.ramp_s > 0 else inf
        self._at = self._plugged_at = 0.0
        self._ma = 0.0
        self._goal_ma = 0.0
        self._offered_ma = 0
        self._seen_ma = 0
        self._wakes_at = -inf
        self._next = inf
        self._pending: deque[tuple[float, int]] = deque()

    def plug(self, terminals: int, volts: float, now: float, *, delta: bool = False, dc: bool = False) -> None:
        """On a cable of so many live terminals; nothing is offered yet. See `carried`."""
        self.phases, loads = carried(self.spec.phases, terminals, delta=delta, dc=dc)
        self.w_per_a = volts * loads
        self.energy_wh = 0.0
        self._at = self._plugged_at = now

    @property
    def resting(self) -> bool:
        """It draws nothing for reasons of its own, as of the last `advance`."""
        return self._rest()[0]

    @property
    def wants_since(self) -> float:
        """When its last rest ended."""
        return self._rest()[2]

    @property
    def full(self) -> bool:
        return self.soc >= self.spec.target_soc - _SOC_SLACK

    @property
    def drawing(self) -> bool:
        return self._ma > 0

    @property
    def wanted_ma(self) -> int:
        """What it would draw on each of its phases if it were offered enough, as of the last `advance`."""
        return 0 if self.full or self.resting else int(self._taper_ma())

    @property
    def wish_ma(self) -> int:
        """What it would draw on each phase if it were offered any current."""
        return 0 if self.full or self.resting else round(self._taper_ma())

    def offer(self, offered_ma: int, now: float) -> None:
        """The pilot signals this from now on (0: nothing). The car follows within `REACTION_S`."""
        self.advance(now)
        if offered_ma == self._offered_ma:
            return
        minimum = self.spec.minimum_ma
        if offered_ma >= minimum > self._offered_ma:
            self._wakes_at = now + self.spec.start_delay_s
        self._offered_ma = offered_ma
        at = now + self.spec.lag_s
        if offered_ma >= minimum:
            at = max(at, self._wakes_at)
        while self._pending and self._pending[-1][0] >= at:
            self._pending.pop()
        self._pending.append((at, offered_ma))
        self._next = self._next_change()
        self.advance(now)

    def cut(self, now: float) -> None:
        """The contactor opens: no current from this instant."""
        self.advance(now)
        self._ma = self._goal_ma = 0.0
        self._offered_ma = self._seen_ma = 0
        self._pending.clear()
        self._next = inf

    def current_ma(self, now: float) -> int:
        """On each terminal that it loads."""
        self.advance(now)
        return round(self._ma)

    def next_at(self) -> float:
        """When its course changes by itself: an offer takes hold, a ramp ends, a charge level is reached."""
        return self._next

    def advance(self, now: float) -> None:
        while (at := self._next) <= now:
            self._move(max(at, self._at))
            while self._pending and self._pending[0][0] <= at:
                self._seen_ma = self._pending.popleft()[1]
            self._goal_ma = self._goal()
            if self._slew == inf:
                self._ma = self._goal_ma
            self._next = self._next_change()
        if now > self._at:
            self._move(now)

    def _next_change(self) -> float:
        pending = min(self._pending[0][0] if self._pending else inf, self._rest()[1])
        if self._ma != self._goal_ma:
            return min(pending, self._at + max(abs(self._goal_ma - self._ma) / self._slew, _PROGRESS_S))
        if self._ma <= 0:
            return pending
        return min(pending, self._at + self._seconds_to_mark())

    def _move(self, at: float) -> None:
        step_s = at - self._at
        before = self._ma
        if before != self._goal_ma:
            reach = self._slew * step_s + 0.5
            gap = self._goal_ma - before
            self._ma = self._goal_ma if abs(gap) <= reach else before + (reach - 0.5 if gap > 0 else 0.5 - reach)
        self._at = at
        if step_s > 0 and (before > 0 or self._ma > 0):
            gained = (before + self._ma) / 2000 * self.w_per_a * step_s / 3600
            self.energy_wh += gained
            self.soc = min(self.soc + gained * self.battery_speed / self.spec.battery_wh, 1.0)

    def _goal(self) -> float:
        spec = self.spec
        if self._seen_ma < spec.minimum_ma or self.full or self.resting:
            return 0.0
        return min(self._seen_ma * spec.overdraw_pm / 1000, self._taper_ma())

    def _rest(self) -> tuple[bool, float, float]:
        """(it rests now, when that changes, when its last rest ended)."""
        spec = self.spec
        since = self._at - self._plugged_at - spec.sleeps_s + _PROGRESS_S
        awake_at = self._plugged_at + spec.sleeps_s
        if since < 0:
            return True, awake_at, self._plugged_at
        if spec.pause_every_s == inf:
            return False, inf, awake_at
        rounds, into = divmod(since, spec.pause_every_s + spec.pause_for_s)
        began = awake_at + rounds * (spec.pause_every_s + spec.pause_for_s)
        rests = into >= spec.pause_every_s
        return rests, began + spec.pause_every_s + (spec.pause_for_s if rests else 0.0), began

    def _mark(self) -> float:
        """The next charge level at which the taper changes."""
        spec = self.spec
        if self.soc < spec.knee_soc - _SOC_SLACK:
            return min(spec.knee_soc, spec.target_soc)
        step = (spec.target_soc - spec.knee_soc) / _TAPER_STEPS
        if step <= 0:
            return spec.target_soc
        passed = int((self.soc + _SOC_SLACK - spec.knee_soc) / step)
        return min(spec.knee_soc + (passed + 1) * step, spec.target_soc)

    def _taper_ma(self) -> float:
        spec = self.spec
        if self.soc < spec.knee_soc - _SOC_SLACK or spec.knee_soc >= spec.target_soc:
            return float(spec.max_ma)
        step = (spec.target_soc - spec.knee_soc) / _TAPER_STEPS
        left = _TAPER_STEPS - int((self.soc + _SOC_SLACK - spec.knee_soc) / step)
        return max(float(spec.minimum_ma), spec.max_ma * left / _TAPER_STEPS)

    def _seconds_to_mark(self) -> float:
        missing_wh = max(self._mark() - self.soc, 0.0) * self.spec.battery_wh / self.battery_speed
        power_w = self._ma / 1000 * self.w_per_a
        return max(missing_wh / power_w * 3600, 1e-3)
