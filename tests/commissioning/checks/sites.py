"""Site files with something to remark, and the codes of what was remarked."""

from dataclasses import replace
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from commissioning import site_file
from commissioning.checking import file_to_check
from commissioning.checks import check
from commissioning.checks.findings import Finding
from tests.commissioning.files import text

PARIS = ZoneInfo("Europe/Paris")


def found(*zones: dict[str, Any], **sections: Any) -> dict[str, Finding]:
    """By code, the last of each; with the clock of Paris from 1 January 2026 on."""
    return {finding.code: finding for finding in all_found(*zones, **sections)}


def all_found(*zones: dict[str, Any], **sections: Any) -> list[Finding]:
    site = file_to_check(site_file.read(text(*zones, **sections)))
    return check(replace(site, time_zone=PARIS, on=date(2026, 1, 1)))


def outlets(count: int, phases: str = "L1L2L3", max_a: float = 32) -> list[dict[str, Any]]:
    return [{"id": n + 1, "phases": phases, "max_current_a": max_a} for n in range(count)]


def period(name: str, *slots: str, pct: int = 50, zones: list[str] | None = None, **keys: Any) -> dict[str, Any]:
    hours = [dict(zip(("start", "end"), slot.split("-"), strict=True)) for slot in slots]
    return {"name": name, "max_charge_pct": pct, "slots": hours, "zones": zones or [], **keys}
