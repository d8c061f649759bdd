"""EVCE and a simulated site in virtual time: one process, no sockets, seeded.

The code that runs is the product's: the conductor (facts, step, ledger, rows before raises) and the stations'
sessions, against the simulator's stations, cars, meters and cables. Only the clock, the wire and the disk are ours.
"""

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from random import Random
from typing import Any

from chargers.records import StationRecord
from control.conductor import Conductor
from engine.commands import Order, Write
from engine.facts import Fact, MeterFailed, MeterRead, RanksReviewed
from engine.wiring import Grid, parse_wiring
from gateway.protocol.memory import Group, MemoryStore
from simulator.car import Car, CarSpec
from simulator.plant import Cable
from simulator.registers import Fault
from simulator.site import read_site
from simulator.spec import StationSpec
from tests.simulation.agenda import Agenda
from tests.simulation.calm import Calm
from tests.simulation.judge import Judge
from tests.simulation.process import Process
from tests.simulation.reading import connector_id, meter_ids, station_id
from tests.simulation.sites import Document, stations_of
from tests.simulation.true_room import TrueRoom
from tests.simulation.wire import Wire

OBSERVE_S = 0.5
POLL_S = 1.0
ANSWER_S = 0.02
UNREADABLE = (Fault.NAN, Fault.SENTINEL, Fault.GARBAGE)
FREE_TAG = "FREE"


