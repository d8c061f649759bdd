"""The whole product as a process, and a simulated site around it: real WebSockets, real Modbus TCP.

What is judged is what truly flows and what the stations truly offer; the site document is asked only for what
EVCE says of itself.
"""

import asyncio
import json
import sqlite3
import subprocess
from collections.abc import Callable
from dataclasses import dataclass, replace
from math import inf
from pathlib import Path
from typing import Any

from simulator.car import Car, CarSpec
from simulator.profiles import TX_DEFAULT
from simulator.spec import StationSpec
from simulator.watch import Judged
from simulator.world import World
from tests.evce_project.running import end, manage, start, surroundings, wait_healthy
from tests.scenarios.sites import CARD, Node

QUICK = CarSpec(lag_s=0.2, ramp_s=0.5, start_delay_s=0.2, knee_soc=1.0)
"""Follows its pilot at once, so that a scenario waits for EVCE only."""
LAGGING = CarSpec(lag_s=5.0, ramp_s=0.0, start_delay_s=2.0, knee_soc=1.0)
"""As late as IEC 61851 lets a car be."""
STATION = StationSpec("", sample_s=10, boot_s=1)
_LOOK_S = 0.1


@dataclass(eq=False)
class Scene:
    """A running EVCE (`process`, told by `environment`) with `world` around it."""

    environment: dict[str, str]
    process: "subprocess.Popen[bytes]"
    world: World

    @classmethod
    async def open(
        cls,
        data_dir: Path,
        document: Node,
        *,
        prepare: Callable[[World], None] = lambda world: None,
        spread_s: float = 0.5,
        served_within_s: float = 30.0,
    ) -> "Scene":
        """Starts the product, loads the site as its installer would, and lets the stations call in.

        `prepare`: the building before it starts. `served_within_s`: so long the first car waits at most until every
        station has its standing default; before that it would charge as fast as its station can, and none of it would
        be EVCE's doing. 0: no car waits.
        """
        environment = surroundings(data_dir)
        process = start(environment, "runevce")
        try:
            await asyncio.to_thread(wait_healthy, environment)
            site_file = data_dir / "site.json"
            site_file.write_text(json.dumps(document))
            done = await asyncio.to_thread(manage, environment, "load_site", str(site_file))
            assert done.returncode == 0, done.stderr
            world = World(document, base=STATION)
            prepare(world)
            await world.start(f"ws://127.0.0.1:{environment['EVCE_OCPP_PORT']}", spread_s=spread_s)
            made = cls(environment, process, world)
            if served_within_s:
                await until(lambda: not made.unserved(), served_within_s, made.unserved)
        except BaseException:
            end(process)
            raise
        return made

    async def close(self) -> None:
        await self.world.stop()
        if self.process.poll() is None:
            end(self.process)

    def kill(self) -> None:
        """Like a power cut."""
        self.process.kill()
        self.process.wait()

    async def restart(self) -> None:
        """On the same data directory and ports."""
        self.process = start(self.environment, "runevce")
        await asyncio.to_thread(wait_healthy, self.environment)

    async def manage(self, *arguments: str) -> str:
        """A management command beside the product; what it printed."""
        done = await asyncio.to_thread(manage, self.environment, *arguments)
        assert done.returncode == 0, done.stderr
        return done.stdout

    @property
    def log(self) -> str:
        return (Path(self.environment["EVCE_DATA_DIR"]) / "runevce.log").read_text(errors="replace")

    # What people do.

    def plug(self, identity: str, *, car: CarSpec = QUICK, card: str = CARD) -> Car:
        return self.world.plug(identity, car=car, id_tag=card)

    def unplug(self, identity: str) -> None:
        self.world.unplug(identity)

    # What is true.

    def offered_a(self, *identities: str) -> list[float]:
        """What the stations' pilots say at connector 1."""
        self.world.observe()
        return [self.world.station(i).charging.outlets[1].offered_ma / 1000 for i in identities]

    def drawn_a(self, *identities: str) -> list[float]:
        """What the cars at connector 1 draw at their first phase."""
        now = self.world.now()
        return [self.world.station(i).currents_ma(1, now)[0] / 1000 for i in identities]

    def has_default(self, identity: str, number: int) -> bool:
        """The station itself knows a limit for a connector that charges without EVCE."""
        profiles = self.world.station(identity).charging.profiles
        return any(p.purpose == TX_DEFAULT and p.duration_s == inf and p.connector in (0, number) for p in profiles)

    def unserved(self) -> list[str]:
        """Stations that were not accepted yet, or have a connector without a standing default."""
        return [
            identity
            for identity, station in self.world.site.stations.items()
            if not station.registered or not all(self.has_default(identity, n) for n in station.charging.outlets)
        ]

    def judged(self, zone: str) -> list[Judged]:
        return [line for line in self.world.report() if line.zone == zone]

    def linked(self, *identities: str) -> bool:
        return all(self.world.station(i).linked for i in identities)

    def flows_a(self, zone: str) -> float:
        """The true current of the zone's fullest line."""
        return max(line.now_ma for line in self.judged(zone)) / 1000

    # What EVCE says.

    def document(self) -> Node:
        """The newest site document; empty before the first."""
        rows = self.rows("SELECT body FROM control_sitedocument")
        return json.loads(rows[0][0]) if rows else {}

    def zone(self, name: str) -> Node:
        found: Node = next(zone for zone in self.document()["zones"] if zone["name"] == name)
        return found

    def states(self) -> dict[str, str]:
        """Box identity -> what EVCE thinks of its link."""
        return {s["box_identity"]: s["state"] for s in self.document().get("stations", ())}

    def connector(self, identity: str) -> Node:
        document = self.document()
        station = next(s["id"] for s in document["stations"] if s["box_identity"] == identity)
        found: Node = next(c for c in document["connectors"] if c["station"] == station)
        return found

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """Straight from the database of the product, read only."""
        path = Path(self.environment["EVCE_DATA_DIR"]) / "evce.sqlite3"
        connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=5)
        try:
            return connection.execute(query).fetchall()
        finally:
            connection.close()


def one_phase(car: CarSpec) -> CarSpec:
    return replace(car, phases=1)


async def until(claim: Callable[[], bool], within_s: float, seen: Callable[[], object]) -> float:
    """Waits on the real clock until the claim is true, and returns how long it took; fails with what is `seen`."""
    loop = asyncio.get_running_loop()
    began = loop.time()
    while not claim():
        assert loop.time() - began < within_s, f"not within {within_s:g} s: {seen()}"
        await asyncio.sleep(_LOOK_S)
    return loop.time() - began


async def always(claim: Callable[[], bool], for_s: float, seen: Callable[[], object]) -> None:
    loop = asyncio.get_running_loop()
    began = loop.time()
    while loop.time() - began < for_s:
        assert claim(), f"broken after {loop.time() - began:.1f} s: {seen()}"
        await asyncio.sleep(_LOOK_S)
