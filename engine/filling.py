"""Exact max-min water-filling over capacities that overlap (ENE-10).

All sessions rise together with one water level, each between its minimum and its maximum. When a
capacity is used up, everybody who loads it stays where the level stands. Sessions that load the same
capacities are one bucket, so the work grows with the number of buckets, not of sessions.

Levels are exact: an integer, or a fraction where a capacity does not divide evenly. Rounding is the
caller's, once.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from heapq import heappop, heapreplace
from math import gcd, lcm

Amount = int | Fraction


def _counts() -> defaultdict[int, int]:
    return defaultdict(int)


@dataclass(slots=True, eq=False)
class Bucket:
    """Sessions that load the same capacities, counted by minimum and by maximum.

    After `fill`: each session has `level` clamped to its own minimum and maximum, and `limiter` is the
    capacity that stopped the level; both None where every session reached its maximum.
    """

    capacities: tuple[int, ...]
    minimums: defaultdict[int, int] = field(default_factory=_counts)
    maximums: defaultdict[int, int] = field(default_factory=_counts)
    level: Amount | None = None
    limiter: int | None = None
    still: int = 0
    """The sum of the currents that do not move with the level: at their minimum or maximum."""
    rising: int = 0
    """How many sessions move with the level."""

    @property
    def sessions(self) -> int:
        return sum(self.minimums.values())

    @property
    def least(self) -> int:
        return sum(value * count for value, count in self.minimums.items())

    @property
    def most(self) -> int:
        return sum(value * count for value, count in self.maximums.items())

    @property
    def load(self) -> Amount:
        """What its sessions draw in all after `fill`, on each of its capacities."""
        return self.most if self.level is None else self.still + self.rising * self.level


def fill(room: Sequence[Amount], buckets: Iterable[Bucket]) -> None:
    """Set `level` and `limiter` of each bucket; `room[k]` is what capacity k holds.

    The minimums must fit (`least` of all buckets on a capacity is at most its room), and no minimum may
    exceed its session's maximum.
    """
    contended = _contended(room, buckets)
    if contended:
        _Water(room, contended).rise()


def _contended(room: Sequence[Amount], buckets: Iterable[Bucket]) -> dict[int, list[Bucket]]:
    """Only a capacity that all maximums together would overload can ever stop the level."""
    members: defaultdict[int, list[Bucket]] = defaultdict(list)
    wanted: defaultdict[int, int] = defaultdict(int)
    for bucket in buckets:
        most = bucket.most
        for k in bucket.capacities:
            members[k].append(bucket)
            wanted[k] += most
    return {k: members[k] for k, most in wanted.items() if most > room[k]}


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
        lowest = self.starts[0]
        heap: list[tuple[int, Amount, int]] = [(lowest, lowest, k) for k in sorted(self.members)]
        while heap:
            whole, level, k = heap[0]
            self._turn(whole)
            bound = self._bound(k, whole)
            if bound is None:
                heappop(heap)
            elif bound[0] == whole and bound[1] <= level:
                self._stop(k, level)
                heappop(heap)
            else:
                heapreplace(heap, (*bound, k))

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

    def _bound(self, k: int, whole: int) -> tuple[int, Amount] | None:
        """A level (its whole part, itself) up to which capacity k surely holds.

        The present level if it is used up there; None if it never will be.
        """
        self.members[k] = open_buckets = [b for b in self.members[k] if b.level is None]
        still = rising = 0
        for bucket in open_buckets:
            still += bucket.still
            rising += bucket.rising
        at = bisect_right(self.starts, whole)
        start = self.starts[at] if at < len(self.starts) else None
        if not rising:
            return None if start is None or not open_buckets else (start, start)
        left, share = self.room[k] - still * self.scale, rising * self.scale
        reach, rest = divmod(left, share)
        if start is not None and reach >= start:
            return start, start
        return reach, Fraction(left, share) if rest else reach

    def _stop(self, k: int, level: Amount) -> None:
        """Capacity k is used up: what loads it stays, and counts as used on its other capacities."""
        del self.room[k]
        self._refine(level.denominator)
        scale, room = self.scale, self.room
        step = int(level * scale)
        for bucket in self.members[k]:
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
