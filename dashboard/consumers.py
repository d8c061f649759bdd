"""The WebSocket of every live page: everything at first, then what changed, never more than a page can take."""

import asyncio
from typing import Any
from urllib.parse import parse_qs

from channels.auth import get_user
from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncWebsocketConsumer
from django.conf import settings

from accounts.permissions import PEOPLE, may_open
from common import clock
from dashboard.board import board

FORBIDDEN = 4403
SILENT = 4408
ACKNOWLEDGE_S = 30.0
"""A page that does not say what it got for so long is gone (a sleeping laptop): its socket is closed."""
RECHECK_S = 30.0
"""A user who was logged out, demoted or deactivated loses the live figures this soon."""
MAX_ACKNOWLEDGEMENT_CHARS = 80


class SiteConsumer(AsyncWebsocketConsumer):  # type: ignore[misc]  # channels has no types
    """`/ws/site/?lang=fr&after=<version>`: the page names the version that it shows after each message.

    Sends `{"t": "all"|"diff", "v", "layout", "age", "rows"}` and `{"t": "alive", "age"}`; the next one waits for the
    page's answer, so that a slow page gets fewer, larger diffs.
    """

    channel_layer_alias = None  # it never receives through a layer
    feeding: asyncio.Task[None] | None = None

    async def connect(self) -> None:
        if not may_open(self.scope.get("user"), PEOPLE):
            await self.close()
            return
        query = parse_qs(self.scope["query_string"].decode("ascii", "replace"))
        languages = [code for code, _ in settings.LANGUAGES]
        asked = query.get("lang", [""])[0]
        self.language = asked if asked in languages else languages[0]
        self.shown = query.get("after", [""])[0][:MAX_ACKNOWLEDGEMENT_CHARS]
        self.acknowledged = asyncio.Event()
        self.checked_at = clock.monotonic()
        await self.accept()
        self.feeding = asyncio.create_task(self.feed())

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:  # noqa: ARG002  # Channels calls it like that
        """Any word of the page is its acknowledgement."""
        self.acknowledged.set()

    async def disconnect(self, code: int) -> None:  # noqa: ARG002  # Channels calls it like that
        if self.feeding is not None:
            self.feeding.cancel()

    async def feed(self) -> None:
        with board.watched(self.language):
            while True:
                message = await board.news(self.language, self.shown)
                if not await self.is_welcome():
                    await self.close(FORBIDDEN)
                    return
                self.acknowledged.clear()
                await self.send(text_data=message.text)
                self.shown = message.version
                try:
                    await asyncio.wait_for(self.acknowledged.wait(), ACKNOWLEDGE_S)
                except TimeoutError:
                    await self.close(SILENT)
                    return

    async def is_welcome(self) -> bool:
        if clock.monotonic() - self.checked_at < RECHECK_S:
            return True
        self.checked_at = clock.monotonic()
        if not await database_sync_to_async(_session_lives)(self.scope):
            return False
        return may_open(await get_user(self.scope), PEOPLE)


def _session_lives(scope: dict[str, Any]) -> bool:
    """The session object of the scope remembers what it read; only the store knows of a log-out."""
    session = scope["session"]
    return session.session_key is not None and bool(session.exists(session.session_key))
