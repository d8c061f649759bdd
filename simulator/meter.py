"""A meter at a switchboard: shows what flowed there `lag_s` ago, or misbehaves."""

from collections import deque

from simulator.registers import Fault, Image, image

Currents = tuple[int, int, int]


class Meter:
    """`feed` it the true current at each observation; `lag_s` looks that far back.

    `fault` may be set at any time. Currents are in mA by line, import (production: production) positive.
    """

    __slots__ = ("_energy_wh", "_fault", "_frozen", "_frozen_ma", "_history", "_volts", "lag_s", "model", "name")

    def __init__(self, name: str, model: str = "PM5320, IEM3x5x", *, lag_s: float = 0.0, volts: float = 230.0) -> None:
        self.name = name
        self.model = model
        self.lag_s = lag_s
        self._volts = volts
        self._energy_wh = 0.0
        self._fault: Fault | None = None
        self._frozen: Image | None = None
        self._frozen_ma: Currents = (0, 0, 0)
        self._history: deque[tuple[float, Currents]] = deque(((0.0, (0, 0, 0)),))

    @property
    def fault(self) -> Fault | None:
        return self._fault

    def misbehave(self, fault: Fault | None, now: float) -> None:
        """None: it works again."""
        self._fault, self._frozen = None, None
        if fault is Fault.FROZEN:
            self._frozen, self._frozen_ma = self.image(now), self._shown(now)
        self._fault = fault

    def feed(self, currents_ma: Currents, now: float) -> None:
        at, before = self._history[-1]
        imported = before[0] + before[1] + before[2]
        if imported > 0:
            self._energy_wh += imported / 1000 * self._volts * (now - at) / 3600
        self._history.append((now, currents_ma))
        while len(self._history) > 1 and self._history[1][0] <= now - self.lag_s:
            self._history.popleft()

    def reading_ma(self, now: float) -> Currents | None:
        """What a poll would say now; None where it says nothing usable. Without registers, for virtual time."""
        if self._fault is None:
            return self._shown(now)
        if self._fault is Fault.FROZEN:
            return self._frozen_ma
        if self._fault is Fault.TIMES_TEN:
            return _times(self._shown(now), 10)
        if self._fault is Fault.SIGN_FLIP:
            return _times(self._shown(now), -1)
        return None

    def image(self, now: float) -> Image:
        """Its registers now (a fault of the link is the adapter's)."""
        if self._frozen is not None:
            return self._frozen
        return image(self.model, self._shown(now), self._energy_wh, volts=self._volts, fault=self._fault)

    def _shown(self, now: float) -> Currents:
        shown = self._history[0][1]
        for at, currents in self._history:
            if at > now - self.lag_s:
                break
            shown = currents
        return shown


def _times(currents: Currents, factor: int) -> Currents:
    return (currents[0] * factor, currents[1] * factor, currents[2] * factor)
