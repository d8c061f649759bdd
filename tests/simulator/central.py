"""A minimal central system for driving a station by hand in tests."""

import json
from random import Random
from typing import Any

from simulator import timestamps
from simulator.car import Car, CarSpec
from simulator.spec import OutletSpec, StationSpec
from simulator.station import Station

WALL_S = 1_800_000_000.0
"""The central system's wall clock at instant 0."""

STEP_CAR = CarSpec(lag_s=0.0, ramp_s=0.0, start_delay_s=0.0, knee_soc=1.0, battery_wh=1e6)


class Central:
    """Answers the station's CALLs at once (unless `mute`) and keeps what it heard in `heard`."""

    def __init__(self, station: Station) -> None:
        self.station = station
        self.heard: list[tuple[str, dict[str, Any]]] = []
        self.answers: dict[str, Any] = {}
        self.mute: set[str] = set()
        self.overrides: dict[str, dict[str, Any]] = {}
        self._ids = 0

    def run(self, until: float) -> None:
        """Let the station live until then."""
        while True:
            self.drain(self.station.now)
            at = self.station.next_at()
            if at > until:
                break
            self.station.advance(at)
        self.station.advance(until)
        self.drain(until)

    def drain(self, now: float) -> None:
        while self.station.outbox:
            frame = json.loads(self.station.outbox.popleft())
            if frame[0] != 2:
                self.answers[frame[1]] = frame
                continue
            _, message_id, action, payload = frame
            self.heard.append((action, payload))
            if action not in self.mute:
                self.station.receive(json.dumps([3, message_id, self._answer(action, now)]), now)

    def call(self, action: str, payload: dict[str, Any], now: float) -> Any:
        """Its CALLRESULT's payload, or [code, description] of a CALLERROR; None when none came yet."""
        self._ids += 1
        message_id = f"c{self._ids}"
        self.station.receive(json.dumps([2, message_id, action, payload]), now)
        self.drain(now)
        frame = self.answers.get(message_id)
        return frame and (frame[2] if frame[0] == 3 else frame[2:4])

    def payloads(self, action: str) -> list[dict[str, Any]]:
        return [payload for heard, payload in self.heard if heard == action]

    def words(self, number: int = 1) -> list[str]:
        """The states that connector `number` has reported."""
        return [p["status"] for p in self.payloads("StatusNotification") if p["connectorId"] == number]

    def _answer(self, action: str, now: float) -> dict[str, Any]:
        if action in self.overrides:
            return self.overrides[action]
        if action == "BootNotification":
            return {"status": "Accepted", "interval": 300, "currentTime": timestamps.iso(WALL_S + now)}
        if action == "StartTransaction":
            return {"transactionId": 100 + len(self.payloads(action)), "idTagInfo": {"status": "Accepted"}}
        if action == "Authorize":
            return {"idTagInfo": {"status": "Accepted"}}
        if action == "Heartbeat":
            return {"currentTime": timestamps.iso(WALL_S + now)}
        return {}


def online(**spec: Any) -> Central:
    """A booted station with a free reader."""
    central = Central(Station(StationSpec("BOX-1", **({"auto_start": True} | spec)), Random(1)))
    central.station.connected(0.0)
    central.run(0.0)
    return central


def charging(at: float = 10.0, car: CarSpec = STEP_CAR, **spec: Any) -> Central:
    """One whose connector 1 charges (plugged at 0, transaction 101) at the instant given."""
    central = online(**spec)
    central.station.plug(1, Car(car), 0.0)
    central.run(at)
    return central


def profile(limit: float, **more: Any) -> dict[str, Any]:
    """`csChargingProfiles` of a transaction profile, started in the past; `more` overrides by key."""
    schedule = {
        "chargingRateUnit": "A",
        "startSchedule": timestamps.iso(WALL_S - 60),
        "chargingSchedulePeriod": [{"startPeriod": 0, "limit": limit}],
    } | more.pop("schedule", {})
    return {
        "chargingProfileId": 1,
        "stackLevel": 1,
        "chargingProfilePurpose": "TxProfile",
        "chargingProfileKind": "Absolute",
        "chargingSchedule": schedule,
    } | more


def send_profile(central: Central, limit: float, now: float, connector: int = 1, **more: Any) -> Any:
    payload = {"connectorId": connector, "csChargingProfiles": profile(limit, **more)}
    return central.call("SetChargingProfile", payload, now)


__all__ = ["STEP_CAR", "WALL_S", "Central", "OutletSpec", "charging", "online", "profile", "send_profile"]
