"""When the clock on the wall leaps or falls back. Standard library only."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

YEAR = timedelta(days=366)
_HOUR = timedelta(hours=1)
_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Change:
    """On `day` the times from `first` to `last` (not included) are skipped, or come twice."""

    day: date
    first: time
    last: time
    skips: bool

    def holds(self, at: time) -> bool:
        return self.first <= at < self.last

    def holds_end(self, at: time) -> bool:
        """A slot that ends at the first skipped minute ends as the clock leaps, as anybody expects."""
        return self.holds(at) and not (self.skips and at == self.first)

    def moved(self, at: time) -> time:
        """A skipped time as the clock shows it after the leap."""
        base = datetime.combine(self.day, at)
        return (base + (datetime.combine(self.day, self.last) - datetime.combine(self.day, self.first))).time()


def changes_after(on: date, zone: tzinfo) -> Iterator[Change]:
    """Those of the year from this day on, in order."""
    at = datetime.combine(on, time(0), UTC)
    end = at + YEAR
    while at < end:
        if at.astimezone(zone).utcoffset() != (at + _HOUR).astimezone(zone).utcoffset():
            yield _change(at, zone)
        at += _HOUR


def wall(minutes: int) -> str:
    """Minutes of a day as `HH:MM`."""
    return f"{minutes // 60:02}:{minutes % 60:02}"


def _change(hour: datetime, zone: tzinfo) -> Change:
    """`hour`: the offset changes within the hour after it."""
    before = hour.astimezone(zone)
    at = hour
    while at.astimezone(zone).utcoffset() == before.utcoffset():
        at += _MINUTE
    shown = at.astimezone(zone)
    old = at.astimezone(UTC) + (before.utcoffset() or timedelta(0))
    unchanged, changed = old.replace(tzinfo=None), shown.replace(tzinfo=None)
    first, last = min(unchanged, changed), max(unchanged, changed)
    return Change(first.date(), first.time(), last.time(), skips=changed > unchanged)
