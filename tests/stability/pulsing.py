"""A car that stops by itself for a while: a fan, a battery that is warmed, a false start."""

from simulator.car import Car, CarSpec
from tests.stability.stage import THIRSTY, Stage


class Pulsing(Car):
    """Draws nothing while it is told to rest; what it is offered then counts when it goes on."""

    resting = False

    def rest(self, resting: bool, now: float) -> None:
        self.advance(now)
        self.resting = resting
        self._goal_ma = self._goal()
        self._next = self._next_change()

    def _goal(self) -> float:
        return 0.0 if self.resting else super()._goal()


def pulse(stage: Stage, number: int, draws_s: float, rests_s: float, spec: CarSpec = THIRSTY) -> None:
    """Plug a car in that draws for so long, rests for so long, and so on."""
    car = Pulsing(spec)
    wire = stage.wire(number)
    wire.station.plug(number=1, car=car, now=stage.now)
    wire.pump()

    def rest() -> None:
        turn(not car.resting)

    def turn(resting: bool) -> None:
        car.rest(resting, stage.now)
        wire.station.advance(stage.now)
        wire.pump()
        stage.at(rests_s if resting else draws_s, rest)

    stage.at(draws_s, rest)
