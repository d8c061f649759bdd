"""What happens at the site of a seed: people, buildings, sun, faults. Everything is put on the world's agenda."""

from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from functools import partial
from random import Random
from typing import Any

from engine.wiring import KNOWN, Grid
from simulator.car import CarSpec
from simulator.registers import Fault
from simulator.spec import StationSpec
from tests.simulation.oddities import odd_car, odd_station, play_oddities
from tests.simulation.sites import Document, paths_of, stations_of, zones_of
from tests.simulation.wire import Wire
from tests.simulation.world import World

SETTLED_S = 90.0
"""The end of a run is quiet for so long: L2 is judged 60 s after the last fault was cleared."""
CALM_STEP_S = 20.0
EDITS_FROM_S = 60.0
LIES = (Fault.FROZEN, Fault.TIMES_TEN, Fault.SIGN_FLIP)
VANISHED = (Fault.SILENT, Fault.EXCEPTION, Fault.NAN, Fault.SENTINEL)


@dataclass(frozen=True, slots=True)
class Faults:
    """Switches, by their numbers in the fault catalogue."""

    links: bool = True
    """F1, F2: a station loses its link for a while."""
    reboots: bool = True
    """F3, also with profiles that are lost."""
    answers: bool = True
    """F4: answers come late or never."""
    refusals: bool = True
    """F5: Rejected and NotSupported, for a while or always."""
    disobedience: bool = True
    """F6, F7: does something else than it accepts, writes nonsense in Current.Offered, counts one line of two; cars
    that take too much."""
    buildings: bool = True
    """F8."""
    meters: bool = True
    """F10, F11: silent, NaN, frozen, times ten."""
    sun: bool = True
    """F13."""
    reductions: bool = True
    """F14: a quotient begins and ends."""
    half_open: bool = True
    """F17."""
    doubles: bool = True
    """F18: a second socket."""
    clocks: bool = True
    """F21: stations' clocks."""
    wall: bool = True
    """F33: EVCE's own."""
    kills: bool = True
    """F22."""
    pauses: bool = True
    """F23."""
    edits: bool = True
    """F34: stations moved and deleted, zones resized, connectors rated and wired anew."""

    @classmethod
    def none(cls) -> "Faults":
        return cls(**{f.name: False for f in fields(cls)})


@dataclass(slots=True)
class Script:
    """The draws of one seed. `end_s`: nothing happens after it."""

    world: World
    rng: Random
    end_s: float
    faults: Faults
    calm: bool
    lying: bool
    """A meter will lie undetected: buildings and sun then move by at most the margin."""
    odd: Random
    """The draws of `tests.simulation.oddities`."""

    def some(self, chance: float, act: Callable[[], None], first_s: float = 30.0) -> None:
        """With this chance, once, somewhere in the run."""
        if self.rng.random() < chance and first_s < self.end_s:
            self.world.at(self.rng.uniform(first_s, self.end_s), act)

    def lasting(self, chance: float, act: Callable[[float], None], least_s: float, most_s: float) -> None:
        """The same for what lasts; it is over at the end."""
        for_s = self.rng.uniform(least_s, most_s)

        def begin() -> None:
            act(max(1.0, min(for_s, self.end_s - self.world.now)))

        self.some(chance, begin)


def station_specs(rng: Random, document: Document, faults: Faults, odd: Random) -> dict[str, StationSpec]:
    found = {}
    for _, station in stations_of(document):
        spec = odd_station(odd, _station_spec(rng, faults, station["volatile"]), faults)
        # A draw of its own: what else a seed holds stays as it was.
        counts_one = faults.disobedience and Random(f"counts {station['box_identity']} {spec.boot_s}").random() < 0.3
        spec = replace(spec, counts_one=counts_one)
        found[station["box_identity"]] = replace(spec, max_profiles=spec.max_profiles * len(station["connectors"]))
    return found


def _station_spec(rng: Random, faults: Faults, volatile: bool) -> StationSpec:
    """`volatile`: the commissioning test said so. Some are, and nobody knows."""
    spec = StationSpec(
        "",
        auto_start=rng.random() < 0.6,
        sample_s=10,
        boot_s=rng.uniform(3, 20),
        answer_delay_s=rng.choice([0, 0, 0.2, 1.5]) if faults.answers else 0.0,
        volatile_profiles=faults.reboots and (volatile or rng.random() < 0.1),
        loses_profiles_offline=faults.links and volatile and rng.random() < 0.3,
        boots_on_reconnect=rng.random() < 0.2,
        only_stack_0=rng.random() < 0.05,
    )
    if faults.refusals:
        spec = replace(spec, **_narrowness(rng))
    if faults.refusals and rng.random() < 0.003:
        spec = replace(spec, no_smart_charging=True)
    return spec


