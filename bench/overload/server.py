"""The two servers of `bench/cycle.py`, each a process that is told what to do by lines on its standard input.

`python -m bench.overload.server evce PORT STATIONS`: the product's core (Daphne, station consumer, control loop,
writer, rows in SQLite) with EVCE_DATA_DIR and EVCE_OCPP_PORT set. `reading MA` gives a meter reading as the poller
does, as a hint and as a row, from another thread, and answers with the instant before; `figures` answers with what was
spent so far; `stored MA`: the rows of how many connectors say that at most so much was accepted, and since when.

`python -m bench.overload.server bare PORT`: `websockets` and the `ocpp` library. `send A` writes a profile to every
station and answers, once all have accepted, with the instants before and after.

Instants are those of the machine's monotonic clock, which all processes share. Every answer is a line of JSON.
"""

import asyncio
import json
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

SETTLE_S = 1
"""The shortest a site may have: rounds need not wait longer for the last one."""
SHARE_A, RATING_A, ROOM_A = 6, 32, 500


def maximum_a(stations: int) -> int:
    """Room for every station at its rating, and some for the building."""
    return stations * RATING_A + ROOM_A


def tell(answer: dict[str, Any]) -> None:
    print(json.dumps(answer), flush=True)


def _obey(commands: dict[str, Callable[..., dict[str, Any]]]) -> None:
    for line in sys.stdin:
        word, *arguments = line.split()
        tell(commands[word](*arguments))


def add_site(stations: int) -> None:
    """One dynamic zone with a meter; CP0001 .. with one connector each, set up already, any card will do."""
    from chargers.models import Connector, Station
    from gateway.protocol.setup import MEASURAND_LADDER, MEASURANDS, WANTED
    from metering.maps import MODELS
    from metering.models import Meter
    from rfid.models import AuthGroup
    from zones.models import Site, Zone

    Site.objects.create(pk=1, name="Bench", settle_s=SETTLE_S)
    zone = Zone.objects.create(name="Main", max_current_a=maximum_a(stations), degraded_a=stations * SHARE_A)
    Meter.objects.create(name="Main meter", model=next(iter(MODELS)), host="127.0.0.1", zone=zone)
    group, _ = AuthGroup.objects.get_or_create(name="all", defaults={"online": "all"})
    known = {**dict(WANTED), MEASURANDS: MEASURAND_LADDER[0]}
    rows = Station.objects.bulk_create(
        Station(box_identity=f"CP{i:04d}", state=Station.State.INSTALLED, group=group, zone=zone, configuration=known)
        for i in range(1, stations + 1)
    )
    Connector.objects.bulk_create(Connector(station=row, number=1, max_current_a=RATING_A) for row in rows)


class Spent:
    """What the control loop cost, and when the last write was accepted."""

    def __init__(self) -> None:
        self.control_s = 0.0
        self.cycles = 0
        self.accepted = 0
        self.accepted_at = 0.0
        self._rows: dict[int, tuple[int, float]] = {}
        """By connector: the accepted limit in its committed row, and since when it says so."""

    def watch(self) -> None:
        from control import runtime
        from control.conductor import Turn
        from engine.facts import Fact, Outcome, WriteEnded

        loop, feed = runtime._runtime, runtime.feed
        loop._decide = self._timed(loop._decide, cycle=True)  # type: ignore[method-assign]  # to time it
        for part in ("_tell", "_saved", "_journal", "_publish"):
            setattr(loop, part, self._timed(getattr(loop, part)))
        saved = loop._saved

        def committed(turn: Turn, error: Exception | None) -> None:
            now = time.monotonic()
            for row in turn.rows if error is None else ():
                if row.limit_ma is not None and self._rows.get(row.connector, (None, 0.0))[0] != row.limit_ma:
                    self._rows[row.connector] = (row.limit_ma, now)
            saved(turn, error)

        loop._saved = committed  # type: ignore[method-assign]  # to time it

        def heard(fact: Fact) -> None:
            if isinstance(fact, WriteEnded) and fact.outcome is Outcome.ACCEPTED:
                self.accepted += 1
                self.accepted_at = time.monotonic()
            feed(fact)

        runtime.feed = heard

    def _timed(self, work: Callable[..., Any], *, cycle: bool = False) -> Callable[..., Any]:
        def timed(*arguments: Any) -> Any:
            began = time.thread_time()
            try:
                return work(*arguments)
            finally:
                self.control_s += time.thread_time() - began
                self.cycles += cycle

        return timed

    def stored(self, most_ma: str) -> dict[str, Any]:
        instants = [at for limit_ma, at in list(self._rows.values()) if limit_ma <= int(most_ma)]
        return {"connectors": len(instants), "at": max(instants, default=0.0)}

    def figures(self) -> dict[str, Any]:
        return {
            "at": time.monotonic(),
            "control_s": self.control_s,
            "process_s": time.process_time(),
            "cycles": self.cycles,
            "accepted": self.accepted,
            "accepted_at": self.accepted_at,
        }


