"""A kept cycle, planned again from its inputs by the engine of today."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from common.text import printable
from control.history import Picture
from engine.allocation import Bound, BoundKind, Demand, Grant, allocate
from engine.model import Tree, ZoneConfig

FORMAT = "evce-cycles-1"


class NoCycle(ValueError):
    """What was read is not a cycle that EVCE exported. The message says what is missing."""


class NoExport(ValueError):
    """What was read is not a file of `export_cycles`. The message, in English, says what is missing."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One connector that gets something else now than it got then."""

    connector: int
    then: Grant
    now: Grant
    zones: tuple[str, ...] = ()
    """The names of the zones, by position."""

    def __str__(self) -> str:
        then, now = _worded(self.then, self.zones), _worded(self.now, self.zones)
        return f"connector #{self.connector}: then {then}, now {now}"


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
    zones = tuple(str(zone["name"]) for zone in cycle["zones"])
    return [Difference(now.connector, then, now, zones) for then, now in pairs if then != now]


def cycles_of(exported: Any) -> Iterator[Picture]:
    """The cycles of what `export_cycles` wrote. Raises NoExport for anything else."""
    if not isinstance(exported, dict) or exported.get("format") != FORMAT:
        raise NoExport(f"“format” must be “{FORMAT}”")
    cycles = exported.get("cycles")
    if not isinstance(cycles, list) or not all(isinstance(cycle, dict) for cycle in cycles):
        raise NoExport("a list of cycles is expected under “cycles”")
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


def _worded(grant: Grant, zones: tuple[str, ...]) -> str:
    bound = grant.bound
    where = ""
    if bound.zone is not None and bound.line is not None:
        name = zones[bound.zone] if 0 <= bound.zone < len(zones) else f"#{bound.zone}"
        where = f" by {name} L{bound.line + 1}"
    return printable(f"{grant.limit_ma / 1000:g} A {bound.kind.value}{where}", 200)