def _narrowness(rng: Random) -> dict[str, Any]:
    """What it never takes, and the voltage it has: for good, not for a while."""
    kinds = [frozenset(), frozenset({"Absolute"}), frozenset({"Relative"})]
    return {
        "sag_pm": rng.choice([1000, 1000, 950, 900, 1080]),
        "watts_only": rng.random() < 0.04,
        "rejects_kinds": rng.choices(kinds, [92, 4, 4])[0],
        "ignores_kinds": frozenset({"Absolute"}) if rng.random() < 0.01 else frozenset(),
        "default_only": rng.random() < 0.03,
        "max_profiles": rng.choices([16, 1, 2, 3], [92, 2, 3, 3])[0],
    }


def play(script: Script) -> None:
    """Everything that will happen."""
    world = script.world
    if script.faults.buildings:
        _buildings(script)
    for wire in world.wires.values():
        for number in wire.station.charging.outlets:
            _people(script, wire, number)
        _station_faults(script, wire)
    _meter_faults(script)
    _site_faults(script)
    _edits(script)
    play_oddities(script, script.odd)


def _people(script: Script, wire: Wire, number: int) -> None:
    rng, world = script.rng, script.world
    at = rng.uniform(5, 240)
    while at < script.end_s:
        world.at(at, partial(world.plug, wire, number, odd_car(script.odd, _car(rng), script.faults)))
        at += rng.uniform(60, 900)
        if at < script.end_s:
            world.at(at, partial(world.unplug, wire, number))
        at += rng.uniform(20, 300)


def _car(rng: Random) -> CarSpec:
    lag_s = rng.uniform(0.5, 2)
    spec = CarSpec(
        battery_wh=rng.choice([20_000, 60_000]),
        soc=rng.uniform(0.1, 0.9),
        phases=rng.choice([1, 1, 2, 3, 3, 3]),
        max_ma=rng.choice([10_000, 16_000, 32_000]),
        lag_s=lag_s,
        ramp_s=rng.uniform(0, 4.9 - lag_s),
        start_delay_s=rng.uniform(0, 10),
    )
    return replace(spec, **_habits(spec))


def _habits(spec: CarSpec) -> dict[str, Any]:
    """Some cars draw little or nothing for reasons of their own. The draws of the seed stay as they were."""
    own = Random(f"habits {spec}")
    habits: list[dict[str, Any]] = [
        {},
        {"pause_every_s": own.uniform(30, 300), "pause_for_s": own.uniform(10, 60)},
        {"start_delay_s": own.uniform(30, 50)},
        {"sleeps_s": own.uniform(60, 600)},
        {"soc": 1.0},
        {"battery_wh": 600.0, "soc": own.uniform(0.5, 0.8)},
        {"max_ma": own.choice([6_000, 8_000, 13_000])},
    ]
    return own.choices(habits, [12, 1, 1, 1, 1, 1, 1])[0]


def _buildings(script: Script) -> None:
    """Loads behind the zone meters, never more than the degraded setpoints leave for them.

    Calm: one step in 20 s in the whole site, within the guard margin of every zone that sees it. Otherwise any.
    """
    world, rng = script.world, script.rng
    zones = {zone["name"]: zone for zone in zones_of(world.document)}
    metered = [name for name, zone in zones.items() if "meter" in zone]
    if not metered:
        return
    paths = paths_of(world.document)
    rooms = {name: room_ma(zones, paths[name], len(metered)) for name in metered}
    loads = {name: [rng.randint(0, rooms[name]) for _ in range(3)] for name in metered}
    for name in metered:
        world.at(0, partial(world.load, name, list(loads[name])))
    centres = {name: list(lines) for name, lines in loads.items()}
    at = rng.uniform(20, 60)
    while at < script.end_s:
        name = rng.choice(metered)
        step_ma = _step_ma(script, [zones[above] for above in paths[name]], rooms[name])
        around = centres[name] if script.lying else loads[name]
        # Lying: it stays within half a margin of where it began, so that no two loads are more than one apart.
        reach = step_ma // 2 if script.lying else step_ma
        loads[name] = [min(max(ma + rng.randint(-reach, reach), 0), rooms[name]) for ma in around]
        world.at(at, partial(world.load, name, list(loads[name])))
        if script.faults.sun and "production_meter" in zones[name] and not script.lying and not script.calm:
            world.at(at + rng.uniform(0, 20), partial(world.shine, name, rng.randint(0, rooms[name])))
        at += CALM_STEP_S if script.calm else rng.uniform(20, 400) / len(metered) ** 0.5


