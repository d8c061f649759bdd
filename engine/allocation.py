"""Who gets how much: VIPs first, then minimums in rank order, then max-min fair (ENE-4, 9, 10, 11, 12)."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from sys import maxsize

from engine.filling import Amount, Bucket, fill
from engine.model import Tree

STEP_MA = 100
"""A setpoint on the wire has one decimal of an ampere."""


@dataclass(slots=True)
class Demand:
    """What a session can usefully take: 0, or a current in [`minimum_ma`, `maximum_ma`] on each of `lines`.

    `zone` is an index into the tree; `lines` are distinct, at least one. A maximum below the minimum: only 0.
    """

    connector: int
    zone: int
    lines: tuple[int, ...]
    minimum_ma: int
    maximum_ma: int
    vip: bool = False


class BoundKind(StrEnum):
    AT_MAXIMUM = "at_maximum"
    """It has all it can take (0 A where that is less than its minimum)."""
    LIMITED = "limited"
    """`zone` and `line` are used up, by `sharing` sessions."""
    SUSPENDED = "suspended"
    """Its minimum did not fit beside the `sharing` sessions that `zone` and `line` serve."""


@dataclass(frozen=True, slots=True)
class Bound:
    """Why a session gets no more. `zone` is an index into the tree; the nearest zone where several are as tight."""

    kind: BoundKind
    zone: int | None = None
    line: int | None = None
    sharing: int = 0


@dataclass(slots=True)
class Grant:
    """`limit_ma`: 0, or within the demand's range, a multiple of 100 mA."""

    connector: int
    limit_ma: int
    bound: Bound


AT_MAXIMUM = Bound(BoundKind.AT_MAXIMUM)


def allocate(tree: Tree, free_ma: Sequence[Sequence[int]], demands: Sequence[Demand]) -> list[Grant]:
    """Share `free_ma[zone index][line]` (below 0 counts as 0) among `demands`, best rank first.

    VIPs: their minimums in rank order, then max-min fair among themselves; the others likewise with what
    is left. A minimum that does not fit is skipped, later ones that fit are admitted. A current counts on
    each of its lines in each zone up to the root. Each result is floored to 100 mA, once. The grants come
    in the order of the demands.
    """
    plan = _Plan(tree, free_ma, demands)
    vips = [i for i, demand in enumerate(demands) if demand.vip]
    if not vips:
        plan.serve(range(len(demands)))
    else:
        plan.serve(vips)
        plan.settle()
        plan.serve([i for i, demand in enumerate(demands) if not demand.vip])
    return plan.grants


@dataclass(slots=True, eq=False)
class _Place(Bucket):
    """The sessions of one tier in one zone on the same lines; those that are admitted are counted."""

    asked: int = 0
    """The sum of all minimums, admitted or not."""
    scarce: tuple[int, ...] = ()
    """Its capacities that cannot hold all minimums of the tier."""
    refused_ma: int = maxsize
    """The smallest minimum refused so far, at capacity `refused_at`: what is left only shrinks."""
    refused_at: int = -1
    level_ma: int | None = None
    bound: Bound = AT_MAXIMUM


@dataclass(slots=True)
class _Claims:
    """Parallel, best rank first: position of the demand, minimum rounded up, maximum rounded down, place.

    Lists of their own, because a tuple for each of thousands of sessions keeps the garbage collector busy.
    """

    positions: list[int] = field(default_factory=list)
    minimums: list[int] = field(default_factory=list)
    maximums: list[int] = field(default_factory=list)
    places: list[_Place] = field(default_factory=list)

    def __iter__(self) -> Iterator[tuple[int, int, int, _Place]]:
        return zip(self.positions, self.minimums, self.maximums, self.places, strict=True)

    def keep(self, indices: list[int]) -> None:
        self.positions = [self.positions[i] for i in indices]
        self.minimums = [self.minimums[i] for i in indices]
        self.maximums = [self.maximums[i] for i in indices]
        self.places = [self.places[i] for i in indices]


@lru_cache(maxsize=4_096)
def _capacities(path: tuple[int, ...], lines: tuple[int, ...], top: int, width: int) -> tuple[int, ...]:
    """The same from plan to plan, as long as the zones stay as they are."""
    starts = [(top - zone) * width for zone in path]
    return tuple([start + line for start in starts for line in lines])


