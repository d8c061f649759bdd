"""Heartbeat: the station sets its clock by the answer."""

from gateway.protocol import values
from gateway.protocol.framing import Json
from gateway.protocol.replies import Answer, Caller


def receive(caller: Caller, payload: Json) -> Answer:
    return Answer({"currentTime": values.iso(caller.at)})
