"""The configuration of a site as the engine sees it. Immutable: a change is a new `SiteConfig`."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property

from engine.supply import AMPERES, Supply, minimum_ma
from engine.wiring import Grid, Wiring, lines_of

WAKE_UP_LEAST_S = 10


class Minimum(StrEnum):
    IEC = "iec"
    EVZE = "evze"


class Shedding(StrEnum):
    ENERGY = "energy"
    DURATION = "duration"


class Production(StrEnum):
    GRID = "grid"
    LOCAL_GRID = "local+grid"
    LOCAL = "local"


class Suspension(StrEnum):
    """What becomes of a session that draws nothing (ENE-14)."""

    ALLOW = "allow"
    """0 A, and the minimum for a minute at every wake-up."""
    DISABLE = "disable"
    REUSE = "reuse"
    """It stays at the minimum, the rest goes to others."""


@dataclass(frozen=True, slots=True)
class Optimisation:
    """ENE-13 and ENE-14. Raises ValueError where a setting makes another one pointless."""

    enabled: bool = True
    """Of the caps; suspension has its own strategy."""
    trigger_ma: int = 10_000
    margin_ma: int = 10_000
    """What a capped car keeps above its consumption."""
    gap_ma: int = 5_000
    """A car that comes so close to its cap wants more."""
    delay_s: float = 30.0
    suspension: Suspension = Suspension.ALLOW
    wake_up_s: float = 600.0

    def __post_init__(self) -> None:
        if self.margin_ma > self.trigger_ma:
            raise ValueError("the margin above the consumption must not be larger than the trigger")
        if not 0 <= self.gap_ma < self.margin_ma:
            raise ValueError("the minimum gap must be smaller than the margin above the consumption")
        if self.delay_s <= 0 or self.wake_up_s < WAKE_UP_LEAST_S:
            raise ValueError(f"the delay must be above 0 s, the wake-up interval at least {WAKE_UP_LEAST_S} s")


@dataclass(frozen=True, slots=True)
class Reduction:
    """A quotient of a zone's maximum current in force now (ENE-6)."""

    source: str
    quotient_pm: int


@dataclass(frozen=True, slots=True)
class ZoneConfig:
    id: int
    name: str
    parent: int | None
    max_ma: int
    meter: int | None = None
    degraded_ma: int | None = None
    margin_ma: int = 0
    production_meter: int | None = None
    reductions: tuple[Reduction, ...] = ()
    ebms_max_ma: int | None = None
    ebms_source: str = ""
    """Who imposes `ebms_max_ma`."""

    @property
    def quotient_pm(self) -> int:
        return min((r.quotient_pm for r in self.reductions), default=1000)

    @property
    def effective_max_ma(self) -> int:
        """ENE-2: `min(max_current x smallest quotient, EBMS maximum)`."""
        reduced = self.max_ma * self.quotient_pm // 1000
        return reduced if self.ebms_max_ma is None else min(reduced, self.ebms_max_ma)

    @property
    def reduced_by(self) -> str:
        """Whose reduction makes `effective_max_ma` what it is; empty where it is the full maximum."""
        if self.effective_max_ma >= self.max_ma:
            return ""
        if self.ebms_max_ma == self.effective_max_ma:
            return self.ebms_source
        return min(self.reductions, key=lambda reduction: reduction.quotient_pm).source

    @property
    def dynamic(self) -> bool:
        return self.meter is not None

    @property
    def expected_building_ma(self) -> int | None:
        """What its building may draw while nobody reads its meter; None without one."""
        return self.max_ma - (self.degraded_ma or 0) if self.dynamic else None

    @property
    def degraded_limit_ma(self) -> int:
        """What its connectors may draw in all with no control at all (ENE-16)."""
        if not self.dynamic:
            return max(0, self.effective_max_ma - self.margin_ma)
        return min(self.degraded_ma or 0, self.effective_max_ma)


