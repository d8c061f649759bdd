"""GetCompositeSchedule."""

from gateway.outbound.request import Request

LEAST_DURATION_S = 60
"""Shorter ones are answered with hardware defaults by some stations."""


def build(number: int, duration_s: int) -> Request:
    duration = max(duration_s, LEAST_DURATION_S)
    return Request("GetCompositeSchedule", {"connectorId": number, "duration": duration, "chargingRateUnit": "A"})
