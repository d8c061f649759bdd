"""Which connection goes where: the port tells stations from people, and neither can reach the other's side."""

from typing import Any, Protocol

from channels.auth import AuthMiddlewareStack
from channels.security.websocket import AllowedHostsOriginValidator
from django.conf import settings

from evce_project import celery as celery  # noqa: PLC0414  # tasks sent by pages need the broker's settings

Scope = dict[str, Any]
SITE_SOCKET = "/ws/site/"


class Application(Protocol):
    async def __call__(self, scope: Scope, receive: Any, send: Any) -> None: ...


def build_application(pages: Application) -> Application:
    """Pages and their socket on every port but the stations'."""
    from dashboard.consumers import SiteConsumer
    from gateway.consumer import StationConsumer

    stations: Application = StationConsumer.as_asgi()
    site: Application = AllowedHostsOriginValidator(AuthMiddlewareStack(SiteConsumer.as_asgi()))

    async def application(scope: Scope, receive: Any, send: Any) -> None:
        at_station_port = _local_port(scope) == settings.OCPP_PORT
        match scope["type"], at_station_port:
            case "http", False:
                await pages(scope, receive, send)
            case "http", True:
                await _answer_no_pages(send)
            case "websocket", True:
                await stations(scope, receive, send)
            case "websocket", False if scope["path"] == SITE_SOCKET:
                await site(scope, receive, send)
            case "websocket", False:
                await _refuse(receive, send)

    return application


def _local_port(scope: Scope) -> int | None:
    server = scope.get("server")
    return server[1] if server else None


async def _answer_no_pages(send: Any) -> None:
    body = b"Charging stations connect here by OCPP 1.6J (WebSocket). The pages are on another port.\n"
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": 426, "headers": [*headers, (b"upgrade", b"websocket")]})
    await send({"type": "http.response.body", "body": body})


async def _refuse(receive: Any, send: Any) -> None:
    await receive()
    await send({"type": "websocket.close"})
