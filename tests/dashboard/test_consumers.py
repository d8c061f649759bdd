import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from channels.auth import AuthMiddlewareStack
from channels.testing import WebsocketCommunicator
from django.conf import settings
from django.contrib.sessions.models import Session

from accounts.models import Role, User
from common import clock
from dashboard import consumers
from dashboard.board import Board
from dashboard.consumers import SiteConsumer
from tests.dashboard import documents as build
from tests.dashboard import people

pytestmark = pytest.mark.django_db(transaction=True)

Open = Callable[..., Awaitable[WebsocketCommunicator]]


@pytest.fixture
async def knock(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Open]:
    """Opens the socket as a user of a role; closes all at the end."""
    monkeypatch.setattr(consumers, "board", Board(lambda known: build.document(), 0.1, 0.3))
    opened: list[WebsocketCommunicator] = []

    async def knock(role: str | None = Role.OPERATOR, query: str = "") -> WebsocketCommunicator:
        headers = [(b"cookie", await sync_to_async(_cookie)(role))] if role else []
        communicator = WebsocketCommunicator(AuthMiddlewareStack(SiteConsumer.as_asgi()), f"/ws/site/{query}", headers)
        opened.append(communicator)
        return communicator

    yield knock
    for communicator in opened:
        await communicator.disconnect()


def _cookie(role: str) -> bytes:
    client = people.client_of(role)
    return f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}".encode()


async def heard(communicator: WebsocketCommunicator) -> dict[str, Any]:
    message: dict[str, Any] = json.loads(await communicator.receive_from(timeout=5))
    return message


@pytest.mark.parametrize(
    ("role", "welcome"), [(Role.ADMIN, True), (Role.OPERATOR, True), (Role.EBMS, False), (None, False)]
)
async def test_the_socket_is_for_people(knock: Open, role: str | None, welcome: bool) -> None:
    communicator = await knock(role)
    connected, _ = await communicator.connect()
    assert connected is welcome


async def test_everything_comes_first_then_nothing_before_the_page_has_answered(knock: Open) -> None:
    communicator = await knock()
    await communicator.connect()
    assert (await heard(communicator))["t"] == "all"
    assert await communicator.receive_nothing(timeout=0.6)
    await communicator.send_to("ok")
    assert (await heard(communicator))["t"] == "alive"


async def test_the_page_names_its_language(knock: Open) -> None:
    communicator = await knock(query="?lang=fr")
    await communicator.connect()
    assert (await heard(communicator))["rows"]["c1"]["m1"] == "15,8"


async def test_a_language_that_does_not_exist_is_english(knock: Open) -> None:
    communicator = await knock(query="?lang=../../x")
    await communicator.connect()
    assert (await heard(communicator))["rows"]["c1"]["m1"] == "15.8"


async def test_a_page_that_shows_the_newest_is_not_sent_it_again(knock: Open) -> None:
    communicator = await knock(query="?after=1@2026-01-01T12:00:00Z")
    await communicator.connect()
    assert (await heard(communicator))["t"] == "alive"


async def test_a_page_that_never_answers_is_closed(knock: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(consumers, "ACKNOWLEDGE_S", 0.2)
    communicator = await knock()
    await communicator.connect()
    await heard(communicator)
    assert (await communicator.receive_output(timeout=5)) == {"type": "websocket.close", "code": consumers.SILENT}


@pytest.mark.parametrize("how", ["demoted", "deactivated", "new password", "logged out"])
async def test_who_may_no_longer_look_is_shut_out(knock: Open, monkeypatch: pytest.MonkeyPatch, how: str) -> None:
    monkeypatch.setattr(consumers, "RECHECK_S", 0.0)
    communicator = await knock(query="?after=1@2026-01-01T12:00:00Z")
    await communicator.connect()
    await sync_to_async(_end)(how)
    assert (await communicator.receive_output(timeout=5)) == {"type": "websocket.close", "code": consumers.FORBIDDEN}


def _end(how: str) -> None:
    user = User.objects.get(username="olivia")
    match how:
        case "demoted":
            user.role = Role.EBMS
        case "deactivated":
            user.is_active = False
        case "new password":
            user.set_password("Another-Street-2")
        case "logged out":
            Session.objects.all().delete()
    user.save()


async def test_twenty_dashboards_are_served_at_once(knock: Open) -> None:
    first = await knock()
    await first.connect()
    others = [WebsocketCommunicator(first.application, "/ws/site/", first.scope["headers"]) for _ in range(19)]
    began = clock.monotonic()
    await asyncio.gather(*(other.connect() for other in others))
    found = await asyncio.gather(*(heard(one) for one in (first, *others)))
    assert {message["t"] for message in found} == {"all"}
    assert clock.monotonic() - began < 3
    await asyncio.gather(*(other.disconnect() for other in others))
