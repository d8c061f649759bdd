"""A simulated site at real time: its stations on WebSockets, its meters on Modbus TCP, its cables judged."""

import asyncio
from collections.abc import Sequence
from random import Random
from typing import Any

from simulator.adapters.modbus import ModbusGateway
from simulator.adapters.websocket import StationLink
from simulator.car import Car, CarSpec
from simulator.fleet import any_car
from simulator.meter import Meter
from simulator.registers import Fault
from simulator.site import read_site
from simulator.spec import StationSpec
from simulator.station import Station
from simulator.watch import Judged, Watch

_OBSERVE_S = 0.1
_ANY_CARD = "SIMULATED"


class World:
    """Make it on the event loop it will live on. `document` is a site file (issue item 3).

    Unknown stations, zones and meters are KeyErrors; a taken outlet is a ValueError.
    """

    def __init__(
        self,
        document: dict[str, Any],
        *,
        seed: int = 1,
        battery_speed: float = 1.0,
        base: StationSpec | None = None,
    ) -> None:
        self._loop = asyncio.get_running_loop()
        self._rng = Random(seed)
        self._battery_speed = battery_speed
        self.site = read_site(document, self._rng, now=self.now(), base=base)
        self.plant = self.site.plant
        self.watch = Watch(self.plant, self.now())
        self._links: dict[str, StationLink] = {}
        self._gateways: list[ModbusGateway] = []
        self._tasks: list[asyncio.Task[None]] = []

    def now(self) -> float:
        return self._loop.time()

    async def start(self, ocpp_url: str, *, spread_s: float = 1.0) -> None:
        """Meters first, then the stations within `spread_s`. OSError where a meter's address can't be served."""
        meters = self.plant.meters()
        by_address: dict[tuple[str, int], dict[int, Meter]] = {}
        for address in self.site.addresses:
            if address.name in meters:
                by_address.setdefault((address.host, address.port), {})[address.unit] = meters[address.name]
        for (host, port), units in by_address.items():
            gateway = ModbusGateway(host, port, units, self.now)
            await gateway.start()
            self._gateways.append(gateway)
        self._tasks.append(asyncio.create_task(self._observe_forever()))
        for station in self.site.stations.values():
            link = StationLink(station, ocpp_url, Random(self._rng.random()))
            self._links[station.identity] = link
            self._tasks.append(asyncio.create_task(self._run_link(link, self._rng.uniform(0, spread_s))))

    async def lasts(self) -> None:
        """Returns when a part of it has broken; `stop` then says how."""
        await asyncio.wait(self._tasks, return_when=asyncio.FIRST_COMPLETED)

    async def stop(self) -> None:
        """Raises an ExceptionGroup of what broke while it ran."""
        for task in self._tasks:
            task.cancel()
        ends = await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks.clear()
        for gateway in self._gateways:
            await gateway.stop()
        if errors := [end for end in ends if isinstance(end, Exception)]:
            raise ExceptionGroup("the simulated site broke", errors)

    # What people do.

    def outlets(self) -> list[tuple[str, int]]:
        return [(name, number) for name, station in self.site.stations.items() for number in station.charging.outlets]

    def plug(self, identity: str, number: int = 1, car: CarSpec | None = None, *, id_tag: str | None = None) -> Car:
        """The car arrives, and its driver shows `id_tag` (or a card that is known) unless the reader is off."""
        station = self.station(identity)
        made = Car(car or any_car(self._rng), battery_speed=self._battery_speed)
        station.plug(number, made, self.now())
        if id_tag is not None or not station.spec.auto_start:
            station.badge(number, id_tag or self._card(identity), self.now())
        self._poke(identity)
        return made

    def unplug(self, identity: str, number: int = 1) -> None:
        self.station(identity).unplug(number, self.now())
        self._poke(identity)

    def badge(self, identity: str, number: int, id_tag: str) -> None:
        self.station(identity).badge(number, id_tag, self.now())
        self._poke(identity)

    def reboot(self, identity: str, *, hard: bool = True) -> None:
        self.station(identity).reboot(self.now(), hard)
        self._poke(identity)

    def drop(self, identity: str) -> None:
        self._links[identity].drop()

    def restore_station(self, identity: str) -> None:
        self._links[identity].restore()

    def silence_meter(self, name: str) -> None:
        self.misbehave(name, Fault.SILENT)

    def restore_meter(self, name: str) -> None:
        self.misbehave(name, None)

    def misbehave(self, name: str, fault: Fault | None) -> None:
        self.plant.meters()[name].misbehave(fault, self.now())

    def building(self, zone: str, load_a: float | Sequence[float]) -> None:
        """What the building takes directly at this zone's board, A per line."""
        self._step(self.plant.boards[zone].building_ma, load_a)

    def solar(self, zone: str, sun_a: float | Sequence[float]) -> None:
        self._step(self.plant.boards[zone].solar_ma, sun_a)

    # What is seen.

    def station(self, identity: str) -> Station:
        return self.site.stations[identity]

    def report(self) -> list[Judged]:
        """The worst true current per zone and line against its limit, up to now."""
        self.observe()
        return self.watch.report()

    @property
    def tripped(self) -> bool:
        return self.watch.tripped

    def observe(self) -> None:
        now = self.now()
        for identity, station in self.site.stations.items():
            if station.next_at() <= now:
                station.advance(now)
                self._poke(identity)
        true_ma = self.plant.true_ma(now)
        self.watch.observe(now, true_ma)
        self.plant.feed_meters(now, true_ma)

    def _step(self, lines: list[int], amperes: float | Sequence[float]) -> None:
        self.observe()
        per_line = amperes if isinstance(amperes, Sequence) else (amperes,) * 3
        lines[:] = [round(a * 1000) for a in per_line]
        self.observe()

    def _card(self, identity: str) -> str:
        cards = self.site.cards.get(identity)
        return self._rng.choice(cards) if cards else _ANY_CARD

    def _poke(self, identity: str) -> None:
        if identity in self._links:
            self._links[identity].poke()

    async def _observe_forever(self) -> None:
        while True:
            self.observe()
            await asyncio.sleep(_OBSERVE_S)

    async def _run_link(self, link: StationLink, after_s: float) -> None:
        await asyncio.sleep(after_s)
        await link.run()
