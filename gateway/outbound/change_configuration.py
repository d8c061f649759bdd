"""ChangeConfiguration."""

from gateway.outbound.request import Request


def build(key: str, value: str) -> Request:
    return Request("ChangeConfiguration", {"key": key, "value": value})
