"""The judge: the true current in the cables against the limits (S1, S10), and nothing that EVCE believes.

A clock starts when a line is above its limit *and* EVCE could know and do something about it: at the first reading
that could show it, or when the meter was found to be lost; and not while what stations draw that nobody can reach
(offline, booting, refusing, not yet stopped for drawing what it likes) is too much alone; or while the excess is what a
station draws that could not be found out yet: that it draws more than it was told (F6), that its network has died
without a word, that it loses its profiles. That time is excused (S24), and counted. While a zone's meter is lost, its
degraded setpoint is all that holds it (ENE-18): then the breaker's maximum is the limit, not a reduction of it.
"""

from dataclasses import dataclass, field
from math import inf
from typing import TYPE_CHECKING

from engine.obedience import trifle_ma
from engine.wiring import LINE_NAMES, LINES
from simulator.breaker import PICK_UP, Breaker
from simulator.plant import Lines
from tests.simulation.overdraw import Overdraws
from tests.simulation.reading import meter_ids
from tests.simulation.sites import parents_of, paths_of, zones_of

if TYPE_CHECKING:
    from tests.simulation.world import World

RULES = ((1.20, 0, 8.0), (1.05, 0, 10.0), (1.0, 500, 30.0))
"""(share of the limit, and so many mA, may be exceeded for so many seconds). The last one: S1 is not 105 %."""
BELOW: list[float | None] = [None] * len(RULES)
COMPLIANT_S = 1.0
"""S10's budget for a write and its answer."""
FIND_OUT_S = 15.0
"""Three tries of five seconds: then it is known that a station does not answer."""
SLACK_S = 0.6
"""Between two looks, and from a reading to the turn that sees it."""


@dataclass(eq=False, slots=True)
class Track:
    """One line of a zone. `since`: by rule, when it went above and since when the clock runs."""

    zone: str
    line: int
    meters: tuple[int, ...]
    trips: bool
    breaker: Breaker
    cold: bool = True
    above: list[float | None] = field(default_factory=lambda: [None] * len(RULES))
    clock: list[float] = field(default_factory=lambda: [inf] * len(RULES))
    worst_ma: int = 0
    told: set[str] = field(default_factory=set)


@dataclass(slots=True)
class Drawn:
    """What flows on a line into cars: of stations that would obey now, of those of which it can't be known yet that
    they do not, of all."""

    reachable_ma: int = 0
    unknown_ma: int = 0
    total_ma: int = 0
    tolerated_ma: int = 0
    """What cars take above what they were told that is no more than the error of a meter."""

    def out_of_reach(self, current_ma: int, limit_ma: int) -> bool:
        """Whatever the others are told, it is too much; or it is not, were it not for who does not answer."""
        return current_ma - self.reachable_ma > limit_ma or 0 < current_ma - limit_ma <= self.unknown_ma