def room_ma(zones: dict[str, Document], path: list[str], sharing: int) -> int:
    """What the degraded setpoints (in static zones a fifth) leave for a building, on every level."""
    rooms: list[int] = []
    for name in path:
        zone = zones[name]
        max_ma, margin_ma = zone["max_current_a"] * 1000, zone.get("margin_a", 0) * 1000
        rooms.append(max_ma - margin_ma - zone["degraded_a"] * 1000 if "meter" in zone else max_ma // 5)
    return max(0, min(rooms)) // sharing


def _step_ma(script: Script, path: list[Document], room_ma: int) -> int:
    if not script.calm and not script.lying:
        return room_ma
    margins: list[int] = [zone.get("margin_a", 0) * 1000 for zone in path if "meter" in zone]
    return min(margins)


def _station_faults(script: Script, wire: Wire) -> None:
    world, rng, faults = script.world, script.rng, script.faults
    misbehave = partial(world.misbehave, wire)
    if faults.links:
        script.lasting(0.3, wire.drop, 2, 200)
    if faults.half_open:
        script.lasting(0.1, wire.stick, 3, 90)
    if faults.doubles:
        script.some(0.1, wire.double)
    if faults.reboots:
        script.some(0.1, partial(world.reboot, wire, rng.random() < 0.5))
    if faults.answers:
        script.lasting(0.1, partial(misbehave, answer_delay_s=rng.uniform(2, 9)), 10, 60)
        script.lasting(0.1, partial(misbehave, drop_answers=rng.uniform(0.3, 1)), 10, 90)
    if faults.refusals:
        which = rng.choice([frozenset({"TxProfile"}), frozenset({"TxDefaultProfile"})])
        script.lasting(0.05, partial(misbehave, rejects_profiles=which), 10, 60)
        script.lasting(0.03, partial(misbehave, no_smart_charging=True), 10, 60)


def _meter_faults(script: Script) -> None:
    world, rng = script.world, script.rng
    for name, meter in world.plant.meters().items():
        meter.lag_s = rng.choice([0, 0, 0.5, 1.0])
        if script.faults.meters:
            script.lasting(0.2, partial(world.break_meter, name, rng.choice(VANISHED)), 2, 120)
            if script.lying:
                script.lasting(0.7, partial(world.break_meter, name, rng.choice(LIES)), 20, 200)


def _site_faults(script: Script) -> None:
    world, rng, faults = script.world, script.rng, script.faults
    if faults.kills:
        script.lasting(0.3, world.kill, 1, 8)
    if faults.pauses:
        script.lasting(0.1, world.process.pause, 11, 40)
    zones = zones_of(world.document)
    if faults.reductions:
        zone = rng.choice(zones)
        script.some(0.3, partial(world.reduce, zone, rng.choice([0, 50, 70, 90])), 120)
        script.some(0.3, partial(world.reduce, zone, None), 120)


def _edits(script: Script) -> None:
    world, rng = script.world, script.rng
    if not script.faults.edits:
        return
    zones = zones_of(world.document)
    leaves = [zone for zone in zones if "zones" not in zone]
    names = [station["box_identity"] for _, station in stations_of(world.document)]
    script.some(0.2, lambda: _move(world, rng, rng.choice(names), rng.choice(leaves)), 60)
    script.some(0.1, lambda: world.delete(rng.choice(names)), 60)
    zone = rng.choice(zones)
    script.some(0.2, partial(world.resize, zone, max(1, round(zone["max_current_a"] * rng.uniform(0.6, 1)))), 60)
    _ratings_and_wirings(script)


def _ratings_and_wirings(script: Script) -> None:
    """Of the connectors. Draws from a source of its own: what else a seed holds stays as it was."""
    world, copy = script.world, Random()
    if script.end_s <= EDITS_FROM_S:
        return
    copy.setstate(script.rng.getstate())
    own = Random(f"ratings {copy.random()}")
    known = KNOWN[Grid(world.document["site"]["grid"])]
    for _, station in stations_of(world.document):
        for outlet in station["connectors"]:
            name, number = station["box_identity"], outlet["id"]
            most_a, phases = outlet["max_current_a"], outlet["phases"]
            if own.random() < 0.1:
                max_a = own.choice([6, 8, 10, 16])
                at = own.uniform(EDITS_FROM_S, script.end_s)
                world.at(at, partial(world.rate, name, number, min(most_a, max_a)))
                world.at(own.uniform(at, script.end_s), partial(world.rate, name, number, most_a))
            if own.random() < 0.05:
                alike = [other for other in known if len(known[other]) == len(known[phases])]
                world.at(own.uniform(EDITS_FROM_S, script.end_s), partial(world.turn, name, number, own.choice(alike)))


def _move(world: World, rng: Random, name: str, zone: Document) -> None:
    if any(station["box_identity"] == name for _, station in stations_of(world.document)):
        world.move(name, zone)
