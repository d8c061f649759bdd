"""What a station can be told, from what it says of itself and from what it refused so far. Pure.

What it says is the first guess only: a refusal moves it down the ladder (`gateway.protocol.ladder`), and what worked
is kept.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

STACK = "ChargeProfileMaxStackLevel"
UNITS = "ChargingScheduleAllowedChargingRateUnit"
PERIODS = "ChargingScheduleMaxPeriods"
PROFILES = "MaxChargingProfilesInstalled"
KEYS = (STACK, UNITS, PERIODS, PROFILES)

HOLDING, MANAGED = 3, 2
"""Profiles of a connector: default, limit and hold; default and limit."""
_AMPERE = frozenset({"a", "amp", "amps", "ampere", "amperes", "current"})
_WATT = frozenset({"w", "watt", "watts", "power", "kw"})


@dataclass(frozen=True, slots=True)
class Capabilities:
    """Its four smart-charging keys. None: it did not say, or nothing that can be read."""

    amperes: bool | None = None
    watts: bool | None = None
    max_stack: int | None = None
    max_periods: int | None = None
    max_profiles: int | None = None


@dataclass(frozen=True, slots=True)
class Learned:
    """What its refusals taught. `forms`: by target, the form of a profile that it took (`Form.code`)."""

    forms: Mapping[str, str] = field(default_factory=dict)
    default_only: bool = False
    since: str = ""
    """When it was found to take no transaction profile (ISO 8601)."""
    refusal: str = ""
    """Its words, the last time it refused a limit in every form."""


@dataclass(frozen=True, slots=True)
class Abilities:
    """How its connectors are managed: see `engine.model.ConnectorConfig`."""

    can_hold: bool = True
    default_only: bool = False
    watts: bool = False


def read(configuration: Mapping[str, str | None]) -> Capabilities:
    """From configuration keys. Units come as "Current", "A", "Power", "Current,Power" ... in any case."""
    words = {word for word in re.split(r"[^a-z]+", (configuration.get(UNITS) or "").casefold()) if word}
    told = bool(words & (_AMPERE | _WATT))
    return Capabilities(
        amperes=bool(words & _AMPERE) if told else None,
        watts=bool(words & _WATT) if told else None,
        max_stack=_number(configuration.get(STACK)),
        max_periods=_number(configuration.get(PERIODS)),
        max_profiles=_number(configuration.get(PROFILES)),
    )


def decide(configuration: Mapping[str, str | None], learned: Learned, connectors: int) -> Abilities:
    """`connectors`: how many the station has; its profiles are for all of them."""
    says = read(configuration)
    room = says.max_profiles or None
    form = learned.forms.get("limit") or learned.forms.get("default")
    return Abilities(
        can_hold=says.max_stack != 0 and (room is None or room >= HOLDING * connectors),
        default_only=learned.default_only or (room is not None and room < MANAGED * connectors),
        watts=form.endswith("W") if form else bool(says.watts) and not says.amperes,
    )


def load(stored: Any) -> Learned:
    """From a row's JSON; what is not as it should be is left out."""
    if not isinstance(stored, Mapping):
        return Learned()
    forms = stored.get("forms")
    return Learned(
        forms={str(k): str(v) for k, v in forms.items()} if isinstance(forms, Mapping) else {},
        default_only=stored.get("default_only") is True,
        since=str(stored.get("since") or ""),
        refusal=str(stored.get("refusal") or ""),
    )


def dump(learned: Learned) -> dict[str, Any]:
    """For a row's JSON; empty where nothing was learned."""
    found: dict[str, Any] = {"forms": dict(learned.forms)} if learned.forms else {}
    if learned.default_only:
        found |= {"default_only": True, "since": learned.since}
    return found | ({"refusal": learned.refusal} if learned.refusal else {})


def _number(value: str | None) -> int | None:
    text = (value or "").strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else None
