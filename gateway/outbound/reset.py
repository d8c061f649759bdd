"""Reset: soft (charging resumes) or hard (charging stops)."""

from gateway.outbound.request import Request


def build(*, hard: bool) -> Request:
    return Request("Reset", {"type": "Hard" if hard else "Soft"})