class Judge:
    def __init__(self, world: "World") -> None:
        self._world = world
        self._shown: dict[int, float] = {}
        self._seen_at = 0.0
        self._overdraws = Overdraws(world)
        self.violations: list[tuple[float, str, str, str]] = []
        """(when, zone, line, what), the first of each kind."""
        self.excused_s = 0.0
        document = world.document
        ids, paths = meter_ids(document), paths_of(document)
        self._tracks: dict[str, list[Track]] = {}
        for zone in zones_of(document):
            name = zone["name"]
            below = [z for z in zones_of(document) if name in paths[z["name"]] and "meter" in z]
            own = [zone] if "meter" in zone else below
            meters = tuple(ids[z["meter"]] for z in own)
            # Building steps within the guard margin never trip; a zone without one has the time limits only.
            trips = not below or zone.get("margin_a", 0) > 0
            self._tracks[name] = [
                Track(name, line, meters, trips, Breaker(round(zone["max_current_a"] * 1000)))
                for line in range(len(LINE_NAMES))
            ]
        self._parents = parents_of(document)
        self._own_meter = {zone["name"]: ids[zone["meter"]] for zone in zones_of(document) if "meter" in zone}

    def shown(self, meter: int, of: float) -> None:
        """A good reading of that instant went to EVCE."""
        self._shown[meter] = of

    def observe(self, now: float, true_ma: dict[str, Lines]) -> None:
        excused = False
        self._overdraws.update(now)
        boards = self._world.plant.boards
        spare_ma = RULES[-1][1]
        for name, tracks in self._tracks.items():
            board, currents = boards[name], true_ma[name]
            limit = board.max_ma if self._blind(name) else board.limit_ma
            most_ma = limit + spare_ma
            for line in LINES:
                track, current = tracks[line], currents[line]
                if current > track.worst_ma:
                    track.worst_ma = current
                if current > most_ma or not track.cold or track.above != BELOW:
                    excused |= self._look(track, current, limit, now)
        if excused:
            self.excused_s += now - self._seen_at
        self._seen_at = now

    def _look(self, track: Track, current: int, limit: int, now: float) -> bool:
        """True where the excess is excused."""
        over = current > limit + RULES[-1][1]
        drawn = self._cars_ma(track, now) if over else Drawn()
        if over and not drawn.total_ma:
            # The building alone: nothing that anybody could take back.
            current = min(current, limit)
        excused = over and drawn.total_ma > 0 and drawn.out_of_reach(current, limit)
        waits = excused or not self._world.process.awake
        for i, (share, more, most_s) in enumerate(RULES):
            # Nobody can tell so little; whether the breaker bears it is judged below.
            if current - drawn.tolerated_ma <= max(limit * share + more, limit + RULES[-1][1]):
                track.above[i], track.clock[i] = None, inf
                continue
            since = track.above[i]
            if since is None:
                since = track.above[i] = self._seen_at
            if waits:
                track.clock[i] = inf
            elif track.clock[i] == inf and self._could_show(track, since, now):
                track.clock[i] = self._seen_at
            over_s = now - track.clock[i] - most_s - SLACK_S
            if over_s > 0 and over_s > self._late_s(track):
                self._violate(track, f"above {share:.0%} for more than {most_s:g} s", current, limit, now)
        # S10 speaks of stations that obey: what is excused heats nothing.
        self._heat(track, min(current, limit) if excused else current, now, excused)
        return excused

    def _heat(self, track: Track, current: int, now: float, excused: bool) -> None:
        breaker = track.breaker
        if track.cold:
            if current <= PICK_UP * self._world.plant.boards[track.zone].max_ma:
                return
            breaker.advance(self._seen_at, 0)
            track.cold = False
        breaker.advance(now, current)
        if breaker.tripped_at == now and track.trips and not excused:
            self._violate(track, "its breaker trips", current, self._world.plant.boards[track.zone].max_ma, now)
        track.cold = breaker.heat < 1e-3 and not breaker.tripped

    def _could_show(self, track: Track, since: float, now: float) -> bool:
        if not track.meters:
            return True
        meters = self._world.process.site.meters
        return all(self._shown.get(m, -inf) >= since or (m in meters and not meters[m].trusted) for m in track.meters)

    def _cars_ma(self, track: Track, now: float) -> Drawn:
        drawn = Drawn()
        since = track.above[-1] or now
        for wire in self._world.wires.values():
            unknown = wire.forgot or (wire.silent and now - max(wire.stuck_at, since) < FIND_OUT_S)
            for cable in self._world.cables_of(wire):
                if not self._below(cable.board, track.zone):
                    continue
                currents = cable.station.currents_ma(cable.number, now)
                ma = sum(ma * lines.count(track.line) for lines, ma in zip(cable.wiring, currents, strict=False))
                drawn.total_ma += ma
                if ma:
                    told_ma = wire.told_ma(cable.number)
                    drawn.tolerated_ma += min(max(0, max(currents) - told_ma), trifle_ma(told_ma))
                if wire.reachable and not wire.clock_off and not self._overdraws.beyond_reach(wire, cable, now):
                    drawn.reachable_ma += ma
                if unknown:
                    drawn.unknown_ma += ma
                elif ma:
                    drawn.unknown_ma += self._overdraws.fresh_ma(wire, cable, now)
        return drawn

    def _blind(self, zone: str) -> bool:
        """Its own meter is lost, and EVCE knows it."""
        meter = self._own_meter.get(zone)
        meters = self._world.process.site.meters
        return meter is not None and meter in meters and not meters[meter].trusted

    def _late_s(self, track: Track) -> float:
        """What slow stations may take longer than S10's second."""
        wires = self._world.wires.values()
        below = (w for w in wires if any(self._below(c.board, track.zone) for c in self._world.cables_of(w)))
        return max(0.0, max((w.late_s for w in below), default=0.0) - COMPLIANT_S)

    def _below(self, board: str, zone: str) -> bool:
        at: str | None = board
        while at is not None and at != zone:
            at = self._parents.get(at)
        return at is not None

    def _violate(self, track: Track, what: str, current: int, limit: int, now: float) -> None:
        if what not in track.told:
            track.told.add(what)
            figures = f"{what} ({current / 1000:g} of {limit / 1000:g} A)"
            self.violate(track.zone, LINE_NAMES[track.line], figures)

    def violate(self, zone: str, line: str, what: str) -> None:
        self._world.say(f"VIOLATION {zone} {line}: {what}")
        self.violations.append((self._world.now, zone, line, what))
