"""Meter readings as facts, and digital inputs: from the hint, or from the rows that a lost hint left behind."""

from collections.abc import Mapping
from typing import Any

from engine.facts import MeterFailed, MeterRead
from metering.faults import IMPLAUSIBLE
from metering.models import InputState, Reading


def facts_from_hint(payload: Mapping[str, Any]) -> MeterRead | MeterFailed:
    """`{"meter", "sequence", "currents_ma", "raw", "error", "implausible", "age_s"}` as a fact."""
    meter = int(payload["meter"])
    if payload.get("error"):
        return MeterFailed(meter, str(payload["error"]), bool(payload.get("implausible", False)))
    first, second, third = payload["currents_ma"]
    return MeterRead(meter, (int(first), int(second), int(third)), int(payload["raw"]), float(payload.get("age_s", 0)))


def unseen_readings(seen: Mapping[int, int]) -> list[tuple[int, int, MeterRead | MeterFailed]]:
    """(meter, sequence, fact) of every row that is newer than what was seen."""
    found: list[tuple[int, int, MeterRead | MeterFailed]] = []
    for row in Reading.objects.all():
        if row.sequence <= seen.get(row.meter_id, -1):
            continue
        fact: MeterRead | MeterFailed
        if row.error or len(row.currents_ma) != 3:
            fact = MeterFailed(row.meter_id, row.error or "no values", _implausible(row))
        else:
            first, second, third = row.currents_ma
            fact = MeterRead(row.meter_id, (first, second, third), row.raw)
        found.append((row.meter_id, row.sequence, fact))
    return found


def unseen_inputs(seen: Mapping[int, int]) -> list[tuple[int, int, bool | None]]:
    """(digital input, sequence, active or None where the poll failed) of every row that is newer than what was seen."""
    rows = InputState.objects.values_list("input_id", "sequence", "active")
    return [(identity, sequence, active) for identity, sequence, active in rows if sequence > seen.get(identity, -1)]


def _implausible(row: Reading) -> bool:
    return (row.fault or {}).get("code") in IMPLAUSIBLE
