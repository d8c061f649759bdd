"""A kept cycle, planned again from its inputs by the engine of today."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from control.history import Picture
from engine.allocation import Bound, BoundKind, Demand, Grant, allocate
from engine.model import Tree, ZoneConfig


class NoCycle(ValueError):
    """What was read is not a cycle that EVCE exported. The message says what is missing."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One connector that gets something else now than it got then."""

    connector: int
    then: Grant
    now: Grant

    def __str__(self) -> str:
        return f"connector {self.connector}: then {_worded(self.then)}, now {_worded(self.now)}"


def replay(cycle: Picture) -> list[Difference]:
    """Plan the cycle again: where the result differs from the kept one (nowhere: the same plan).

    Raises NoCycle where its inputs are not all there.
    """
    try:
        tree = _tree(cycle["zones"], cycle["parents"])
        free_ma = [[int(ma) for ma in zone["free_ma"]] for zone in cycle["zones"]]
        demands = [_demand(kept) for kept in cycle["demands"]]
        grants = [_grant(kept) for kept in cycle["grants"]]
        planned = allocate(tree, free_ma, demands)
    except (AttributeError, IndexError, KeyError, TypeError, ValueError) as error:
        raise NoCycle(f"{type(error).__name__}: {error}") from error
    if len(grants) != len(planned):
        raise NoCycle(f"{len(planned)} demands and {len(grants)} grants")
    pairs = zip(grants, planned, strict=True)
    return [Difference(now.connector, then, now) for then, now in pairs if then != now]


def cycles_of(exported: Any) -> Iterator[Picture]:
    """The cycles of what `export_cycles` wrote. Raises NoCycle for anything else."""
    cycles = exported.get("cycles") if isinstance(exported, dict) else None
    if not isinstance(cycles, list) or not all(isinstance(cycle, dict) for cycle in cycles):
        raise NoCycle("a list of cycles is expected under “cycles”")
    yield from cycles


def _tree(zones: list[Picture], parents: Iterable[int | None]) -> Tree:
    above = [None if parent is None else zones[parent]["id"] for parent in parents]
    pairs = zip(zones, above, strict=True)
    return Tree.of(tuple(ZoneConfig(zone["id"], zone["name"], parent, zone["max_ma"]) for zone, parent in pairs))


def _demand(kept: Picture) -> Demand:
    return Demand(
        connector=kept["connector"],
        zone=kept["zone"],
        lines=tuple(kept["lines"]),
        minimum_ma=kept["minimum_ma"],
        maximum_ma=kept["maximum_ma"],
        vip=kept["vip"],
    )


def _grant(kept: Picture) -> Grant:
    bound = Bound(BoundKind(kept["bound"]), kept["zone"], kept["line"], kept["sharing"])
    return Grant(kept["connector"], kept["limit_ma"], bound)


def _worded(grant: Grant) -> str:
    bound = grant.bound
    where = "" if bound.zone is None or bound.line is None else f" (zone {bound.zone}, L{bound.line + 1})"
    return f"{grant.limit_ma / 1000:g} A {bound.kind.value}{where}"
