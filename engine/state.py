"""What EVCE knows of a site while it runs. Folded by `engine.site`, read by `engine.cycle`.

Instants are seconds on the monotonic clock of the caller; currents are milliampere.
"""

import math
from collections import deque
from dataclasses import dataclass, field

from engine.allocation import Demand, Grant
from engine.commands import Alarm, Entry
from engine.connector import Connector
from engine.evidence import Watch
from engine.model import MeterConfig, SiteConfig
from engine.wiring import LINES

Lines = list[int]
"""One figure for each of the three lines."""


@dataclass(slots=True)
class Station:
    id: int
    online: bool = False
    ready: bool = False
    ever_connected: bool = False
    clock_ask_at: float = math.inf
    """When to ask it to set its clock; never while that is right."""
    offers_follow: bool = False
    """What it says that it offers was seen at two different limits (`engine.offers`)."""
    offers_nonsense: bool = False
    """Its cars were seen to follow two limits that its figures did not show."""
    offer_followed_ma: int | None = None
    car_followed_ma: int | None = None


@dataclass(slots=True)
class Meter:
    config: MeterConfig
    currents_ma: tuple[int, int, int] = (0, 0, 0)
    read_at: float | None = None
    good_in_a_row: int = 0
    trusted: bool = False
    reason: str = ""
    raw: int | None = None
    raw_since: float = 0.0
    apart_since: float = math.inf
    """Since when the reports of its cars differ from those that belong to its value."""
    ev_ma_then: int = 0
    silent_then: int = 0
    fresh: bool = False
    """A reading that the building estimate has not used yet."""
    watch: Watch = field(default_factory=Watch)
    miswired: bool = False
    """Proven by the cars (`engine.wiring_watch`)."""

    def age_s(self, now: float) -> float | None:
        return None if self.read_at is None else now - self.read_at

    def answers(self, now: float) -> bool:
        """Whether its last reading is recent enough to be one of now (S7)."""
        age = self.age_s(now)
        return age is not None and age <= self.config.stale_s


@dataclass(slots=True)
class Rise:
    """A capacity above the one that is planned with, since `began_at`; its lowest all along.

    `lows`: (when it was last seen, mA), each the least of all that came after. `still_ma`: about what it has been
    since `still_since`, and `still_range_ma` the least and the most of that. `seen_at`: the last look at it.
    """

    began_at: float
    lowest_ma: int
    lows: deque[tuple[float, int]]
    still_ma: int
    still_since: float
    still_range_ma: tuple[int, int]
    seen_at: float


@dataclass(slots=True)
class Patience:
    """How many times longer than at first a rise must last; when one was last used, when `factor` last changed, and
    when the capacity last fell below the one that is planned with."""

    factor: float = 1.0
    raised_at: float = -1e9
    changed_at: float = -1e9
    cut_at: float = -1e9


@dataclass(slots=True)
class Zone:
    """Figures by line. `building_ma` None: not known yet."""

    building_ma: Lines | None = None
    gap_ma: Lines = field(default_factory=lambda: [0] * len(LINES))
    """So much more the building may have been in the last reading, if its cars drew the least that they may have."""
    limit_ma: Lines = field(default_factory=lambda: [0] * len(LINES))
    unmanaged_ma: Lines = field(default_factory=lambda: [0] * len(LINES))
    capacity_ma: Lines = field(default_factory=lambda: [0] * len(LINES))
    """What the stations below may be entitled to in all, before smoothing."""
    held_ma: Lines | None = None
    """The capacity that is planned with: follows falls at once, rises after a while."""
    rises: list[Rise | None] = field(default_factory=lambda: [None] * len(LINES))
    patience: list[Patience] = field(default_factory=lambda: [Patience() for _ in LINES])
    over_since: float | None = None
    """Since when what can't be controlled is more than it has, all reductions left out ..."""
    reduced_over_since: float | None = None
    """... and since when more than a reduction leaves of that."""
    over_reads: Lines = field(default_factory=lambda: [0] * len(LINES))
    guarded_until: list[float] = field(default_factory=lambda: [0.0] * len(LINES))
    production_ma: Lines = field(default_factory=lambda: [0] * len(LINES))
    entitled_ma: Lines = field(default_factory=lambda: [0] * len(LINES))
    reserved_ma: Lines = field(default_factory=lambda: [0] * len(LINES))
    degraded: bool = False
    behind_ma: Lines | None = None
    """Its meter and its production together, as last read with the right signs (`engine.plausibility`)."""
    reversed_reads: int = 0


@dataclass(frozen=True, slots=True)
class Plan:
    """What the last plan was given (free current per zone position and line, demands best rank first) and what it
    gave: enough to plan it again."""

    free_ma: list[Lines]
    demands: list[Demand]
    grants: list[Grant]


@dataclass(slots=True)
class Balance:
    """The weights of all connectors by zone and line."""

    entitled: list[Lines]
    shares: list[int]
    """By zone: what its standing defaults may allow together."""
    wake_at: float


@dataclass(slots=True)
class Site:
    config: SiteConfig = field(default_factory=SiteConfig)
    connectors: dict[int, Connector] = field(default_factory=dict)
    stations: dict[int, Station] = field(default_factory=dict)
    meters: dict[int, Meter] = field(default_factory=dict)
    zones: list[Zone] = field(default_factory=list)
    arrivals: int = 0
    revision: int = 0
    """Grows with every fact that can change a plan."""
    shuffled_at: float = -1e9
    """The last plug, unplug or configuration change: raises need no spacing after it (L1)."""
    reviewed_at: float = 0.0
    planned_for: tuple[object, ...] | None = None
    last_plan: Plan | None = None
    shares_for: SiteConfig | None = None
    balance: Balance | None = None
    unseen: set[int] = field(default_factory=set)
    """The connectors with something `unseen_ma`."""
    cycles: int = 0
    entries: list[Entry | Alarm] = field(default_factory=list)
    """Lines for the journal that folding facts gave; the next step hands them out."""
    alarms: set[tuple[str, str]] = field(default_factory=set)
    watched_at: float = -1e9
    """When the wiring of the meters was last looked at."""

    def station_of(self, connector: Connector) -> Station:
        return self.stations[connector.config.station]

    def connectors_of(self, station: int) -> list[Connector]:
        return [self.connectors[c.id] for c in self.config.connectors_of_station.get(station, ())]

    def note(
        self,
        code: str,
        *,
        connector: int | None = None,
        station: int | None = None,
        zone: int | None = None,
        meter: int | None = None,
        **params: str | float | None,
    ) -> None:
        self.entries.append(Entry(code, connector, station, zone, meter, tuple(params.items())))

    def alarm(self, code: str, subject: str, raised: bool, **params: str | float | None) -> None:
        """Raise or clear once; repeating either says nothing."""
        key = (code, subject)
        if raised == (key in self.alarms):
            return
        (self.alarms.add if raised else self.alarms.discard)(key)
        self.entries.append(Alarm(code, subject, raised, tuple(params.items())))