class _Plan:
    """Capacities are numbered from the last zone to the first: the lowest of equally tight ones is the nearest."""

    def __init__(self, tree: Tree, free_ma: Sequence[Sequence[int]], demands: Sequence[Demand]) -> None:
        self.tree = tree
        self.demands = demands
        self.width = max(map(len, free_ma), default=0)
        self.top = len(free_ma) - 1
        self.room: list[Amount] = [max(0, free) for lines in reversed(free_ma) for free in lines]
        self.sharing = [0] * len(self.room)
        self.places: list[_Place] = []
        self.grants = [Grant(demand.connector, 0, AT_MAXIMUM) for demand in demands]

    def serve(self, positions: Iterable[int]) -> None:
        """One tier: admit, fill, write the grants."""
        claims = self._claims(positions)
        refused = self._admit(claims)
        for minimum_ma, maximum_ma, place in zip(claims.minimums, claims.maximums, claims.places, strict=True):
            place.add(minimum_ma, maximum_ma)
        self.places = [place for place in self.places if place.sessions]
        fill(self.room, self.places)
        sharing = self.sharing
        for place in self.places:
            sessions = place.sessions
            for k in place.capacities:
                sharing[k] += sessions
        self._grant(claims)
        bounds = {k: self._bound(BoundKind.SUSPENDED, k) for k in set(refused.values())}
        for position, k in refused.items():
            self.grants[position].bound = bounds[k]

    def settle(self) -> None:
        """Leave to the next tier what the last one did not take."""
        for place in self.places:
            load = place.load
            for k in place.capacities:
                self.room[k] -= load

    def _claims(self, positions: Iterable[int]) -> _Claims:
        claims = _Claims()
        minimums, maximums, owners = claims.minimums, claims.maximums, claims.places
        demands = self.demands
        places = self.places = []
        paths, top, width = self.tree.paths, self.top, self.width
        known: list[dict[tuple[int, ...], _Place]] = [{} for _ in self.tree.ids]
        for position in positions:
            demand = demands[position]
            minimum_ma, maximum_ma = demand.minimum_ma, demand.maximum_ma
            minimum_ma += -minimum_ma % STEP_MA
            maximum_ma -= maximum_ma % STEP_MA
            if maximum_ma < minimum_ma:
                continue
            here = known[demand.zone]
            place = here.get(demand.lines)
            if place is None:
                place = here[demand.lines] = _Place(_capacities(paths[demand.zone], demand.lines, top, width))
                places.append(place)
            place.asked += minimum_ma
            claims.positions.append(position)
            minimums.append(minimum_ma)
            maximums.append(maximum_ma)
            owners.append(place)
        return claims

    def _admit(self, claims: _Claims) -> dict[int, int]:
        """Take out of `claims`, in rank order, those whose minimum does not fit: position -> tightest capacity."""
        left = self._scarce()
        refused: dict[int, int] = {}
        if not left:
            return refused
        admitted: list[int] = []
        for i, (minimum_ma, place) in enumerate(zip(claims.minimums, claims.places, strict=True)):
            scarce = place.scarce
            if scarce:
                if minimum_ma >= place.refused_ma:
                    refused[claims.positions[i]] = place.refused_at
                    continue
                tightest = min(scarce, key=left.__getitem__)
                if left[tightest] < minimum_ma:
                    place.refused_ma, place.refused_at = minimum_ma, tightest
                    refused[claims.positions[i]] = tightest
                    continue
                for k in scarce:
                    left[k] -= minimum_ma
            admitted.append(i)
        claims.keep(admitted)
        return refused

    def _scarce(self) -> dict[int, int]:
        """The room of the capacities that cannot hold all minimums."""
        needed = [0] * len(self.room)
        for place in self.places:
            asked = place.asked
            for k in place.capacities:
                needed[k] += asked
        left = {k: int(self.room[k]) for k, asked in enumerate(needed) if asked > self.room[k]}
        for place in self.places if left else ():
            place.scarce = tuple(filter(left.__contains__, place.capacities))
        return left

    def _grant(self, claims: _Claims) -> None:
        for place in self.places:
            level, limiter = place.level, place.limiter
            if level is not None and limiter is not None:
                # Minimums and maximums are whole steps: to floor the level first floors each result.
                place.level_ma = int(level) // STEP_MA * STEP_MA
                place.bound = self._bound(BoundKind.LIMITED, limiter)
        grants = self.grants
        for position, minimum_ma, maximum_ma, place in claims:
            grant = grants[position]
            level_ma = place.level_ma
            if level_ma is None or level_ma >= maximum_ma:
                grant.limit_ma = maximum_ma
            else:
                grant.limit_ma = max(minimum_ma, level_ma)
                grant.bound = place.bound

    def _bound(self, kind: BoundKind, k: int) -> Bound:
        return Bound(kind, self.top - k // self.width, k % self.width, self.sharing[k])
