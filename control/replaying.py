"""A kept cycle, planned again from its inputs by the engine of today."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from common.text import printable
from control.figures import UNKNOWN, number
from control.history import Picture
from control.parts import Part, Strange
from engine.allocation import Bound, BoundKind, Demand, Grant, allocate
from engine.model import Tree, ZoneConfig
from engine.wiring import LINE_NAMES, LINES

FORMAT = "evce-cycles-1"


class NoCycle(ValueError):
    """What was read is not a cycle that EVCE exported. The message, in the active language, says what is wrong."""


class NoExport(ValueError):
    """What was read is not a file of `export_cycles`. The message, in the active language, says what is missing."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One connector that gets something else now than it got then."""

    connector: int
    then: Grant
    now: Grant
    zones: tuple[str, ...] = ()
    """The names of the zones, by position."""

    def __str__(self) -> str:
        """In the active language."""
        figures = {"connector": self.connector, "then": _worded(self.then, self.zones)}
        return _("connector #%(connector)s: then %(then)s, now %(now)s") % {
            **figures,
            "now": _worded(self.now, self.zones),
        }


def replay(cycle: Picture) -> list[Difference]:
    """Plan the cycle again: where the result differs from the kept one (nowhere: the same plan).

    Raises NoCycle where its inputs are not all there.
    """
    try:
        whole = Part(cycle)
        tree = _tree(whole)
        zones = whole.part("zones").parts()
        free_ma = [[ma.whole() for ma in zone.part("free_ma").parts(len(LINES))] for zone in zones]
        demands = [_demand(kept, len(zones)) for kept in whole.part("demands").parts()]
        grants = [_grant(kept, len(zones)) for kept in whole.part("grants").parts(len(demands))]
    except Strange as strange:
        raise NoCycle(str(strange)) from None
    planned = allocate(tree, free_ma, demands)
    pairs = zip(grants, planned, strict=True)
    names = tuple(zone.part("name").text() for zone in zones)
    return [Difference(now.connector, then, now, names) for then, now in pairs if then != now]


def cycles_of(exported: Any) -> Iterator[Picture]:
    """The cycles of what `export_cycles` wrote. Raises NoExport for anything else."""
    if not isinstance(exported, dict) or exported.get("format") != FORMAT:
        raise NoExport(_("“format” must be “%(format)s”") % {"format": FORMAT})
    cycles = exported.get("cycles")
    if not isinstance(cycles, list) or not all(isinstance(cycle, dict) for cycle in cycles):
        raise NoExport(_("a list of cycles is expected under “cycles”"))
    yield from cycles


def _tree(cycle: Part) -> Tree:
    zones = cycle.part("zones").parts()
    ids: list[int] = []
    for zone in zones:
        identity = zone.part("id")
        if identity.whole() in ids:
            raise identity.strange(_("comes twice"))
        ids.append(identity.whole())
    parents = cycle.part("parents").parts(len(zones))
    above = [parent.whole_or_none(0, i - 1) for i, parent in enumerate(parents)]
    return Tree.of(
        tuple(
            ZoneConfig(
                id=identity,
                name=zone.part("name").text(),
                parent=None if parent is None else ids[parent],
                max_ma=zone.part("max_ma").whole(),
            )
            for zone, identity, parent in zip(zones, ids, above, strict=True)
        )
    )


def _demand(kept: Part, zones: int) -> Demand:
    lines = kept.part("lines")
    named = tuple(line.whole(0, len(LINES) - 1) for line in lines.parts())
    if not named or len(set(named)) < len(named):
        raise lines.strange(_("must name lines, each once"))
    return Demand(
        connector=kept.part("connector").whole(),
        zone=kept.part("zone").whole(0, zones - 1),
        lines=named,
        minimum_ma=kept.part("minimum_ma").whole(0),
        maximum_ma=kept.part("maximum_ma").whole(0),
        vip=kept.part("vip").flag(),
    )


def _grant(kept: Part, zones: int) -> Grant:
    bound = Bound(
        BoundKind(kept.part("bound").word(list(BoundKind))),
        kept.part("zone").whole_or_none(0, zones - 1),
        kept.part("line").whole_or_none(0, len(LINES) - 1),
        kept.part("sharing").whole(0),
    )
    return Grant(kept.part("connector").whole(), kept.part("limit_ma").whole(0), bound)


def _worded(grant: Grant, zones: tuple[str, ...]) -> str:
    words = {
        BoundKind.AT_MAXIMUM: _("%(limit)s A, all it can take"),
        BoundKind.LIMITED: _("%(limit)s A limited by %(zone)s %(line)s"),
        BoundKind.SUSPENDED: _("%(limit)s A suspended by %(zone)s %(line)s"),
    }
    zone, line = grant.bound.zone, grant.bound.line
    figures = {
        "limit": number(grant.limit_ma / 1000, 3),
        "zone": UNKNOWN if zone is None else zones[zone],
        "line": UNKNOWN if line is None else LINE_NAMES[line],
    }
    return printable(words[grant.bound.kind] % figures, 200)
