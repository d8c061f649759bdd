"""One connector of a station: cable, car, transaction, what it offers."""

from dataclasses import dataclass
from math import inf

from simulator.car import Car
from simulator.profiles import Profile
from simulator.spec import OutletSpec

LOWEST_PM = 900
"""What is left of the nominal voltage where the grid is at its weakest."""
PILOT_MINIMUM_MA = 6_000
"""IEC 61851: the lowest current that the pilot can signal."""


@dataclass(slots=True, eq=False)
class Transaction:
    """`id` is None until StartTransaction is answered; -1 when it never was."""

    id_tag: str
    began_at: float
    began_wall_s: float
    meter_start_wh: int
    id: int | None = None
    refused: bool = False


class Outlet:
    """The station decides what is offered and when; this keeps the state and its meter."""

    __slots__ = (
        "_register_wh",
        "available",
        "awaited_profile",
        "awaited_tag",
        "awaited_until",
        "car",
        "finishing",
        "limit_ma",
        "limit_until",
        "number",
        "offered_ma",
        "reported",
        "retire",
        "sample_round",
        "spec",
        "transaction",
    )

    def __init__(self, number: int, spec: OutletSpec) -> None:
        self.number = number
        self.spec = spec
        self.car: Car | None = None
        self.transaction: Transaction | None = None
        self.available = True
        self.retire = False
        self.finishing = False
        self.awaited_profile: Profile | None = None
        self.awaited_tag: str | None = None
        self.awaited_until = -inf
        self.offered_ma = 0
        self.limit_ma = 0
        self.limit_until = -inf
        self.reported: str | None = None
        self.sample_round = 0
        self._register_wh = 0.0

    def register_wh(self, now: float) -> int:
        """Its meter since it was made; never falls."""
        if self.car is not None:
            self.car.advance(now)
        return int(self._register_wh + (self.car.energy_wh if self.car else 0.0))

    def plug(self, car: Car, now: float) -> None:
        car.plug(self.spec.terminals, self.spec.volts, now, delta=self.spec.delta, dc=self.spec.dc)
        self.car = car
        self.finishing = False

    def unplug(self, now: float) -> Car | None:
        car, self.car = self.car, None
        if car is not None:
            car.cut(now)
            self._register_wh += car.energy_wh
        self.finishing = False
        self.offered_ma = 0
        return car

    def cut(self, now: float) -> None:
        self.offered_ma = 0
        if self.car is not None:
            self.car.cut(now)

    def offer(self, offered_ma: int, now: float) -> None:
        if self.car is not None and offered_ma != self.offered_ma:
            self.car.offer(offered_ma, now)
        self.offered_ma = offered_ma

    def line_ma(self, now: float) -> int:
        """On each terminal that its car loads. A DC outlet draws more the lower the voltage, the greater its losses."""
        current = 0 if self.car is None else self.car.current_ma(now)
        return -(-current * 1_000_000 // (self.spec.sag_pm * self.spec.efficiency_pm)) if self.spec.dc else current

    def currents_ma(self, now: float) -> tuple[int, int, int]:
        """By terminal 1, 2, 3."""
        if self.car is None:
            return (0, 0, 0)
        current, phases = self.line_ma(now), self.car.phases
        return (current, current if phases > 1 else 0, current if phases > 2 else 0)

    def counted_ma(self, now: float, counts_one: bool) -> tuple[int, ...]:
        """What its meter shows of its live terminals. `counts_one`: see StationSpec."""
        currents = self.currents_ma(now)[: self.spec.terminals]
        between_two = self.spec.delta and self.spec.terminals == 3 and self.car is not None and self.car.phases == 2
        return (currents[0], 0, 0) if counts_one and between_two else currents

    @property
    def most_ma(self) -> int:
        """The most it offers by itself: its rating is of the current that it takes, at the lowest voltage."""
        spec = self.spec
        return spec.rating_ma * LOWEST_PM * spec.efficiency_pm // 1_000_000 if spec.dc else spec.rating_ma

    def power_w(self, now: float) -> float:
        """What its meter shows: a DC outlet's is on the side that its limit is about."""
        if self.car is None:
            return 0.0
        nominal_w = self.car.current_ma(now) / 1000 * self.car.w_per_a
        return nominal_w if self.spec.dc else nominal_w * self.spec.sag_pm / 1000

    def next_at(self) -> float:
        car_at = self.car.next_at() if self.car is not None else inf
        return min(car_at, self.limit_until) if self.transaction is not None else car_at

    def status(self, now: float) -> str:
        """OCPP's word for its state."""
        if self.transaction is not None:
            return self._charging_status()
        if not self.available:
            return "Unavailable"
        if self.finishing:
            return "Finishing"
        if self.car is not None or (self.awaited_tag is not None and now < self.awaited_until):
            return "Preparing"
        return "Available"

    def _charging_status(self) -> str:
        if self.offered_ma < PILOT_MINIMUM_MA:
            return "SuspendedEVSE"
        if self.car is None or not self.car.drawing:
            return "SuspendedEV"
        return "Charging"
