"""Charging profiles as an OCPP 1.6 station keeps them (specification 3.13, 5.7, 5.16).

Instants here are the station's wall clock, in seconds. Limits come out in mA per phase.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from math import inf
from typing import Any

from simulator import timestamps

STATION_MAX = "ChargePointMaxProfile"
TX_DEFAULT = "TxDefaultProfile"
TX = "TxProfile"
_PURPOSES = (STATION_MAX, TX_DEFAULT, TX)
_RECURRENCE_S = {"Daily": 86_400.0, "Weekly": 7 * 86_400.0}


@dataclass(frozen=True, slots=True)
class Period:
    start_s: float
    limit_ma: int


@dataclass(frozen=True, slots=True)
class Profile:
    id: int
    connector: int
    stack: int
    purpose: str
    transaction: int | None
    valid_from: float
    valid_to: float
    anchor: float | None
    """None: it starts with the transaction (Relative, or Absolute without a start)."""
    recurrence_s: float | None
    duration_s: float
    periods: tuple[Period, ...]

    def at(self, wall: float, began: float | None) -> tuple[int | None, float]:
        """(its limit now or None, until when that holds). `began`: start of the transaction."""
        if wall < self.valid_from:
            return None, self.valid_from
        if wall >= self.valid_to:
            return None, inf
        start = self.anchor if self.anchor is not None else began
        if start is None:
            return None, inf
        if wall < start:
            return None, start
        end = inf
        if self.recurrence_s is not None:
            start += (wall - start) // self.recurrence_s * self.recurrence_s
            end = start + self.recurrence_s
        if wall >= start + self.duration_s:
            return None, min(end, self.valid_to)
        end = min(end, start + self.duration_s, self.valid_to)
        limit = self.periods[0].limit_ma
        for period in self.periods:
            if start + period.start_s > wall:
                return limit, min(end, start + period.start_s)
            limit = period.limit_ma
        return limit, end


def read_profile(connector: int, raw: dict[str, Any], *, volts: float, terminals: int) -> Profile:
    """`csChargingProfiles` as a station understands it. ValueError for what breaks the specification."""
    purpose, kind = raw.get("chargingProfilePurpose"), raw.get("chargingProfileKind")
    schedule = raw.get("chargingSchedule")
    if purpose not in _PURPOSES or kind not in ("Absolute", "Relative", "Recurring") or not isinstance(schedule, dict):
        raise ValueError("purpose, kind or schedule is missing")
    anchor = timestamps.parse(schedule.get("startSchedule")) if kind != "Relative" else None
    if purpose == STATION_MAX and (connector != 0 or anchor is None):
        raise ValueError("ChargePointMaxProfile needs connector 0 and a start")
    if purpose == TX and connector == 0:
        raise ValueError("TxProfile needs a connector")
    recurrence_s = _RECURRENCE_S[str(raw.get("recurrencyKind"))] if kind == "Recurring" else None
    return Profile(
        id=int(raw["chargingProfileId"]),
        connector=connector,
        stack=int(raw["stackLevel"]),
        purpose=str(purpose),
        transaction=raw.get("transactionId"),
        valid_from=_or(timestamps.parse(raw.get("validFrom")), -inf),
        valid_to=_or(timestamps.parse(raw.get("validTo")), inf),
        anchor=anchor,
        recurrence_s=recurrence_s,
        duration_s=_or(schedule.get("duration"), inf),
        periods=tuple(_periods(schedule, volts, terminals)),
    )


def _or(value: float | None, fallback: float) -> float:
    return fallback if value is None else float(value)


def _periods(schedule: dict[str, Any], volts: float, terminals: int) -> Iterator[Period]:
    periods = schedule["chargingSchedulePeriod"]
    if not periods or periods[0]["startPeriod"] != 0:
        raise ValueError("the first period starts at 0")
    watts = schedule["chargingRateUnit"] == "W"
    for period in periods:
        phases = min(int(period.get("numberPhases", 3)), terminals)
        per_unit_ma = 1000 / (volts * phases) if watts else 1000
        yield Period(float(period["startPeriod"]), int(float(period["limit"]) * per_unit_ma + 1e-6))


class ProfileStore:
    """What is installed. A TxDefault on connector 0 is for all; at the same stack level the connector's own wins."""

    __slots__ = ("_profiles",)

    def __init__(self) -> None:
        self._profiles: list[Profile] = []

    def __len__(self) -> int:
        return len(self._profiles)

    def __iter__(self) -> Iterator[Profile]:
        return iter(self._profiles)

    def would_hold(self, profile: Profile) -> int:
        """How many there are once this one is installed."""
        place = (profile.connector, profile.purpose, profile.stack)
        others = [p for p in self._profiles if p.id != profile.id and (p.connector, p.purpose, p.stack) != place]
        return len(others) + 1

    def install(self, profile: Profile) -> None:
        """Replaces the one of the same id, or of the same connector, purpose and stack level."""
        place = (profile.connector, profile.purpose, profile.stack)
        self._profiles = [
            p for p in self._profiles if p.id != profile.id and (p.connector, p.purpose, p.stack) != place
        ]
        self._profiles.append(profile)
        self._profiles.sort(key=lambda p: (-p.stack, -p.connector))

    def clear(
        self,
        *,
        profile_id: int | None = None,
        connector: int | None = None,
        purpose: str | None = None,
        stack: int | None = None,
    ) -> int:
        """How many went. With an id nothing else counts; without any criterion all go (specification 5.3)."""

        def meant(p: Profile) -> bool:
            if profile_id is not None:
                return p.id == profile_id
            return connector in (None, p.connector) and purpose in (None, p.purpose) and stack in (None, p.stack)

        before = len(self._profiles)
        self._profiles = [p for p in self._profiles if not meant(p)]
        return before - len(self._profiles)

    def end_transaction(self, connector: int) -> None:
        self._profiles = [p for p in self._profiles if p.purpose != TX or p.connector != connector]

    def limit(self, connector: int, wall: float, began: float | None) -> tuple[int | None, float]:
        """(mA per phase or None for no constraint, until when) of TxProfile, else TxDefaultProfile."""
        limit, until = self._prevailing(TX, connector, wall, began) if began is not None else (None, inf)
        if limit is not None:
            return limit, until
        default, default_until = self._prevailing(TX_DEFAULT, connector, wall, began)
        return default, min(until, default_until)

    def station_limit(self, wall: float) -> tuple[int | None, float]:
        """The same for ChargePointMaxProfile: all connectors together."""
        return self._prevailing(STATION_MAX, 0, wall, None)

    def _prevailing(self, purpose: str, connector: int, wall: float, began: float | None) -> tuple[int | None, float]:
        until = inf
        for profile in self._profiles:
            if profile.purpose == purpose and profile.connector in (0, connector):
                limit, its_until = profile.at(wall, began)
                until = min(until, its_until)
                if limit is not None:
                    return limit, until
        return None, until
