"""Who gets how much: VIPs first, then minimums in rank order, then max-min fair (ENE-4, 9, 10, 11, 12)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
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
    """The sessions of one tier in one zone on the same lines."""

    scarce: tuple[int, ...] = ()
    """Its capacities that cannot hold all minimums of the tier."""
    refused_ma: int = maxsize
    """The smallest minimum refused so far, at capacity `refused_at`: what is left only shrinks."""
    refused_at: int = -1
    level_ma: int | None = None
    bound: Bound = AT_MAXIMUM


_Claim = tuple[int, int, int, _Place]
"""(position of the demand, minimum rounded up, maximum rounded down, place)."""


class _Plan:
    """Capacities are numbered from the last zone to the first: the lowest of equally tight ones is the nearest."""

    def __init__(self, tree: Tree, free_ma: Sequence[Sequence[int]], demands: Sequence[Demand]) -> None:
        self.tree = tree
        self.demands = demands
        self.width = max(map(len, free_ma), default=0)
        self.top = len(free_ma) - 1
        self.room: list[Amount] = [max(0, free) for lines in reversed(free_ma) for free in lines]
        self.sharing = [0] * len(self.room)
        self.grants = [Grant(demand.connector, 0, AT_MAXIMUM) for demand in demands]

    def serve(self, positions: Iterable[int]) -> None:
        """One tier: admit, fill, write the grants."""
        self.places: dict[tuple[int, tuple[int, ...]], _Place] = {}
        claims = self._claims(positions)
        refused = self._admit(claims)
        fill(self.room, self.places.values())
        for place in self.places.values():
            sessions = place.sessions
            for k in place.capacities:
                self.sharing[k] += sessions
        self._grant(claims)
        bounds = {k: self._bound(BoundKind.SUSPENDED, k) for k in {k for _, k in refused}}
        for position, k in refused:
            self.grants[position].bound = bounds[k]

    def settle(self) -> None:
        """Leave to the next tier what the last one did not take."""
        for place in self.places.values():
            load = place.load
            for k in place.capacities:
                self.room[k] -= load

    def _claims(self, positions: Iterable[int]) -> list[_Claim]:
        claims: list[_Claim] = []
        demands, places = self.demands, self.places
        for position in positions:
            demand = demands[position]
            minimum_ma = -(-demand.minimum_ma // STEP_MA) * STEP_MA
            maximum_ma = demand.maximum_ma // STEP_MA * STEP_MA
            if maximum_ma < minimum_ma:
                continue
            key = (demand.zone, demand.lines)
            place = places.get(key)
            if place is None:
                place = places[key] = _Place(self._capacities(demand))
            place.add(minimum_ma, maximum_ma)
            claims.append((position, minimum_ma, maximum_ma, place))
        return claims

    def _capacities(self, demand: Demand) -> tuple[int, ...]:
        starts = [(self.top - zone) * self.width for zone in self.tree.paths[demand.zone]]
        return tuple([start + line for start in starts for line in demand.lines])

    def _admit(self, claims: list[_Claim]) -> list[tuple[int, int]]:
        """Take out of `claims`, in rank order, those whose minimum does not fit: (position, tightest capacity)."""
        left = self._scarce()
        refused: list[tuple[int, int]] = []
        if not left:
            return refused
        admitted: list[_Claim] = []
        for claim in claims:
            position, minimum_ma, maximum_ma, place = claim
            scarce = place.scarce
            if scarce:
                if minimum_ma >= place.refused_ma:
                    refused.append((position, place.refused_at))
                    continue
                tightest = min(scarce, key=left.__getitem__)
                if left[tightest] < minimum_ma:
                    place.refused_ma, place.refused_at = minimum_ma, tightest
                    refused.append((position, tightest))
                    continue
                for k in scarce:
                    left[k] -= minimum_ma
                place.add(minimum_ma, maximum_ma)
            admitted.append(claim)
        claims[:] = admitted
        return refused

    def _scarce(self) -> dict[int, int]:
        """The room of the capacities that cannot hold all minimums; places that load one are emptied."""
        needed = [0] * len(self.room)
        for place in self.places.values():
            least = place.least
            for k in place.capacities:
                needed[k] += least
        left = {k: int(self.room[k]) for k, least in enumerate(needed) if least > self.room[k]}
        for place in self.places.values() if left else ():
            place.scarce = tuple(k for k in place.capacities if k in left)
            if place.scarce:
                place.minimums.clear()
                place.maximums.clear()
        return left

    def _grant(self, claims: list[_Claim]) -> None:
        for place in self.places.values():
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
