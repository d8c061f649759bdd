"""BootNotification: who the station is. Installed ones are accepted, others wait until somebody installs them."""

from dataclasses import replace

from chargers.records import BootReport, StationRecord
from engine.facts import StationBooted
from gateway.protocol import values
from gateway.protocol.framing import Json
from gateway.protocol.replies import Answer, Caller, Hold
from gateway.protocol.store import Kind

HEARTBEAT_S = 60
RETRY_S = 30


def receive(caller: Caller, payload: Json) -> Hold:
    def read(name: str) -> str:
        return values.text(payload, name, 50, caller.note)

    report = BootReport(
        station=caller.id,
        at=caller.at,
        vendor=read("chargePointVendor"),
        model=read("chargePointModel"),
        # EVlink stations write the longer of the two beyond what the schema allows.
        serial_number=read("chargePointSerialNumber") or read("chargeBoxSerialNumber"),
        firmware_version=read("firmwareVersion"),
    )

    def answer(before: StationRecord) -> Answer:
        accepted = before.installed
        station = replace(before, accepted=True, ever_connected=True) if accepted else before
        return Answer(
            {
                "status": "Accepted" if accepted else "Pending",
                "currentTime": values.iso(caller.at),
                "interval": HEARTBEAT_S if accepted else RETRY_S,
            },
            facts=(StationBooted(station.id),) if accepted else (),
            registered=station,
            idle=dict.fromkeys(station.connectors, "boot") if accepted else {},
        )

    # An accepted station has lost its profiles whether or not the disk is full.
    known = caller.station.installed and caller.station.accepted
    return Hold(Kind.BOOT, report, answer, failed=(StationBooted(caller.id),) if known else ())
