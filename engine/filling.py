"""Exact max-min water-filling over capacities that overlap (ENE-10).

All sessions rise together with one water level, each between its minimum and its maximum. When a
capacity is used up, everybody who loads it stays where the level stands. Sessions that load the same
capacities are one bucket, so the work grows with the number of buckets, not of sessions.

Levels are exact: an integer, or a fraction where a capacity does not divide evenly. Rounding is the
caller's, once.
"""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from heapq import heappop, heapreplace
from math import gcd, lcm

Amount = int | Fraction

KEY_BITS = 64
"""Levels are queued as integers of 2**-64: finer than two different levels can lie apart on a real site."""


@dataclass(slots=True, eq=False)
class Bucket:
    """Sessions that load the same capacities, counted by minimum and by maximum.

    After `fill`: each session has `level` clamped to its own minimum and maximum, and `limiter` is the
    capacity that stopped the level; both None where every session reached its maximum.
    """

    capacities: tuple[int, ...]
    minimums: dict[int, int] = field(default_factory=dict)
    maximums: dict[int, int] = field(default_factory=dict)
    level: Amount | None = None
    limiter: int | None = None
    still: int = 0
    """The sum of the currents that do not move with the level: at their minimum or maximum."""
    rising: int = 0
    """How many sessions move with the level."""
    sessions: int = 0
    least: int = 0
    most: int = 0
    """The sums of the minimums and of the maximums."""

    def add(self, minimum: int, maximum: int) -> None:
        self.minimums[minimum] = self.minimums.get(minimum, 0) + 1
        self.maximums[maximum] = self.maximums.get(maximum, 0) + 1
        self.sessions += 1
        self.least += minimum
        self.most += maximum

    @property
    def load(self) -> Amount:
        """What its sessions draw in all after `fill`, on each of its capacities."""
        return self.most if self.level is None else self.still + self.rising * self.level


def fill(room: Sequence[Amount], buckets: Iterable[Bucket]) -> None:
    """Set `level` and `limiter` of each bucket; `room[k]` is what capacity k holds.

    The minimums must fit (`least` of all buckets on a capacity is at most its room), and no minimum may
    exceed its session's maximum.
    """
    members = _contended(room, list(buckets))
    if members:
        _Water(room, members).rise()


def _contended(room: Sequence[Amount], buckets: Sequence[Bucket]) -> dict[int, list[Bucket]]:
    """Only a capacity that all maximums together would overload can ever stop the level."""
    wanted = [0] * len(room)
    for bucket in buckets:
        most = bucket.most
        for k in bucket.capacities:
            wanted[k] += most
    members: dict[int, list[Bucket]] = {k: [] for k, most in enumerate(wanted) if most > room[k]}
    for bucket in buckets if members else ():
        for k in bucket.capacities:
            if k in members:
                members[k].append(bucket)
    return members


class _Water:
    """One rise of the level.

    Between two minimums the load of a capacity is concave in the level: a session that reaches its
    maximum and a bucket that is stopped only flatten it. So where its tangent meets the room is never
    beyond the level at which it is used up; the heap keeps these lower bounds, and only a capacity
    whose bound comes up is looked at again (Newton's method, in few steps).
    """

    def __init__(self, room: Sequence[Amount], members: dict[int, list[Bucket]]) -> None:
        self.members = members
        self.scale = lcm(*(room[k].denominator for k in members))
        self.room = {k: int(room[k] * self.scale) for k in members}
        """In units of 1 / `scale`, so that every sum is one of integers: fractions are ten times slower."""
        self.buckets = list({id(b): b for inside in members.values() for b in inside}.values())
        self.starts = sorted({value for bucket in self.buckets for value in bucket.minimums})
        self.turns = self._turns()
        self.turned = 0

    def _turns(self) -> list[tuple[int, int, int, int]]:
        """(level, bucket, change of `still`, change of `rising`), lowest level first."""
        turns: list[tuple[int, int, int, int]] = []
        for i, bucket in enumerate(self.buckets):
            bucket.still, bucket.rising = bucket.least, 0
            turns += [(value, i, -value * count, count) for value, count in bucket.minimums.items()]
            turns += [(value, i, value * count, -count) for value, count in bucket.maximums.items()]
        turns.sort()
        return turns

    def rise(self) -> None:
        lowest = self.starts[0] << KEY_BITS
        heap = [(lowest, k) for k in sorted(self.members)]
        turns = self.turns
        while heap:
            key, k = heap[0]
            whole = key >> KEY_BITS
            if self.turned < len(turns) and turns[self.turned][0] <= whole:
                self._turn(whole)
            bound = self._bound(k, whole)
            if bound is None:
                heappop(heap)
            elif bound > key:
                heapreplace(heap, (bound, k))
            else:
                self._stop(k)
                heappop(heap)

    def _turn(self, whole: int) -> None:
        """Bring every bucket up to the level (its whole part: minimums and maximums are integers)."""
        turns, i, buckets = self.turns, self.turned, self.buckets
        while i < len(turns) and turns[i][0] <= whole:
            _, b, still, rising = turns[i]
            bucket = buckets[b]
            if bucket.level is None:
                bucket.still += still
                bucket.rising += rising
            i += 1
        self.turned = i

    def _bound(self, k: int, whole: int) -> int | None:
        """The key of a level up to which capacity k surely holds; None if it is never used up.

        The present level's key (or less) if it is used up there.
        """
        left, rising = self._left(k)
        at = bisect_right(self.starts, whole)
        start = self.starts[at] << KEY_BITS if at < len(self.starts) else None
        if not rising:
            return start
        reach = (left << KEY_BITS) // (rising * self.scale)
        return reach if start is None or reach < start else start

    def _left(self, k: int) -> tuple[int, int]:
        """What capacity k has for the sessions that rise there (in 1 / `scale`), and how many they are."""
        still = rising = 0
        for bucket in self.members[k]:
            if bucket.level is None:
                still += bucket.still
                rising += bucket.rising
        return self.room[k] - still * self.scale, rising

    def _stop(self, k: int) -> None:
        """Capacity k is used up: what loads it stays, and counts as used on its other capacities."""
        left, rising = self._left(k)
        divisor = gcd(left, rising * self.scale)
        numerator, denominator = left // divisor, rising * self.scale // divisor
        level = numerator if denominator == 1 else Fraction(numerator, denominator)
        del self.room[k]
        self._refine(denominator)
        scale, room = self.scale, self.room
        step = numerator * (scale // denominator)
        for bucket in self.members[k]:
            if bucket.level is None:
                bucket.level = level
                bucket.limiter = k
                used = bucket.still * scale + bucket.rising * step
                for other in bucket.capacities:
                    if other in room:
                        room[other] -= used

    def _refine(self, denominator: int) -> None:
        factor = denominator // gcd(denominator, self.scale)
        if factor > 1:
            self.scale *= factor
            self.room = {k: amount * factor for k, amount in self.room.items()}
