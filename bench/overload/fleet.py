"""Stations of `bench/cycle.py`: light callers that charge as they are told, and note when they are told less."""

import asyncio
import json
import time
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Subprotocol

REPORT_EVERY_S = 10.0
CONNECT_EVERY_S = 0.004


def _now() -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())


class Caller:
    """One station with one car. `limit_a` is what its transaction profile allows."""

    def __init__(self, number: int) -> None:
        self.identity = f"CP{number:04d}"
        self.phase_s = number * 0.618 % 1 * REPORT_EVERY_S
        self.limit_a = 0.0
        self.lowered_at = 0.0
        self.errors = 0
        self._ids = 0
        self._answers: dict[str, asyncio.Future[dict[str, Any]]] = {}
        self._socket: ClientConnection | None = None
        self._transaction = 0
        self._energy_wh = 0

    async def start(self, url: str, *, charge: bool) -> list[asyncio.Task[None]]:
        """Connect, boot, and begin to charge."""
        self._socket = await connect(f"{url}/{self.identity}", subprotocols=[Subprotocol("ocpp1.6")], compression=None)
        tasks = [asyncio.create_task(self._listen(self._socket))]
        await self._call("BootNotification", {"chargePointVendor": "Bench", "chargePointModel": "Overload"})
        if charge:
            await self._status("Preparing")
            begin = {"connectorId": 1, "idTag": "CARD", "meterStart": 0, "timestamp": _now()}
            started = await self._call("StartTransaction", begin)
            self._transaction = started["transactionId"]
            await self._status("Charging")
            tasks.append(asyncio.create_task(self._report()))
        return tasks

    async def _status(self, status: str) -> None:
        await self._call("StatusNotification", {"connectorId": 1, "status": status, "errorCode": "NoError"})

    async def _report(self) -> None:
        await asyncio.sleep(self.phase_s)
        while True:
            self._energy_wh += int(self.limit_a * 2)
            currents = [
                {"value": f"{self.limit_a}", "measurand": "Current.Import", "phase": f"L{line}", "unit": "A"}
                for line in (1, 2, 3)
            ]
            energy = {"value": str(self._energy_wh), "measurand": "Energy.Active.Import.Register", "unit": "Wh"}
            sampled = {"timestamp": _now(), "sampledValue": [*currents, energy]}
            values = {"connectorId": 1, "transactionId": self._transaction, "meterValue": [sampled]}
            await self._call("MeterValues", values)
            await asyncio.sleep(REPORT_EVERY_S)

    async def _call(self, action: str, payload: dict[str, Any]) -> dict[str, Any]:
        assert self._socket is not None
        self._ids += 1
        unique_id = str(self._ids)
        answer = self._answers[unique_id] = asyncio.get_running_loop().create_future()
        await self._socket.send(json.dumps([2, unique_id, action, payload]))
        return await asyncio.wait_for(answer, 30)

    async def _listen(self, socket: ClientConnection) -> None:
        async for text in socket:
            arrived_at = time.monotonic()
            frame = json.loads(text)
            if frame[0] != 2:
                self.errors += frame[0] == 4
                self._answers.pop(frame[1]).set_result(frame[2] if frame[0] == 3 else {})
                continue
            await socket.send(json.dumps([3, frame[1], {"status": "Accepted"}]))
            if frame[2] == "SetChargingProfile":
                self._take(frame[3]["csChargingProfiles"], arrived_at)

    def _take(self, profile: dict[str, Any], arrived_at: float) -> None:
        if profile["chargingProfilePurpose"] != "TxProfile":
            return
        limit_a = profile["chargingSchedule"]["chargingSchedulePeriod"][0]["limit"]
        if limit_a < self.limit_a:
            self.lowered_at = arrived_at
        self.limit_a = limit_a


class Fleet:
    def __init__(self, stations: int) -> None:
        self.callers = [Caller(number) for number in range(1, stations + 1)]
        self._tasks: list[asyncio.Task[None]] = []

    async def start(self, url: str, *, charge: bool) -> None:
        async def one(number: int, caller: Caller) -> list[asyncio.Task[None]]:
            await asyncio.sleep(number * CONNECT_EVERY_S)
            return await caller.start(url, charge=charge)

        started = await asyncio.gather(*(one(i, caller) for i, caller in enumerate(self.callers)))
        self._tasks = [task for tasks in started for task in tasks]

    async def stop(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def check(self) -> None:
        """Raises what a station ran into."""
        for task in self._tasks:
            if task.done():
                task.result()
                raise SystemExit("a station was disconnected")
        if errors := sum(caller.errors for caller in self.callers):
            raise SystemExit(f"{errors} calls were answered with an error")

    @property
    def drawn_a(self) -> float:
        return sum(caller.limit_a for caller in self.callers)

    def lowered_since(self, instant: float) -> list[float]:
        """When each station that was told less since then was told so."""
        return [caller.lowered_at for caller in self.callers if caller.lowered_at >= instant]