def serve_evce(port: int, stations: int) -> None:
    import django

    django.setup()
    from django.core.management import call_command

    from common import clock, hints
    from common.writer import writer
    from evce_project.server import Server
    from metering.decode import Values
    from metering.models import Meter
    from metering.records import Poll
    from metering.services import record_polls

    call_command("migrate", verbosity=0)
    add_site(stations)
    meter = Meter.objects.get().pk
    spent = Spent()
    spent.watch()
    sequence = iter(range(1, sys.maxsize))

    def reading(ma: str) -> dict[str, Any]:
        number = next(sequence)
        currents_ma = (int(ma), int(ma), int(ma))
        hint = {"meter": meter, "sequence": number, "currents_ma": list(currents_ma), "raw": number, "error": ""}
        values = Values((int(ma) / 1000, int(ma) / 1000, int(ma) / 1000), raw=number)
        before = time.monotonic()
        hints.send("reading", hint)
        poll = Poll(meter, number, clock.now(), 0.0, values=values, currents_ma=currents_ma)
        writer.submit(record_polls, [poll])
        return {"at": before}

    commands = {"reading": reading, "figures": spent.figures, "stored": spent.stored}

    def ready() -> None:
        threading.Thread(target=_obey, args=(commands,), daemon=True).start()
        tell({"ready": True})

    Server([f"tcp:{port}:interface=127.0.0.1"], controls=True).serve(ready, lambda: None)


async def serve_bare(port: int) -> None:
    from ocpp.routing import on
    from ocpp.v16 import ChargePoint, call, call_result
    from ocpp.v16.enums import RegistrationStatus
    from websockets.asyncio.server import ServerConnection, serve
    from websockets.exceptions import ConnectionClosed
    from websockets.typing import Subprotocol

    connected: set[Any] = set()
    loop = asyncio.get_running_loop()

    class Bare(ChargePoint):  # type: ignore[misc]  # the library is not typed
        @on("BootNotification")  # type: ignore[untyped-decorator]  # the library is not typed
        def boot(self, **_: Any) -> Any:
            return call_result.BootNotification("2026-06-01T12:00:00Z", 60, RegistrationStatus.accepted)

    async def handle(socket: ServerConnection) -> None:
        station = Bare(socket.request.path if socket.request else "", socket)
        connected.add(station)
        with suppress(ConnectionClosed):
            await station.start()
        connected.discard(station)

    async def send_all(limit_a: float) -> dict[str, Any]:
        period = {"start_period": 0, "limit": limit_a}
        profile = {
            "charging_profile_id": 900_011,
            "stack_level": 1,
            "charging_profile_purpose": "TxProfile",
            "charging_profile_kind": "Absolute",
            "transaction_id": 1,
            "charging_schedule": {
                "charging_rate_unit": "A",
                "charging_schedule_period": [period],
                "start_schedule": "2000-01-01T00:00:00Z",
            },
        }
        before = time.monotonic()
        request = [station.call(call.SetChargingProfile(1, profile)) for station in connected]
        answers = await asyncio.gather(*request)
        return {"at": before, "all_at": time.monotonic(), "accepted": sum(a.status == "Accepted" for a in answers)}

    def send(limit_a: str) -> dict[str, Any]:
        return asyncio.run_coroutine_threadsafe(send_all(float(limit_a)), loop).result(60)

    async with serve(handle, "127.0.0.1", port, subprotocols=[Subprotocol("ocpp1.6")], compression=None):
        threading.Thread(target=_obey, args=({"send": send},), daemon=True).start()
        tell({"ready": True})
        await asyncio.Future()


def main() -> None:
    if sys.argv[1] == "bare":
        asyncio.run(serve_bare(int(sys.argv[2])))
    else:
        serve_evce(int(sys.argv[2]), int(sys.argv[3]))


if __name__ == "__main__":
    main()
