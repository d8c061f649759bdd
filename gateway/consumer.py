"""The end point of charging stations (STA-1): handshake, then frames to and from a `Connection`."""

import asyncio
import logging
from typing import Any

from channels.consumer import AsyncConsumer

from chargers.records import Quirk, StationCall, StationRecord
from chargers.services import station_called
from common import clock
from common.writer import writer
from gateway.bucket import Bucket
from gateway.connection import Connection
from gateway.identity import Refused, box_identity, subprotocol
from gateway.port import port
from gateway.protocol.store import Kind
from gateway.rows import RowStore, journal
from journal.records import Line, Said

REFUSALS_PER_S, REFUSAL_BURST = 1.0, 20.0
"""Of those that the journal keeps: anybody can knock."""

log = logging.getLogger(__name__)
_store = RowStore()
_refusals = Bucket(REFUSALS_PER_S, REFUSAL_BURST, 0.0)


class StationConsumer(AsyncConsumer):  # type: ignore[misc]  # channels is not typed
    """One instance per socket. Channels' dispatch and layer are passed by: they would cost as much as all the rest."""

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        message = await receive()
        if message["type"] != "websocket.connect":
            return
        port.open(asyncio.get_running_loop())
        address = str((scope.get("client") or [""])[0])
        refusal = port.admit(address)
        if refusal is not None:
            await _refuse(scope, send, refusal)
            return
        try:
            await self._serve(scope, receive, send, address)
        finally:
            port.release(address)

    async def _serve(self, scope: dict[str, Any], receive: Any, send: Any, address: str) -> None:
        try:
            spoken = subprotocol(scope.get("subprotocols") or [])
            station = await _identify(scope, address)
        except Refused as refused:
            await _refuse(scope, send, refused.why)
            return
        await asyncio.sleep(port.delay_s(station.id))
        await send({"type": "websocket.accept", "subprotocol": spoken})
        connection = Connection(station, send, _store, port.detach)
        port.attach(connection)
        if spoken is None:
            quirk = Quirk(station.id, "subprotocol", "none offered", clock.now())
            _store.put(Kind.QUIRK, quirk, _unheard)
        try:
            await _read(connection, receive)
        finally:
            connection.close()


def _unheard(result: Any, error: Exception | None) -> None:
    """Nobody waits for a quirk."""


async def _read(connection: Connection, receive: Any) -> None:
    """Ends with the socket, and for no other reason: what a frame does is guarded in the connection."""
    while True:
        message = await receive()
        if message["type"] == "websocket.disconnect":
            return
        text = message.get("text")
        if text is None:
            # OCPP-J is text; some stations mark it as binary.
            text = (message.get("bytes") or b"").decode("utf-8", "replace")
        connection.receive(text)


async def _identify(scope: dict[str, Any], address: str) -> StationRecord:
    identity = box_identity(scope)
    try:
        station = await writer.write(station_called, StationCall(identity, address, clock.now()))
    except Exception as error:  # loop guard: without a database nobody can be told apart; the station tries again
        log.warning("%s could not be looked up: %s", identity, error)
        raise Refused("no_database") from error
    if station is None:
        raise Refused("identity_unwelcome", identity=identity)
    return station


async def _refuse(scope: dict[str, Any], send: Any, why: Said) -> None:
    if _refusals.take(clock.monotonic()) == 0.0:
        address = str((scope.get("client") or [""])[0])
        message = Said("station_refused", {"address": address, "why": why})
        journal(Line("security", "refused", "", message, clock.now()))
    await send({"type": "websocket.close", "code": 1008})
