"""From an overload reading to the last decrease on the wire, with 250 charging stations; and what a cycle costs.

EVCE: the product's core in a process of its own (Daphne, station consumer, control loop, writer on SQLite). A meter
reading is handed to control as the poller does it; the stations, here, note when a lower SetChargingProfile arrives.
Baseline in the same run, by turns: a bare `websockets` + `ocpp` server that sends a profile to as many stations and
waits for all answers (performance.md 1.6). It decides nothing and keeps nothing.

`python bench/cycle.py [--stations 250] [--rounds 24] [--idle 40] [--pure]`; `--pure`: without sockets.
"""

import argparse
import asyncio
import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
# This folder has a file with the name of the `ocpp` library.
sys.path[:] = [str(ROOT), *(entry for entry in sys.path if Path(entry).resolve() != ROOT / "bench")]
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "evce_project.settings")

from bench.ocpp import _pin, free_port  # noqa: E402  # only findable once sys.path is set
from bench.overload.fleet import Fleet  # noqa: E402  # only findable once sys.path is set
from bench.overload.server import RATING_A, SETTLE_S, maximum_a  # noqa: E402  # only findable once sys.path is set

STEP_A, LOWEST_A = 2, 8
"""Each overload takes so much from every car; below that they are raised again."""
PAUSE_S = SETTLE_S + 3.0
"""Until what cars drew before a decrease is out of the building's estimate."""
UP_WITHIN_S, DOWN_WITHIN_S = 90.0, 10.0
READ_EVERY_S = 1.0


