"""What a socket that breaks leaves in the log."""

import asyncio

import pytest
from autobahn.exception import Disconnected

from gateway.port import Port
from tests.gateway.lines import Line


@pytest.mark.parametrize(
    ("error", "told"),
    [(Disconnected("Attempt to send on a closed protocol"), []), (OSError("no buffer space"), ["CP7: could not send"])],
)
async def test_a_station_that_left_before_its_answer_is_no_warning_and_another_fault_is(
    error: Exception, told: list[str], port: Port, caplog: pytest.LogCaptureFixture
) -> None:
    line = Line(port)
    await asyncio.sleep(0.01)
    line.broken = error
    line.connection.receive('[2,"2","Heartbeat",{}]')
    await asyncio.sleep(0.01)
    line.broken = None
    line.connection.receive('[2,"3","Heartbeat",{}]')
    await asyncio.sleep(0.01)
    assert [record.message for record in caplog.records if record.name == "gateway.connection"] == told
    assert [message["text"][:6] for message in line.sent if message["text"][1] == "3"] == ['[3,"1"', '[3,"3"']
