"""OCPP round trips with durable storage against the usual Python server without any (performance.md 1).

EVCE: Daphne, the station consumer, compiled checks, every record committed (SQLite WAL, synchronous=FULL) before its
answer. Baseline: `websockets` + `ocpp` with schema checks, stores nothing. Both serve 250 stations in closed loop, one
outstanding CALL each, in turns of the same run; the generator is a process of its own.

`python bench/ocpp.py [--seconds 3] [--rounds 3] [--stations 250]`
"""

import argparse
import asyncio
import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

ROOT = Path(__file__).resolve().parent.parent
START = "2026-06-01T12:00:00Z"
SETTLE_S = 2.0
OCPP = Subprotocol("ocpp1.6")
Handler = Callable[..., Any]
MIX = 100
"""A station's round of messages: 80 MeterValues, 10 Heartbeats, 8 StatusNotifications, 1 Start, 1 Stop."""


def _meter_values(transaction: int, tick: int) -> dict[str, Any]:
    currents = [
        {"value": "15.9", "measurand": "Current.Import", "phase": f"L{p}", "unit": "A", "context": "Sample.Periodic"}
        for p in (1, 2, 3)
    ]
    volts = [
        {"value": "230.4", "measurand": "Voltage", "phase": f"L{p}-N", "unit": "V", "context": "Sample.Periodic"}
        for p in (1, 2, 3)
    ]
    rest = [
        {"value": "10987.1", "measurand": "Power.Active.Import", "unit": "W", "location": "Outlet"},
        {"value": str(1_000 + tick), "measurand": "Energy.Active.Import.Register", "unit": "Wh", "location": "Outlet"},
    ]
    sampled = {"timestamp": _now(), "sampledValue": currents + volts + rest}
    return {"connectorId": 1, "transactionId": transaction, "meterValue": [sampled]}


def _now() -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime()) + f".{time.time_ns() // 1_000_000 % 1000:03d}Z"


class Station:
    """One simulated caller in closed loop."""

    def __init__(self, number: int) -> None:
        self.identity = f"CP{number:04d}"
        self.transaction = 0
        self.tick = number
        self.trips = 0
        self.errors = 0

    def next_call(self) -> tuple[str, dict[str, Any]]:
        self.tick += 1
        slot = self.tick % MIX
        if slot == 0:
            start = {"connectorId": 1, "idTag": "CARD", "meterStart": self.tick, "timestamp": _now()}
            return "StartTransaction", start
        if slot == 1 and self.transaction:
            stop = {"transactionId": self.transaction, "meterStop": self.tick + 9, "timestamp": _now()}
            return "StopTransaction", stop
        if slot % 10 == 5:
            return "Heartbeat", {}
        if slot % 12 == 6:
            return "StatusNotification", {"connectorId": 1, "status": "Charging", "errorCode": "NoError"}
        return "MeterValues", _meter_values(self.transaction or 1, self.tick)

    async def trip(self, socket_: ClientConnection, action: str, payload: dict[str, Any]) -> None:
        unique_id = f"{self.identity}-{self.tick}"
        await socket_.send(json.dumps([2, unique_id, action, payload]))
        while True:
            answer = json.loads(await socket_.recv())
            if answer[0] == 2:
                await socket_.send(json.dumps([3, answer[1], {"status": "Accepted"}]))
            elif answer[1] == unique_id:
                break
        if answer[0] != 3:
            self.errors += 1
        elif action == "StartTransaction":
            self.transaction = answer[2]["transactionId"]
        self.trips += 1

    async def run(self, url: str, begin: asyncio.Event, until: list[float]) -> None:
        async with connect(f"{url}/{self.identity}", subprotocols=[OCPP], compression=None) as socket_:
            # The kind that the server knows them as (tests/gateway/serving.py): nothing has to be asked anew.
            boot = {"chargePointVendor": "Bench", "chargePointModel": "Loop"}
            await self.trip(socket_, "BootNotification", boot)
            self.trips = 0
            await begin.wait()
            while time.perf_counter() < until[0]:
                await self.trip(socket_, *self.next_call())


@dataclass(frozen=True, slots=True)
class Result:
    """`cpu_us` is the server's processor time for one round trip, all its threads together."""

    per_s: float
    cpu_us: float
    errors: int


async def load(url: str, stations: int, seconds: float, server: int) -> Result:
    """`server` is the process that answers."""
    fleet = [Station(i) for i in range(1, stations + 1)]
    begin, until = asyncio.Event(), [0.0]
    tasks = []
    for station in fleet:
        tasks.append(asyncio.create_task(station.run(url, begin, until)))
        await asyncio.sleep(0.004)
    await asyncio.sleep(SETTLE_S)
    started, spent = time.perf_counter(), _cpu_s(server)
    until[0] = started + seconds
    begin.set()
    await asyncio.gather(*tasks)
    took, spent = time.perf_counter() - started, _cpu_s(server) - spent
    trips = sum(s.trips for s in fleet)
    return Result(trips / took, spent / trips * 1e6, sum(s.errors for s in fleet))