class Server:
    """A process of `bench.overload.server`."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self._turn = asyncio.Lock()

    async def ask(self, line: str) -> dict[str, Any]:
        async with self._turn:
            assert self._process.stdin is not None
            self._process.stdin.write(f"{line}\n".encode())
            return await self.answer()

    async def answer(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        text = await asyncio.wait_for(self._process.stdout.readline(), 60)
        if not text:
            raise SystemExit("the server ended")
        answer: dict[str, Any] = json.loads(text)
        return answer


@asynccontextmanager
async def serving(*arguments: str, **environment: str) -> AsyncIterator[Server]:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bench.overload.server", *arguments),
        cwd=ROOT,
        env={**os.environ, **environment},
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        server = Server(process)
        await server.answer()
        _pin(process.pid, 0)
        yield server
    finally:
        with suppress(ProcessLookupError):
            process.terminate()
        try:
            await asyncio.wait_for(process.wait(), 20)
        except TimeoutError:
            process.kill()


@dataclass
class Results:
    """Milliseconds after the reading (after the first send)."""

    lowered: list[float] = field(default_factory=list)
    """Of each station in each round."""
    last: list[float] = field(default_factory=list)
    accepted: list[float] = field(default_factory=list)
    """Until the last answer had reached the server."""
    stored: list[float] = field(default_factory=list)
    """Until the last row that says so was committed."""
    bare_last: list[float] = field(default_factory=list)
    bare_accepted: list[float] = field(default_factory=list)
    control_share: float = 0.0
    process_share: float = 0.0
    cycles_per_s: float = 0.0


class Building:
    """What the meter shows: the cars, which follow at once, and everything else."""

    def __init__(self, server: Server, fleet: Fleet) -> None:
        self.server, self.fleet = server, fleet
        self.other_a = 0.0

    async def read(self) -> float:
        """Hand control a reading; the instant just before."""
        answer = await self.server.ask(f"reading {round((self.other_a + self.fleet.drawn_a) * 1000)}")
        return float(answer["at"])

    async def read_for_ever(self) -> None:
        while True:
            await self.read()
            self.fleet.check()
            await asyncio.sleep(READ_EVERY_S)


async def until(condition: Callable[[], bool], seconds: float, what: str) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise SystemExit(f"after {seconds:.0f} s still not: {what}")
        await asyncio.sleep(0.01)


async def run(stations: int, rounds: int, idle_s: float) -> Results:
    results = Results()
    ports = [str(free_port()) for _ in range(3)]
    with tempfile.TemporaryDirectory(prefix="evce-bench-") as folder:
        environment = {"EVCE_DATA_DIR": folder, "EVCE_OCPP_PORT": ports[0], "EVCE_HTTP_PORT": ports[1]}
        async with (
            serving("evce", ports[0], str(stations), **environment) as evce,
            serving("bare", ports[2]) as bare,
        ):
            fleet, plain = Fleet(stations), Fleet(stations)
            building = Building(evce, fleet)
            feeding = asyncio.create_task(building.read_for_ever())
            await fleet.start(f"ws://127.0.0.1:{ports[0]}", charge=True)
            await plain.start(f"ws://127.0.0.1:{ports[2]}", charge=False)
            await _raise_all(building)
            await _idle(evce, idle_s, results)
            for number in range(rounds):
                each_a = RATING_A - STEP_A * (number % ((RATING_A - LOWEST_A) // STEP_A) + 1)
                if number and each_a == RATING_A - STEP_A:
                    await _raise_all(building)
                await asyncio.sleep(PAUSE_S)
                await _overload(building, each_a, results)
                await _bare(bare, plain, 32 - number % 20, results)
                if feeding.done():
                    feeding.result()
            feeding.cancel()
            await fleet.stop()
            await plain.stop()
    return results


async def _raise_all(building: Building) -> None:
    building.other_a = 0.0
    callers = building.fleet.callers
    await until(lambda: all(c.limit_a == RATING_A for c in callers), UP_WITHIN_S, "every car at its maximum")
    # The last refreshes of setpoints that were raised together come together as well.
    await asyncio.sleep(PAUSE_S)


async def _idle(evce: Server, seconds: float, results: Results) -> None:
    before = await evce.ask("figures")
    await asyncio.sleep(seconds)
    after = await evce.ask("figures")
    took = after["at"] - before["at"]
    results.control_share = (after["control_s"] - before["control_s"]) / took
    results.process_share = (after["process_s"] - before["process_s"]) / took
    results.cycles_per_s = (after["cycles"] - before["cycles"]) / took


async def _overload(building: Building, each_a: float, results: Results) -> None:
    """The building grows so much that no car can keep more than `each_a`."""
    fleet = building.fleet
    stations = len(fleet.callers)
    before = await building.server.ask("figures")
    building.other_a = maximum_a(stations) - stations * each_a
    began = await building.read()
    await until(lambda: len(fleet.lowered_since(began)) == stations, DOWN_WITHIN_S, "every car lowered")
    lowered = [(at - began) * 1000 for at in fleet.lowered_since(began)]
    results.lowered += lowered
    results.last.append(max(lowered))
    deadline = time.monotonic() + DOWN_WITHIN_S
    while (after := await building.server.ask("figures"))["accepted"] < before["accepted"] + stations:
        if time.monotonic() > deadline:
            raise SystemExit("not every decrease was accepted")
        await asyncio.sleep(0.01)
    results.accepted.append((after["accepted_at"] - began) * 1000)
    while (rows := await building.server.ask(f"stored {round(each_a * 1000)}"))["connectors"] < stations:
        if time.monotonic() > deadline:
            raise SystemExit("not every accepted limit was stored")
        await asyncio.sleep(0.01)
    results.stored.append((rows["at"] - began) * 1000)


async def _bare(bare: Server, plain: Fleet, limit_a: int, results: Results) -> None:
    for caller in plain.callers:
        caller.limit_a = 99.0
    answer = await bare.ask(f"send {limit_a}")
    if answer["accepted"] != len(plain.callers):
        raise SystemExit(f"the bare server reached {answer['accepted']} stations")
    results.bare_last.append((max(plain.lowered_since(answer["at"])) - answer["at"]) * 1000)
    results.bare_accepted.append((answer["all_at"] - answer["at"]) * 1000)


def percentile(values: Sequence[float], percent: float) -> float:
    return sorted(values)[min(len(values) - 1, int(len(values) * percent / 100))]


def spread(values: Sequence[float]) -> str:
    p50, p99 = statistics.median(values), percentile(values, 99)
    return f"p50 {p50:7.1f}  p99 {p99:7.1f}  max {max(values):7.1f} ms"


def show(results: Results, stations: int) -> None:
    print(f"{stations} charging stations, {len(results.last)} overloads; from the meter reading")
    print(f"  to a lower limit at each station         {spread(results.lowered)}")
    print(f"  to the last lower limit                  {spread(results.last)}   (target: p99 < 1000)")
    print(f"  to the last answer of a station          {spread(results.accepted)}")
    print(f"  row to row: to the last committed row of it {spread(results.stored)}")
    print("baseline: bare websockets + ocpp, from the first send")
    print(f"  to the last limit                        {spread(results.bare_last)}")
    print(f"  to the last answer of a station          {spread(results.bare_accepted)}")
    last = statistics.median(results.last) / statistics.median(results.bare_last)
    accepted = statistics.median(results.accepted) / statistics.median(results.bare_accepted)
    print(f"ratio to the baseline: last limit {last:.2f}, last answer {accepted:.2f}")
    control, process = results.control_share * 100, results.process_share * 100
    print(f"idle, with a reading each second and {stations} reports in 10 s: {results.cycles_per_s:.1f} cycles/s")
    print(f"  control {control:.1f} % of a core (target: < 5), the whole process {process:.1f} %")


def show_pure() -> None:
    import django

    django.setup()
    from bench.overload.pure import measure

    print("in memory: median and p99 of processor time in ms; all charge, 20 zones on 4 levels, 3 of them with a meter")
    heads = f"{'step, no plan':>16} {'step, plan':>16} {'step, all lowered':>18} {'turn':>6} {'document':>9}"
    print(f"{'connectors':>10} {heads}")
    for connectors, rounds in ((250, 100), (2_500, 20)):
        times = measure(connectors, rounds)
        pairs = [
            f"{statistics.median(values):7.2f} {percentile(values, 99):7.2f}"
            for values in (times.idle, times.planned, times.overload)
        ]
        singles = f"{statistics.median(times.turn):6.2f} {statistics.median(times.drawn):9.2f}"
        print(f"{connectors:>10} {pairs[0]:>16} {pairs[1]:>16} {pairs[2]:>18} {singles}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--stations", type=int, default=250)
    parser.add_argument("--rounds", type=int, default=24)
    parser.add_argument("--idle", type=float, default=40.0, help="seconds; leases are refreshed every 40")
    parser.add_argument("--pure", action="store_true")
    options = parser.parse_args()
    if "EVCE_DATA_DIR" not in os.environ:
        os.environ["EVCE_DATA_DIR"] = tempfile.gettempdir()
    show_pure()
    if not options.pure:
        _pin(0, 1)
        show(asyncio.run(run(options.stations, options.rounds, options.idle)), options.stations)


if __name__ == "__main__":
    main()
