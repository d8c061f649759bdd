"""STA-8 through the hints, to a real connection whose socket is a list."""

import asyncio

from engine.facts import Outcome
from gateway import commands
from gateway.outbound import reset
from gateway.port import Port
from tests.gateway.lines import Line


async def test_a_command_comes_back_with_the_stations_answer(port: Port) -> None:
    line = Line(port)
    asked = asyncio.create_task(asyncio.to_thread(commands.unlock, station=7, number=1, by="ann"))
    line.answer(await line.called("UnlockConnector"), status="Unlocked")
    result = await asked
    assert (result.outcome, result.accepted, result.payload) == (Outcome.ACCEPTED, True, {"status": "Unlocked"})


async def test_a_refusal_is_told_as_such(port: Port) -> None:
    line = Line(port)
    asked = asyncio.wrap_future(commands.submit(station=7, request=reset.build(hard=False)))
    line.answer(await line.called("Reset"), status="Rejected")
    assert (await asked).outcome is Outcome.REJECTED


async def test_a_station_that_is_not_connected_is_told_at_once(port: Port) -> None:
    result = await asyncio.wait_for(asyncio.to_thread(commands.restart, station=8, hard=True), 5)
    assert (result.outcome, result.why) == (Outcome.UNSENT, "not connected")


async def test_a_command_whose_socket_closes_is_lost(port: Port) -> None:
    line = Line(port)
    asked = asyncio.create_task(asyncio.to_thread(commands.remote_stop, station=7, transaction=5))
    await line.called("RemoteStopTransaction")
    line.connection.close()
    assert (await asked).outcome is Outcome.LOST
    assert port.connections == {}


async def test_nobody_who_answers_is_a_timeout() -> None:
    asked = asyncio.to_thread(commands.ask, station=7, request=reset.build(hard=True), patience_s=0.05)
    assert (await asked).outcome is Outcome.TIMEOUT
