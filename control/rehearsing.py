"""The real loop as the driver of a simulated day: the conductor of the product, with stations that obey at once."""

from dataclasses import replace

from control.conductor import Conductor
from engine.commands import Target, Write
from engine.facts import (
    Configured,
    Measured,
    MeterRead,
    Outcome,
    RanksReviewed,
    StationConnected,
    StationReady,
    Status,
    StatusChanged,
    TransactionStarted,
    TransactionStopped,
    WriteEnded,
)
from engine.model import Leases, SiteConfig
from simulator.day import Bay, Day

REPORT_S = 10.0
LASTING = Leases(high_s=(7_200, 7_200), hold_s=(172_800, 172_800))
"""No link is ever lost here, so nothing needs to be refreshed often."""
SETTLED_S = 0.5
"""A look so long after a window has closed finds it closed."""


class Rehearsal:
    """See `simulator.day.Driver`. One for each day."""

    def __init__(self) -> None:
        self.conductor = Conductor()
        self._held: dict[int, dict[Target, int]] = {}
        self._transactions = 0
        self._running: dict[int, int] = {}
        self._reported_at: dict[int, float] = {}
        self._statuses: dict[int, Status] = {}
        self._reviewed_at = 0.0
        self._readings = 0
        self._connected = False
        self._limits: set[tuple[int, int]] = set()

    def configure(self, config: SiteConfig, now: float) -> None:
        self.conductor.tell(Configured(replace(config, leases=LASTING)), now)
        if self._connected:
            return
        self._connected, self._reviewed_at = True, now
        for station in config.connectors_of_station:
            self.conductor.tell(StationConnected(station), now)
            self.conductor.tell(StationReady(station), now)
        for connector in config.connectors:
            self.conductor.tell(StatusChanged(connector.id, Status.AVAILABLE), now)

    def arrive(self, bay: Bay, now: float) -> None:
        connector = bay.config.id
        self._transactions += 1
        self._running[connector] = self._transactions
        self._held.get(connector, {}).pop(Target.LIMIT, None)
        self._status(connector, Status.PREPARING, now)
        self.conductor.tell(TransactionStarted(connector, self._transactions), now)

    def leave(self, bay: Bay, now: float) -> None:
        connector = bay.config.id
        self.conductor.tell(TransactionStopped(connector, self._running.pop(connector)), now)
        self._held.get(connector, {}).pop(Target.LIMIT, None)
        self._reported_at.pop(connector, None)
        self._status(connector, Status.AVAILABLE, now)

    def step(self, day: Day, now: float) -> float:
        config = self.conductor.site.config
        if now - self._reviewed_at >= config.review_s:
            self._reviewed_at = now
            self.conductor.tell(RanksReviewed(), now)
        self._read_meters(day, now)
        for bay in day.bays.values():
            if bay.car is not None:
                self._report(bay, now)
        turn = self.conductor.turn(now)
        writes = (*turn.send, *self.conductor.saved(turn.held, turn.rows, True, now))
        lowered = [self._obey(day, write, now) for write in writes]
        self._limits = self._bounds(day)
        return config.settle_s + SETTLED_S if any(lowered) or self._young() else REPORT_S

    def limits(self) -> set[tuple[int, int]]:
        return self._limits

    def _bounds(self, day: Day) -> set[tuple[int, int]]:
        """Of the cars that would take more than they were given."""
        plan = self.conductor.site.last_plan
        found = set()
        for grant in plan.grants if plan else ():
            bound, held = grant.bound, day.bays[grant.connector].could_use(grant.limit_ma)
            if held and bound.zone is not None and bound.line is not None:
                found.add((bound.zone, bound.line))
        return found

    def _young(self) -> bool:
        """Something waits for a window, or for a meter to be trusted."""
        site = self.conductor.site
        return any(c.waiting for c in site.connectors.values()) or not all(m.trusted for m in site.meters.values())

    def _read_meters(self, day: Day, now: float) -> None:
        self._readings += 1
        shown = day.metered_ma(day.cars_ma())
        for position, zone in enumerate(day.config.zones):
            if zone.meter is not None:
                a, b, c = shown[position]
                self.conductor.tell(MeterRead(zone.meter, (a, b, c), raw=self._readings), now)
            if zone.production_meter is not None:
                a, b, c = day.weather.solar_ma(position, now)
                self.conductor.tell(MeterRead(zone.production_meter, (a, b, c), raw=self._readings), now)

    def _report(self, bay: Bay, now: float) -> None:
        assert bay.car is not None
        connector = bay.config.id
        if bay.car.drawing:
            self._status(connector, Status.CHARGING, now)
        else:
            self._status(connector, Status.SUSPENDED_EVSE if bay.paused else Status.SUSPENDED_EV, now)
        if now - self._reported_at.get(connector, -REPORT_S) >= REPORT_S:
            self._reported_at[connector] = now
            energy_wh = int(bay.car.energy_wh)
            if bay.config.supply.dc:
                # What it calls a current is the car's; only its power tells of the lines.
                fact = Measured(connector, power_w=bay.power_w(now), energy_wh=energy_wh)
            else:
                fact = Measured(connector, bay.currents_ma(now), energy_wh=energy_wh)
            self.conductor.tell(fact, now)

    def _status(self, connector: int, status: Status, now: float) -> None:
        if self._statuses.get(connector) is not status:
            self._statuses[connector] = status
            self.conductor.tell(StatusChanged(connector, status), now)

    def _obey(self, day: Day, write: Write, now: float) -> bool:
        """The station takes it at once; True where that lowers what it offers."""
        held = self._held.setdefault(write.connector, {})
        held[write.target] = write.limit_ma
        self.conductor.tell(WriteEnded(write.connector, write.generation, Outcome.ACCEPTED), now)
        bay = day.bays[write.connector]
        if bay.car is None:
            return False
        offer = held.get(Target.LIMIT)
        if offer is None:
            offer = min(held.get(Target.HOLD, bay.config.rating_ma), held.get(Target.DEFAULT, bay.config.rating_ma))
        lowered = offer < bay.offered_ma
        if offer != bay.offered_ma:
            day.offer(write.connector, offer)
        return lowered
