"""RemoteStopTransaction."""

from gateway.outbound.request import Request


def build(transaction: int) -> Request:
    return Request("RemoteStopTransaction", {"transactionId": transaction})
