"""What each connector may draw with no control at all (ENE-16, S5): a share that holds at every level."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from engine.allocation import STEP_MA
from engine.model import Tree


@dataclass(frozen=True, slots=True)
class Outlet:
    """A connector that counts for the degraded current. `zone` is an index into the tree, None: in no zone."""

    connector: int
    zone: int | None
    minimum_ma: int
    rating_ma: int
    vip: bool = False


def shares(tree: Tree, limits_ma: Sequence[int], outlets: Sequence[Outlet]) -> dict[int, int]:
    """The degraded current of each connector: 0, or from its minimum to its rating, a multiple of 100 mA.

    `limits_ma`: the degraded limit by zone index (below 0 counts as 0). A share is the tightest, on the path,
    of limit / connectors below, floored. Where that is below the minimum, as many connectors as fit beside
    the others' shares keep the minimum (VIPs first, then in the order of `outlets`), the rest get 0. No zone:
    0. The sum stays within each zone's limit even when every connector loads every line.
    """
    placed = [(outlet, tree.paths[outlet.zone]) for outlet in outlets if outlet.zone is not None]
    found = {outlet.connector: 0 for outlet in outlets}
    left = [max(0, limit) for limit in limits_ma]
    equal_ma = _equal_shares(left, [path for _, path in placed])
    short: list[tuple[Outlet, tuple[int, ...]]] = []
    for outlet, path in placed:
        share_ma = min(*(equal_ma[zone] for zone in path), _floor(outlet.rating_ma))
        if share_ma >= outlet.minimum_ma:
            _take(left, path, share_ma)
            found[outlet.connector] = share_ma
        elif _usable(outlet):
            short.append((outlet, path))
    for outlet, path in sorted(short, key=lambda item: not item[0].vip):
        minimum_ma = _ceil(outlet.minimum_ma)
        if all(left[zone] >= minimum_ma for zone in path):
            _take(left, path, minimum_ma)
            found[outlet.connector] = minimum_ma
    return found


def too_small(tree: Tree, limits_ma: Sequence[int], outlets: Sequence[Outlet]) -> dict[int, list[int]]:
    """Where a degraded limit does not give every connector its minimum: zone index -> connectors at 0 A.

    The zone named is the tightest on the connector's path, the nearest of equal ones. A connector whose
    rating is below its minimum is not a zone's fault and is left out.
    """
    found = shares(tree, limits_ma, outlets)
    paths = [tree.paths[outlet.zone] for outlet in outlets if outlet.zone is not None]
    equal_ma = _equal_shares([max(0, limit) for limit in limits_ma], paths)
    blamed: dict[int, list[int]] = {}
    for outlet in outlets:
        if outlet.zone is not None and not found[outlet.connector] and _usable(outlet):
            tightest = min(tree.paths[outlet.zone], key=equal_ma.__getitem__)
            blamed.setdefault(tightest, []).append(outlet.connector)
    return blamed


def _equal_shares(limits_ma: Sequence[int], paths: Iterable[tuple[int, ...]]) -> list[int]:
    connectors = [0] * len(limits_ma)
    for path in paths:
        for zone in path:
            connectors[zone] += 1
    return [_floor(limit // count) if count else 0 for limit, count in zip(limits_ma, connectors, strict=True)]


def _usable(outlet: Outlet) -> bool:
    return _floor(outlet.rating_ma) >= _ceil(outlet.minimum_ma)


def _take(left: list[int], path: tuple[int, ...], current_ma: int) -> None:
    for zone in path:
        left[zone] -= current_ma


def _floor(current_ma: int) -> int:
    return current_ma // STEP_MA * STEP_MA


def _ceil(current_ma: int) -> int:
    return -(-current_ma // STEP_MA) * STEP_MA
