"""ClearCache."""

from gateway.outbound.request import Request


def build() -> Request:
    return Request("ClearCache", {})
