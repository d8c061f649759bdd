"""Carries hints between processes through the Channels layer, on a thread and event loop of its own."""

import asyncio
import logging
import os
import threading
import uuid
from typing import Any

from channels.layers import channel_layers

from common import hints

GROUP = "evce-hints"
MOST_WAITING = 1_000
# The layer forgets a member of a group after a day.
JOIN_AGAIN_S = 3_600.0
PAUSE_AFTER_FAULT_S = 2.0
log = logging.getLogger(__name__)


class Relay:
    """Starts by itself on first use, also after a fork (Celery's prefork pool)."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._pid: int | None = None
        self._origin = ""
        self._loop: asyncio.AbstractEventLoop | None = None
        self._outgoing: asyncio.Queue[dict[str, Any]] | None = None

    def start(self) -> None:
        with self._guard:
            if self._pid == os.getpid():
                return
            self._pid = os.getpid()
            self._origin = uuid.uuid4().hex
            self._loop = asyncio.new_event_loop()
            self._outgoing = asyncio.Queue(MOST_WAITING)
            threading.Thread(target=self._run, args=(self._loop,), name="evce-hints", daemon=True).start()

    def send(self, topic: str, payload: dict[str, Any]) -> None:
        self.start()
        if self._loop is not None:
            message = {"type": "hint", "origin": self._origin, "topic": topic, "payload": payload}
            self._loop.call_soon_threadsafe(self._put, message)

    def _put(self, message: dict[str, Any]) -> None:
        if self._outgoing is not None and not self._outgoing.full():
            self._outgoing.put_nowait(message)

    def _run(self, loop: asyncio.AbstractEventLoop) -> None:
        asyncio.set_event_loop(loop)
        loop.create_task(self._guarded(self._send_all), name="hints-out")
        loop.create_task(self._guarded(self._receive_all), name="hints-in")
        loop.run_forever()

    async def _guarded(self, work: Any) -> None:
        failing = False
        while True:
            try:
                await work()
                failing = False
            except Exception as error:  # loop guard: Redis may be away for a while
                if not failing:
                    log.warning("hints between processes wait for the channel layer: %s", error)
                failing = True
                await asyncio.sleep(PAUSE_AFTER_FAULT_S)

    async def _send_all(self) -> None:
        layer = channel_layers["default"]
        if self._outgoing is None:
            return
        while True:
            await layer.group_send(GROUP, await self._outgoing.get())

    async def _receive_all(self) -> None:
        """Listen for an hour, then join again."""
        layer = channel_layers["default"]
        name = await layer.new_channel()
        await layer.group_add(GROUP, name)
        try:
            async with asyncio.timeout(JOIN_AGAIN_S):
                while True:
                    message = await layer.receive(name)
                    if message["origin"] != self._origin:
                        hints.deliver(message["topic"], message["payload"])
        except TimeoutError:
            return
        finally:
            await layer.group_discard(GROUP, name)


relay = Relay()