@dataclass(frozen=True, slots=True)
class ConnectorConfig:
    """One outlet. `rating_ma` is the smallest of connector, cable and station."""

    id: int
    station: int
    number: int
    zone: int | None
    wiring: Wiring
    rating_ma: int
    vip: bool = False
    label: str = ""
    can_hold: bool = True
    """It knows more than one stack level, so that an idle connector can be held down at 0 A."""
    default_only: bool = False
    """It takes no transaction profile: its standing default carries the setpoint (`engine.standing`)."""
    supply: Supply = AMPERES
    volatile: bool = False
    """Its station loses its profiles at a restart or with its link (F3)."""

    lines: tuple[int, ...] = field(init=False, repr=False, compare=False)
    """Every line that it can load, ascending."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "lines", lines_of(self.wiring))


@dataclass(frozen=True, slots=True)
class Place:
    """What a connector counts on, and for how much at most, by one configuration (S12)."""

    zones: tuple[int, ...]
    """Ids: its zone and every zone above it."""
    wiring: Wiring
    rating_ma: int

    def within(self, other: "Place") -> bool:
        """Whatever counts by this one counts by the other as well."""
        same = self.wiring == other.wiring and self.rating_ma <= other.rating_ma
        return same and set(self.zones) <= set(other.zones)


@dataclass(frozen=True, slots=True)
class MeterConfig:
    """`inverted`: its readings come turned round. Told the other way it is another meter to believe."""

    id: int
    name: str
    poll_s: float = 1.0
    inverted: bool = False

    @property
    def stale_s(self) -> float:
        """S7: three poll periods, at least 5 s, at most 15 s."""
        return min(max(3 * self.poll_s, 5.0), 15.0)


@dataclass(frozen=True, slots=True)
class Leases:
    """S21. (dynamic, static): in zones with and without a meter on the path.

    `high_s`: a setpoint above the share lapses after it. `hold_s`: what holds a connector below its share.
    """

    high_s: tuple[int, int] = (120, 600)
    hold_s: tuple[int, int] = (900, 1_800)


@dataclass(frozen=True)
class SiteConfig:
    """Zones come parents first, connectors in station order."""

    version: int = 0
    name: str = ""
    grid: Grid = Grid.STAR
    minimum: Minimum = Minimum.IEC
    shedding: Shedding = Shedding.ENERGY
    production: Production = Production.GRID
    review_s: float = 900.0
    settle_s: float = 6.0
    report_s: float = 10.0
    leases: Leases = field(default_factory=Leases)
    optimisation: Optimisation = field(default_factory=Optimisation)
    zones: tuple[ZoneConfig, ...] = ()
    connectors: tuple[ConnectorConfig, ...] = ()
    meters: tuple[MeterConfig, ...] = field(default=())

    @cached_property
    def tree(self) -> "Tree":
        return Tree.of(self.zones)

    @cached_property
    def connector_by_id(self) -> dict[int, ConnectorConfig]:
        return {c.id: c for c in self.connectors}

    @cached_property
    def connectors_of_station(self) -> dict[int, tuple[ConnectorConfig, ...]]:
        found: dict[int, list[ConnectorConfig]] = {}
        for connector in self.connectors:
            found.setdefault(connector.station, []).append(connector)
        return {station: tuple(connectors) for station, connectors in found.items()}

    @cached_property
    def effective_max_ma(self) -> tuple[int, ...]:
        """By position of the zone."""
        return tuple(zone.effective_max_ma for zone in self.zones)

    @cached_property
    def degraded_limit_ma(self) -> tuple[int, ...]:
        """By position of the zone: less what flows through it to buildings that are metered below it (ADR 12)."""
        buildings = self.tree.buildings_ma([zone.expected_building_ma for zone in self.zones])
        return tuple(max(0, z.degraded_limit_ma - ma) for z, ma in zip(self.zones, buildings, strict=True))

    @cached_property
    def dynamic(self) -> tuple[bool, ...]:
        """By position of the zone: it or a zone above it has a meter."""
        return tuple(any(self.zones[above].dynamic for above in path) for path in self.tree.paths)

    @cached_property
    def longest_high_s(self) -> tuple[int, ...]:
        """By position of the zone: the longest `high_s` of all that share a zone with what hangs there: its tree's."""
        roots = [path[-1] for path in self.tree.paths]
        longest = dict.fromkeys(roots, 0)
        for position in {self.tree.index[c.zone] for c in self.connectors if c.zone is not None}:
            high_s = self.leases.high_s[0 if self.dynamic[position] else 1]
            longest[roots[position]] = max(longest[roots[position]], high_s)
        return tuple(longest[root] for root in roots)

    @cached_property
    def production_meters(self) -> frozenset[int]:
        return frozenset(zone.production_meter for zone in self.zones if zone.production_meter is not None)

    @cached_property
    def capped_by_production(self) -> tuple[bool, ...]:
        """By position of the zone, under *local only* (ENE-5): a production meter is at or below it, or there is none
        for it on the whole path. Between, the zone above with the meter is the one that holds."""
        measured = [False] * len(self.zones)
        for zone, path in zip(self.zones, self.tree.paths, strict=True):
            for above in path if zone.production_meter is not None else ():
                measured[above] = True
        return tuple(measured[path[0]] or not any(measured[above] for above in path) for path in self.tree.paths)

    @cached_property
    def meter_by_id(self) -> dict[int, MeterConfig]:
        return {m.id: m for m in self.meters}

    def minimum_ma(self, phases: int) -> int:
        """ENE-9: the smallest current an AC session may be offered on so many lines."""
        if self.minimum is Minimum.IEC:
            return 6_000
        return 14_000 if phases >= 3 else 8_000

    def minimum_of(self, connector: ConnectorConfig, phases: int) -> int:
        """The same for a session on this connector, in ampere as counted."""
        return minimum_ma(connector.supply, self.minimum_ma(phases))


@dataclass(frozen=True, slots=True)
class Tree:
    """The zone tree by position in `SiteConfig.zones`. `paths[i]` runs from zone i up to its root."""

    ids: tuple[int, ...]
    parents: tuple[int | None, ...]
    paths: tuple[tuple[int, ...], ...]
    index: dict[int, int]

    @classmethod
    def of(cls, zones: tuple[ZoneConfig, ...]) -> "Tree":
        """Raises ValueError where a zone stands before its parent (so a cycle can't be built)."""
        index: dict[int, int] = {}
        parents: list[int | None] = []
        paths: list[tuple[int, ...]] = []
        for i, zone in enumerate(zones):
            if zone.parent is None:
                parents.append(None)
                paths.append((i,))
            elif zone.parent in index:
                parents.append(index[zone.parent])
                paths.append((i, *paths[index[zone.parent]]))
            else:
                raise ValueError(f"zone {zone.name!r} stands before its parent zone")
            index[zone.id] = i
        return cls(tuple(z.id for z in zones), tuple(parents), tuple(paths), index)

    def buildings_ma(self, metered_ma: Sequence[int | None]) -> list[int]:
        """By position: the sum of the nearest metered zones' buildings below a zone without a meter; else 0 (ENE-4).

        `metered_ma`: the building of each zone with a meter, which counts all that is behind it; None without one.
        """
        sums = [0] * len(self.parents)
        for position in range(len(sums) - 1, -1, -1):
            own, parent = metered_ma[position], self.parents[position]
            if parent is not None and metered_ma[parent] is None:
                sums[parent] += sums[position] if own is None else own
        return sums
