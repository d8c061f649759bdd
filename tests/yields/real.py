"""The product on the same day: its conductor and sessions, stations with their delays, meters, reports, leases."""

from collections.abc import Callable
from functools import partial
from random import Random

from simulator.car import Car
from simulator.spec import StationSpec
from tests.simulation.sites import zones_of
from tests.simulation.world import World
from tests.yields.days import TREMBLE_S, Arrival, Day, Surroundings, as_cars_do
from tests.yields.played import SLOT_S, Outcome

METER_LAG_S = 0.5
STATION = StationSpec("", auto_start=True, sample_s=10, answer_delay_s=0.2)


class Product:
    """`prepare` may change the world before it runs (a rule that is switched off)."""

    def __init__(self, day: Day, prepare: Callable[[World], None] | None = None) -> None:
        self.around = Surroundings(day)
        self.world = World(self.around.document, Random(day.seed), STATION)
        self.zones = zones_of(self.around.document)
        self.cars: list[tuple[Arrival, Car]] = []
        self._quotients: dict[int, int | None] = dict.fromkeys(range(len(self.zones)))
        self._delivered: list[float] = [0.0]
        world = self.world
        if prepare is not None:
            prepare(world)
        for meter in world.plant.meters().values():
            meter.lag_s = METER_LAG_S
        world.at(0, self._surround)
        world.every(TREMBLE_S, self._surround)
        world.every(SLOT_S, self._note)
        for arrival in self.around.arrivals:
            world.at(arrival.at_s, partial(self._arrive, arrival))

    def play(self) -> Outcome:
        self.world.run(self.around.length_s)
        pairs = zip(self._delivered, self._delivered[1:], strict=False)
        return Outcome(
            [after - before for before, after in pairs],
            cars=[(arrival.asked_wh, car.energy_wh) for arrival, car in self.cars],
            violations=self.world.judge.violations,
        )

    def _surround(self) -> None:
        world, second = self.world, self.world.now
        for position, zone in enumerate(self.zones):
            board = world.plant.boards[zone["name"]]
            board.building_ma = self.around.building_ma(position, second)
            board.solar_ma = self.around.solar_ma(position, second)
            quotient = self.around.quotient_pct(position, second)
            if quotient != self._quotients[position]:
                self._quotients[position] = quotient
                world.reduce(zone, quotient)

    def _note(self) -> None:
        for _, car in self.cars:
            car.advance(self.world.now)
        self._delivered.append(sum(car.energy_wh for _, car in self.cars))

    def _arrive(self, arrival: Arrival) -> None:
        wire = self.world.wires[arrival.connector // 10]
        number = arrival.connector % 10
        self.world.plug(wire, number, as_cars_do(arrival.spec))
        car = wire.station.charging.outlets[number].car
        if car is None or any(car is other for _, other in self.cars):
            raise AssertionError(f"the connector of {arrival} is taken")
        self.cars.append((arrival, car))
        self.world.at(arrival.until_s, partial(self.world.unplug, wire, number))
