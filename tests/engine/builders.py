"""Small sites for engine tests, and stations that answer as they are told."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from engine.commands import Order, Target, Write
from engine.connector import Connector
from engine.cycle import Step, step
from engine.facts import (
    Configured,
    Fact,
    Measured,
    MeterRead,
    Outcome,
    StationConnected,
    StationReady,
    Status,
    StatusChanged,
    TransactionStarted,
    TransactionStopped,
    WriteEnded,
)
from engine.model import ConnectorConfig, MeterConfig, SiteConfig, ZoneConfig
from engine.site import apply
from engine.state import Site
from engine.wiring import Grid, parse_wiring


def zone(identity: int, max_a: float, parent: int | None = None, **more: Any) -> ZoneConfig:
    return ZoneConfig(id=identity, name=f"Zone {identity}", parent=parent, max_ma=int(max_a * 1000), **more)


def connector(
    identity: int,
    zone_id: int | None = 1,
    phases: str = "L1L2L3",
    max_a: float = 32,
    vip: bool = False,
    grid: Grid = Grid.STAR,
) -> ConnectorConfig:
    """Connector n belongs to a station of its own with the same id."""
    return ConnectorConfig(
        identity, identity, 1, zone_id, parse_wiring(phases, grid), int(max_a * 1000), vip, f"S{identity}/1"
    )


def config(zones: Iterable[ZoneConfig], connectors: Iterable[ConnectorConfig], **more: Any) -> SiteConfig:
    zones = tuple(zones)
    meters = {m for z in zones for m in (z.meter, z.production_meter) if m is not None}
    return SiteConfig(
        version=1,
        zones=zones,
        connectors=tuple(connectors),
        meters=tuple(MeterConfig(m, f"M{m}") for m in sorted(meters)),
        **more,
    )


class Bench:
    """A site whose stations accept every write at once unless told otherwise. Time moves only by `run`."""

    def __init__(self, site_config: SiteConfig) -> None:
        self.site = Site()
        self.now = 1000.0
        self.answers = True
        self.silent: set[int] = set()
        self.refusing: set[tuple[int, Target]] = set()
        self.orders: list[Order] = []
        self.told: list[str] = []
        """The codes of the journal's entries and of the alarms."""
        self.sent: list[tuple[float, Write]] = []
        self.last = Step()
        self.readings: dict[int, tuple[int, int, int]] = {}
        self.tell(Configured(site_config))

    def tell(self, *facts: Fact) -> None:
        for fact in facts:
            apply(self.site, fact, self.now)

    def cycle(self) -> Step:
        self.last = step(self.site, self.now)
        self.orders += self.last.orders
        self.told += [entry.code for entry in self.last.entries]
        for write in self.last.writes:
            self.sent.append((self.now, write))
            if (write.station, write.target) in self.refusing:
                self.tell(WriteEnded(write.connector, write.generation, Outcome.REJECTED))
            elif self.answers and write.station not in self.silent:
                self.tell(WriteEnded(write.connector, write.generation, Outcome.ACCEPTED))
        return self.last

    def answer(self) -> None:
        """The stations accept all that is still in flight, in order, and everything from now on."""
        self.answers = True
        for connector in self.site.connectors.values():
            for doubt in sorted([d for p in connector.profiles for d in p.doubts], key=lambda d: d.generation):
                self.tell(WriteEnded(connector.config.id, doubt.generation, Outcome.ACCEPTED))

    def run(self, seconds: float, every: float = 0.5) -> None:
        """Let time pass: a meter reading each second, a cycle each half second."""
        end = self.now + seconds
        while self.now < end:
            self.now += every
            for meter, currents in self.readings.items():
                self.tell(MeterRead(meter, currents, raw=int(self.now * 10)))
            self.cycle()

    def online(self, *stations: int) -> None:
        for station in stations:
            self.tell(StationConnected(station), StationReady(station))
            for c in self.site.config.connectors_of_station.get(station, ()):
                free = self.at(c.id).session is None
                self.tell(StatusChanged(c.id, Status.AVAILABLE if free else Status.CHARGING))

    def plug(self, *connectors: int, vip: bool = False) -> None:
        for identity in connectors:
            self.tell(
                TransactionStarted(identity, transaction=100 + identity, vip=vip),
                StatusChanged(identity, Status.CHARGING),
            )

    def unplug(self, *connectors: int) -> None:
        for identity in connectors:
            self.tell(TransactionStopped(identity, 100 + identity), StatusChanged(identity, Status.AVAILABLE))

    def measure(self, identity: int, *amperes: float, energy_wh: int | None = None) -> None:
        first, second, third = (int(a * 1000) for a in amperes)
        self.tell(Measured(identity, (first, second, third), energy_wh=energy_wh))

    def reconfigure(self, **changes: Any) -> None:
        self.tell(Configured(replace(self.site.config, version=self.site.config.version + 1, **changes)))

    def at(self, identity: int) -> Connector:
        return self.site.connectors[identity]

    def setpoints_a(self) -> list[float]:
        """What each session was last told, in the order of connectors; before that, what it may start on."""
        told = []
        for c in self.site.connectors.values():
            if c.session is not None:
                start = 0 if c.hold.acked_ma is not None else c.default.commanded_ma or 0
                told.append((start if c.limit.commanded_ma is None else c.limit.commanded_ma) / 1000)
        return told

    def changes_to(self, identity: int) -> list[tuple[float, int]]:
        """Setpoints that differ from the one before; refreshes of a lease do not."""
        writes = self.writes_to(identity)
        return [write for before, write in zip([(0.0, -1), *writes], writes, strict=False) if before[1] != write[1]]

    def writes_to(self, identity: int, target: Target = Target.LIMIT) -> list[tuple[float, int]]:
        return [(at, w.limit_ma) for at, w in self.sent if w.connector == identity and w.target is target]
