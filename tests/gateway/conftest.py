import asyncio
from collections.abc import AsyncIterator

import pytest_asyncio

from common.writer import writer
from gateway.port import Port


@pytest_asyncio.fixture
async def port(transactional_db: None) -> AsyncIterator[Port]:
    """A port of its own with the writer at work."""
    writer.start()
    port = Port()
    port.open(asyncio.get_running_loop())
    yield port
    for connection in list(port.connections.values()):
        connection.close()
    await asyncio.to_thread(writer.flush, 5)
    writer.bind(None)
    await asyncio.to_thread(writer.stop)
