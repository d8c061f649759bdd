"""Cars off the street, and the rhythm in which they come and go."""

import heapq
from dataclasses import dataclass, replace
from random import Random

from simulator.car import CarSpec

_KINDS = (
    CarSpec(battery_wh=52_000, max_ma=32_000, ramp_s=2.0),
    CarSpec(battery_wh=41_000, max_ma=32_000, lag_s=1.5, ramp_s=3.0),
    CarSpec(battery_wh=60_000, max_ma=16_000, ramp_s=3.0),
    CarSpec(battery_wh=77_000, max_ma=16_000, ramp_s=2.5, knee_soc=0.9),
    CarSpec(battery_wh=82_000, max_ma=16_000, lag_s=0.5, ramp_s=4.0),
    CarSpec(battery_wh=40_000, max_ma=32_000, phases=1, lag_s=2.0, ramp_s=0.0),
    CarSpec(battery_wh=36_000, max_ma=16_000, phases=2, ramp_s=1.5),
    CarSpec(battery_wh=13_000, max_ma=16_000, phases=1, start_delay_s=4.0),
)

_RUSH_S = 8.0


def any_car(rng: Random) -> CarSpec:
    """One, two or three phases, 16 or 32 A, arriving partly charged."""
    return replace(rng.choice(_KINDS), soc=rng.uniform(0.1, 0.7))


@dataclass(frozen=True, slots=True, order=True)
class Visit:
    at: float
    station: str
    number: int
    arrives: bool


class Rhythm:
    """Most outlets are taken within seconds; later cars stay `stay_s` and leave gaps of `gap_s`."""

    def __init__(
        self,
        outlets: list[tuple[str, int]],
        rng: Random,
        now: float,
        *,
        stay_s: tuple[float, float] = (240.0, 1500.0),
        gap_s: tuple[float, float] = (30.0, 300.0),
    ) -> None:
        self._rng = rng
        self._stay_s = stay_s
        self._gap_s = gap_s
        self._visits: list[Visit] = []
        early = len(outlets) * 3 // 5
        rush_s = max(_RUSH_S, early / 20)
        for i, (station, number) in enumerate(rng.sample(outlets, len(outlets))):
            first_s = 1.0 + rush_s * i / early if i < early else rng.uniform(*gap_s)
            heapq.heappush(self._visits, Visit(now + first_s, station, number, True))

    def due(self, now: float) -> list[Visit]:
        """Arrivals and departures up to now; each outlet's next one is planned with it."""
        due: list[Visit] = []
        while self._visits and self._visits[0].at <= now:
            visit = heapq.heappop(self._visits)
            due.append(visit)
            wait_s = self._rng.uniform(*(self._stay_s if visit.arrives else self._gap_s))
            heapq.heappush(self._visits, Visit(visit.at + wait_s, visit.station, visit.number, not visit.arrives))
        return due
