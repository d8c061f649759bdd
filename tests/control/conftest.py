"""A control loop on rows, with stations that accept everything."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from common.writer import writer
from control.runtime import Runtime
from tests.control.running import Willing


@pytest.fixture
async def runtime() -> AsyncIterator[Runtime]:
    made = Runtime()
    loop = asyncio.get_running_loop()
    writer.bind(loop)
    writer.start()
    made.port = Willing(made.feed)
    yield made
    await made.stop()
    await asyncio.to_thread(writer.stop)
    writer.bind(None)
