"""Does the station's clock say what it was told (F21, F33)? Where it is off, leases mean nothing (S21)."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from gateway.protocol.framing import Json

SKEW = timedelta(seconds=10)
LONG_AGO = timedelta(hours=12)
"""Further behind than this it is no message that was kept while the link was down."""
STEADY = timedelta(seconds=4)
BETWEEN_S = 5.0

_LIVE = frozenset({"StatusNotification", "MeterValues"})


class ClockWatch:
    """`now`: the session's clock, which never steps. `wall`: ours, which may."""

    def __init__(self) -> None:
        self._told: tuple[datetime, float] | None = None
        self._behind: tuple[timedelta, float] | None = None
        self.wrong: bool | None = None
        """None: nothing was seen yet."""
        self.skew_s = 0

    def time(self, wall: datetime, now: float) -> datetime:
        """What a station says that set its clock by what it was told last."""
        return wall if self._told is None else self._told[0] + timedelta(seconds=now - self._told[1])

    def told(self, wall: datetime, now: float) -> bool:
        """It was sent our time; True where that moves its clock, and with it every schedule that it has."""
        moved = abs(wall - self.time(wall, now)) > SKEW
        self._told = wall, now
        return moved

    def saw(self, action: str, payload: Json, wall: datetime, now: float) -> bool:
        """Look at a message of the station; True where the verdict is new."""
        at = _newest(payload) if action in _LIVE else None
        if at is None:
            return False
        skew = at - self.time(wall, now)
        wrong = abs(skew) > SKEW
        if wrong and -LONG_AGO < skew < timedelta(0) and not self._stays_behind(skew, now):
            return False
        if not wrong and self._told is None:
            # On a link that it opened again without a boot: it still has the time of before.
            self._told = wall, now
        self.skew_s = round(skew.total_seconds())
        before, self.wrong = self.wrong, wrong
        return wrong != before

    def behind(self, wall: datetime, now: float) -> timedelta:
        """How far what it says of now is dated back by our clock: ours may have stepped since it was told the time."""
        own = timedelta(seconds=max(0, -self.skew_s)) if self.wrong else timedelta(0)
        return wall - self.time(wall, now) + own

    def _stays_behind(self, skew: timedelta, now: float) -> bool:
        """What was kept while the link was down comes in one go, and ever less late."""
        before = self._behind
        if before is None or abs(before[0] - skew) > STEADY:
            self._behind = skew, now
            return False
        return now - before[1] >= BETWEEN_S


def _newest(payload: Json) -> datetime | None:
    return max(_instants(payload), default=None)


def _instants(payload: Json) -> Iterator[datetime]:
    values: Any = payload.get("meterValue")
    for entry in (payload, *(values if isinstance(values, list) else ())):
        stamp = entry.get("timestamp") if isinstance(entry, dict) else None
        try:
            at = datetime.fromisoformat(stamp) if isinstance(stamp, str) else None
        except ValueError:
            continue
        if at is not None and at.tzinfo is not None:
            yield at