class World:
    """`run(until)` is the whole of it; what people and faults do is put on its agenda with `at`."""

    def __init__(
        self,
        document: Document,
        rng: Random,
        spec: StationSpec | None = None,
        *,
        specs: Mapping[str, StationSpec] | None = None,
        trace: bool = False,
    ) -> None:
        """`specs`: how single stations behave, by box identity; `spec`: all the others."""
        self.rng, self.document = rng, document
        self.agenda = Agenda(trace=trace)
        self.at, self.every, self.say = self.agenda.at, self.agenda.every, self.agenda.say
        base = spec or StationSpec("", auto_start=True, sample_s=10)
        self.site = read_site(document, Random(rng.random()), now=0.0, base=base, bases=specs)
        self.plant = self.site.plant
        records = {}
        for _, station in stations_of(document):
            i = station_id(station["box_identity"])
            connectors = {outlet["id"]: connector_id(i, outlet["id"]) for outlet in station["connectors"]}
            records[i] = StationRecord(i, station["box_identity"], True, connectors=connectors)
        self.store = MemoryStore(
            stations=records, groups={i: Group("all") for i in records}, random=Random(rng.random())
        )
        self.calm = Calm(self)
        self.process = Process(self.agenda, document, self.store, rng, self._send, self._ask, self.calm.heard)
        self.wires = {
            i: Wire(i, self.site.stations[record.box_identity], self.agenda, self.process, self.store, rng)
            for i, record in records.items()
        }
        for _, station in stations_of(document):
            self.wires[station_id(station["box_identity"])].known_volatile = station.get("volatile", False)
        self.judge = Judge(self)
        self.room = TrueRoom(self)
        self.at(0, self.room.note)
        meters = self.plant.meters()
        self._meters = [(number, meters[name]) for name, number in meter_ids(document).items()]
        self.agenda.every(POLL_S, self._poll)
        self.agenda.every(OBSERVE_S, self._observe)
        self.agenda.every(document["site"]["review_s"], self._review)
        for wire in self.wires.values():
            self.at(rng.uniform(0, 2), wire.connect)

    @property
    def now(self) -> float:
        return self.agenda.now

    @property
    def conductor(self) -> Conductor:
        """Of the process that runs now."""
        return self.process.conductor

    @property
    def log(self) -> list[tuple[float, str]]:
        return self.agenda.log

    def run(self, until: float) -> None:
        self.agenda.run(until)

    def _send(self, write: Write) -> None:
        self.calm.sent(write)
        self.wires[write.station].write(write)

    def _ask(self, order: Order) -> None:
        self.wires[order.station].ask(order)

    def _review(self) -> None:
        if self.process.awake:
            self.process.tell(RanksReviewed())

    # Meters and the judge.

    def _observe(self) -> None:
        true_ma = self.plant.true_ma(self.now)
        self.plant.feed_meters(self.now, true_ma)
        self.judge.observe(self.now, true_ma)

    def _poll(self) -> None:
        """Each meter once a second; a poll that a stopped process could not make is not made up for."""
        if not self.process.awake:
            return
        for number, meter in self._meters:
            currents = meter.reading_ma(self.now)
            fact: Fact
            if currents is None:
                fact = MeterFailed(number, "no answer", implausible=meter.fault in UNREADABLE)
            else:
                # Real words tremble with each reading; those of a frozen meter do not.
                trembles = 0.0 if meter.fault is Fault.FROZEN else self.now
                fact = MeterRead(number, currents, hash((currents, trembles)), ANSWER_S)
                if meter.fault is None:
                    self.judge.shown(number, self.now - meter.lag_s)
            self.at(self.now + ANSWER_S, partial(self._tell_reading, fact))

    def _tell_reading(self, fact: Fact) -> None:
        if self.process.awake:
            self.process.tell(fact)

    # What people do.

    def plug(self, wire: Wire, number: int, spec: CarSpec) -> None:
        """Somebody parks, and shows a card where one is asked for."""
        station = wire.station
        if wire.removed or station.charging.outlets[number].car is not None:
            return
        self.say(f"a car plugs in at {wire.number}/{number}")
        station.plug(number, Car(spec), self.now)
        if not station.spec.auto_start:
            station.badge(number, FREE_TAG, self.now)
        wire.pump()

    def unplug(self, wire: Wire, number: int) -> None:
        if wire.station.charging.outlets[number].car is not None:
            self.say(f"the car at {wire.number}/{number} leaves")
            wire.station.unplug(number, self.now)
            wire.pump()

    def load(self, zone: str, building_ma: list[int]) -> None:
        self.say(f"the building at {zone} draws {_amperes(building_ma)}")
        self.plant.boards[zone].building_ma = building_ma
        self.room.note()

    def shine(self, zone: str, solar_ma: int) -> None:
        self.say(f"the sun at {zone} gives {solar_ma / 1000:g} A")
        self.plant.boards[zone].solar_ma = [solar_ma] * 3
        self.room.note()

    def step_wall(self, by_s: float) -> None:
        self.say(f"EVCE's clock steps by {by_s:g} s")
        self.agenda.step_wall(by_s)

    # What breaks.

    def reboot(self, wire: Wire, hard: bool) -> None:
        if wire.station.wants_link:
            self.say(f"station {wire.number} reboots")
            wire.station.reboot(self.now, hard)
            wire.pump()

    def misbehave(self, wire: Wire, for_s: float, **how: Any) -> None:
        """Fields of its `StationSpec` for a while."""
        station = wire.station
        before = {name: getattr(station.spec, name) for name in how}
        self.say(f"station {wire.number} misbehaves for {for_s:.0f} s: {how}")
        station.behave(replace(station.spec, **how), self.now)
        wire.misled = wire.misled or station.spec.unruly or station.spec.takes_watts
        wire.pump()

        def behave() -> None:
            self.say(f"station {wire.number} behaves again")
            station.behave(replace(station.spec, **before), self.now)
            wire.pump()

        self.at(self.now + for_s, behave)

    def break_meter(self, name: str, fault: Fault, for_s: float) -> None:
        meter = self.plant.meters()[name]
        if meter.fault is not None:
            return
        self.say(f"{name}: {fault} for {for_s:.0f} s")
        meter.misbehave(fault, self.now)

        def repair() -> None:
            self.say(f"{name} works again")
            self.room.misread(name)
            meter.misbehave(None, self.now)

        self.at(self.now + for_s, repair)

    def kill(self, dark_s: float) -> None:
        self.process.kill(dark_s)
        for wire in self.wires.values():
            wire.vanish(dark_s + self.rng.uniform(0, 2))

    # What installers do.

    def reduce(self, zone: Document, percent: int | None) -> None:
        """A reduction begins, or all of them end."""
        self.say(f"zone {zone['name']} is reduced to {100 if percent is None else percent} %")
        zone["reductions"] = [{"source": "test", "quotient_pct": percent}] if percent is not None else []
        self._limit(zone)

    def resize(self, zone: Document, max_a: int) -> None:
        """The building that the degraded setpoint leaves room for stays the same."""
        self.say(f"zone {zone['name']} is set to {max_a} A")
        if "degraded_a" in zone:
            zone["degraded_a"] = max(0, zone["degraded_a"] - (zone["max_current_a"] - max_a))
        zone["max_current_a"] = max_a
        self._limit(zone)

    def _limit(self, zone: Document) -> None:
        quotient = min([100, *(r["quotient_pct"] for r in zone.get("reductions", ()))])
        self.plant.boards[zone["name"]].limit_ma = zone["max_current_a"] * 1000 * quotient // 100
        self.room.note()
        self.process.reconfigure()

    def move(self, identity: str, zone: Document) -> None:
        """A station gets another cable, and the site file says so."""
        old, station = self._find(identity)
        self.say(f"station {identity} moves from {old['name']} to {zone['name']}")
        old["stations"].remove(station)
        zone.setdefault("stations", []).append(station)
        live = self.site.stations[identity]
        self.plant.cables = [
            replace(cable, board=zone["name"]) if cable.station is live else cable for cable in self.plant.cables
        ]
        self.process.reconfigure()

    def rate(self, identity: str, number: int, max_a: int) -> None:
        """The site file says less than before, or again so much, for what a connector may be loaded with."""
        outlet = self._outlet(identity, number)
        if outlet is not None:
            self.say(f"connector {identity}/{number} is rated at {max_a} A")
            outlet["max_current_a"] = max_a
            self.process.reconfigure()

    def turn(self, identity: str, number: int, phases: str) -> None:
        """A connector is wired to other lines, and the site file says so."""
        outlet = self._outlet(identity, number)
        if outlet is None:
            return
        self.say(f"connector {identity}/{number} is wired {phases}")
        outlet["phases"] = phases
        wiring, live = parse_wiring(phases, Grid(self.document["site"]["grid"])), self.site.stations[identity]
        self.plant.cables = [
            replace(cable, wiring=wiring) if (cable.station, cable.number) == (live, number) else cable
            for cable in self.plant.cables
        ]
        self.process.reconfigure()

    def _outlet(self, identity: str, number: int) -> Document | None:
        """None where its station was deleted."""
        stations = [s for _, s in stations_of(self.document) if s["box_identity"] == identity]
        return next((outlet for s in stations for outlet in s["connectors"] if outlet["id"] == number), None)

    def delete(self, identity: str) -> None:
        """Not while a car is there."""
        wire = self.wires[station_id(identity)]
        outlets = wire.station.charging.outlets.values()
        if any(o.car is not None or o.transaction is not None for o in outlets) or wire.station.backlog:
            return
        zone, station = self._find(identity)
        self.say(f"station {identity} is deleted")
        zone["stations"].remove(station)
        wire.removed = True
        wire.drop(0.0)
        self.plant.cables = [cable for cable in self.plant.cables if cable.station is not wire.station]
        self.process.reconfigure()

    def _find(self, identity: str) -> tuple[Document, Document]:
        return next(found for found in stations_of(self.document) if found[1]["box_identity"] == identity)

    def cables_of(self, wire: Wire) -> list[Cable]:
        return [cable for cable in self.plant.cables if cable.station is wire.station]


def _amperes(lines_ma: list[int]) -> str:
    return "/".join(f"{ma / 1000:g}" for ma in lines_ma) + " A"