def _cpu_s(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


async def baseline(port: int) -> None:
    """The bare server: the `ocpp` library routes and checks, nothing is stored."""
    from ocpp.routing import on
    from ocpp.v16 import ChargePoint, call_result
    from ocpp.v16.datatypes import IdTagInfo
    from ocpp.v16.enums import AuthorizationStatus, RegistrationStatus

    handles: Callable[[str], Callable[[Handler], Handler]] = on

    class Bare(ChargePoint):  # type: ignore[misc]  # ocpp ships no types, so its classes are Any
        @handles("BootNotification")
        def boot(self, **_: Any) -> Any:
            return call_result.BootNotification(START, 60, RegistrationStatus.accepted)

        @handles("Heartbeat")
        def heartbeat(self, **_: Any) -> Any:
            return call_result.Heartbeat(START)

        @handles("StatusNotification")
        def status(self, **_: Any) -> Any:
            return call_result.StatusNotification()

        @handles("MeterValues")
        def meter_values(self, **_: Any) -> Any:
            return call_result.MeterValues()

        @handles("StartTransaction")
        def start_transaction(self, **_: Any) -> Any:
            return call_result.StartTransaction(1, IdTagInfo(AuthorizationStatus.accepted))

        @handles("StopTransaction")
        def stop_transaction(self, **_: Any) -> Any:
            return call_result.StopTransaction()

    async def handle(socket_: ServerConnection) -> None:
        with suppress(ConnectionClosed):
            await Bare(socket_.request.path if socket_.request else "", socket_).start()

    async with serve(handle, "127.0.0.1", port, subprotocols=[OCPP], compression=None):
        print("ready", flush=True)
        await asyncio.Future()


@contextmanager
def serving(command: list[str], environment: dict[str, str]) -> Iterator[int]:
    process = subprocess.Popen(command, cwd=ROOT, env={**os.environ, **environment}, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        while "ready" not in (line := process.stdout.readline()):
            if not line:
                raise RuntimeError("the server did not start")
        _pin(process.pid, 0)
        yield process.pid
    finally:
        process.terminate()
        process.wait(20)


def _pin(pid: int, cpu: int) -> None:
    cpus = sorted(os.sched_getaffinity(0))
    if len(cpus) > 1:
        os.sched_setaffinity(pid, {cpus[cpu]})


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def measure(name: str, stations: int, seconds: float) -> Result:
    port = free_port()
    with tempfile.TemporaryDirectory() as folder:
        if name == "evce":
            command = [sys.executable, "-m", "tests.gateway.serving", str(port), str(stations)]
        else:
            # As a module: this file next to the path would hide the library of the same name.
            command = [sys.executable, "-m", "bench.ocpp", "--baseline", str(port)]
        environment = {"EVCE_DATA_DIR": folder, "DJANGO_SETTINGS_MODULE": "evce_project.settings"}
        with serving(command, environment) as server:
            result = asyncio.run(load(f"ws://127.0.0.1:{port}", stations, seconds, server))
    if result.errors:
        raise SystemExit(f"{name}: {result.errors} round trips ended with an error")
    return result


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=3.0)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--stations", type=int, default=250)
    parser.add_argument("--baseline", type=int, default=0, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.baseline:
        asyncio.run(baseline(options.baseline))
        return
    _pin(0, 1)
    results: dict[str, list[Result]] = {"baseline": [], "evce": []}
    for _ in range(options.rounds):
        for name, found in results.items():
            found.append(measure(name, options.stations, options.seconds))
            print(f"{name:9} {found[-1].per_s:7.0f} round trips/s {found[-1].cpu_us:7.0f} us CPU each", flush=True)
    bare = statistics.median(r.per_s for r in results["baseline"])
    evce = statistics.median(r.per_s for r in results["evce"])
    bare_us = statistics.median(r.cpu_us for r in results["baseline"])
    evce_us = statistics.median(r.cpu_us for r in results["evce"])
    print(f"websockets + ocpp, checked, nothing stored: {bare:.0f}/s, {bare_us:.0f} us CPU each")
    print(f"EVCE, checked, every record committed:      {evce:.0f}/s, {evce_us:.0f} us CPU each")
    print(f"ratio {evce / bare:.2f} (target: at least 1); by CPU {bare_us / evce_us:.2f}")


if __name__ == "__main__":
    main()
