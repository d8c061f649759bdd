"""`manage.py simulate SITE_FILE`: the site's stations, cars and meters against any EVCE, at real time."""

import asyncio
import json
import signal
import sys
from pathlib import Path
from random import Random
from threading import Thread
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from simulator.console import obey, table
from simulator.fleet import Rhythm
from simulator.world import World

_PRINT_S = 5.0
_DRIFT_S = 4.0
_BUILDING_SHARE = 0.3
_SUN_SHARE = 0.15


class Command(BaseCommand):
    help = "Run the stations, cars and meters of a site file against an EVCE."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("site_file", type=Path)
        parser.add_argument("--ocpp", default="ws://127.0.0.1:9979", help="where EVCE listens for stations")
        parser.add_argument("--battery-speed", type=float, default=1.0, help="speeds up charge levels only")
        parser.add_argument("--cars", default="auto", help="how many stay plugged, or auto: they come and go")
        parser.add_argument("--seed", type=int, default=1)

    def handle(self, *args: Any, **options: Any) -> None:
        if options["cars"] != "auto" and not options["cars"].isdigit():
            raise CommandError("--cars takes a number or auto")
        try:
            document = json.loads(options["site_file"].read_text())
        except (OSError, ValueError) as error:
            raise CommandError(f"{options['site_file']}: {error}") from error
        asyncio.run(self._live(document, options))

    async def _live(self, document: dict[str, Any], options: dict[str, Any]) -> None:
        try:
            world = World(document, seed=options["seed"], battery_speed=options["battery_speed"])
        except (KeyError, ValueError) as error:
            raise CommandError(f"{options['site_file']} is no site that can be simulated: {error}") from error
        try:
            await world.start(options["ocpp"])
        except OSError as error:
            await world.stop()
            raise CommandError(f"a meter can't be served: {error}") from error
        ended = asyncio.Event()
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, ended.set)
        lives = [asyncio.create_task(self._print_forever(world)), asyncio.create_task(_weather(world, options))]
        lives.append(asyncio.create_task(_traffic(world, options)))
        lives.append(asyncio.create_task(self._obey_forever(world, ended)))
        lives.append(asyncio.create_task(_watch_over(world, ended)))
        try:
            await _first_end(ended, lives)
        finally:
            for life in lives:
                life.cancel()
            await asyncio.gather(*lives, return_exceptions=True)
            await world.stop()

    async def _print_forever(self, world: World) -> None:
        while True:
            await asyncio.sleep(_PRINT_S)
            self.stdout.write(table(world.report()) + "\n")
            self.stdout.flush()

    async def _obey_forever(self, world: World, ended: asyncio.Event) -> None:
        lines = _stdin_lines()
        while (line := await lines.get()) != "quit":
            if answer := obey(world, line):
                self.stdout.write(answer)
                self.stdout.flush()
        ended.set()


async def _watch_over(world: World, ended: asyncio.Event) -> None:
    await world.lasts()
    ended.set()


async def _first_end(ended: asyncio.Event, lives: list[asyncio.Task[None]]) -> None:
    """Until it is told to end, or one of the tasks broke (its error is raised)."""
    end = asyncio.create_task(ended.wait())
    pending: set[asyncio.Task[Any]] = {end, *lives}
    while not end.done():
        done, pending = await asyncio.wait(pending, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()


def _stdin_lines() -> "asyncio.Queue[str]":
    """Lines as they are typed, from a thread; a closed stdin says nothing more."""
    loop = asyncio.get_running_loop()
    lines: asyncio.Queue[str] = asyncio.Queue()

    def read() -> None:
        for line in sys.stdin:
            loop.call_soon_threadsafe(lines.put_nowait, line.strip())

    if sys.stdin is not None and not sys.stdin.closed:
        Thread(target=read, name="simulate-stdin", daemon=True).start()
    return lines


async def _traffic(world: World, options: dict[str, Any]) -> None:
    """Cars: a number that stays, or visitors."""
    rng = Random(options["seed"])
    outlets = world.outlets()
    if options["cars"] != "auto":
        await asyncio.sleep(1.0)
        for identity, number in rng.sample(outlets, min(int(options["cars"]), len(outlets))):
            world.plug(identity, number)
        return
    rhythm = Rhythm(outlets, rng, world.now())
    while True:
        for visit in rhythm.due(world.now()):
            taken = world.station(visit.station).charging.outlets[visit.number].car is not None
            if visit.arrives and not taken:
                world.plug(visit.station, visit.number)
            elif not visit.arrives and taken:
                world.unplug(visit.station, visit.number)
        await asyncio.sleep(0.5)


async def _weather(world: World, options: dict[str, Any]) -> None:
    """The building's load and the sun; in auto mode both drift. A `building` or `solar` command is left alone."""
    rng = Random(options["seed"] + 1)
    metered = [b for b in world.plant.boards.values() if b.meter is not None]
    sunny = [b for b in world.plant.boards.values() if b.production_meter is not None]
    set_by_us: dict[int, list[int]] = {}
    for board in metered:
        world.building(board.name, [rng.uniform(0.6, 1.2) * _BUILDING_SHARE * board.max_ma / 1000 for _ in range(3)])
        set_by_us[id(board.building_ma)] = list(board.building_ma)
    for board in sunny:
        world.solar(board.name, _SUN_SHARE * board.max_ma / 1000)
        set_by_us[id(board.solar_ma)] = list(board.solar_ma)
    while options["cars"] == "auto":
        await asyncio.sleep(_DRIFT_S)
        for lines in [b.building_ma for b in metered] + [b.solar_ma for b in sunny]:
            if lines == set_by_us[id(lines)]:
                lines[:] = [max(0, round(ma + rng.uniform(-0.03, 0.03) * (ma + 2_000))) for ma in lines]
                set_by_us[id(lines)] = list(lines)
