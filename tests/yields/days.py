"""The days that are played: small sites, with the curves of `simulator/days` and the guide's own example."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from math import ceil
from random import Random
from typing import Any

from engine.model import SiteConfig
from simulator.car import CarSpec
from simulator.scenario import DAY_S, Cut, Scenario, load_scenario, read_scenario
from simulator.visits import Visit, draw_visits
from simulator.weather import Weather
from tests.simulation.reading import configuration
from tests.simulation.sites import METER_MODEL, Document, zones_of

TREMBLE_S, TREMBLE_MA = 5, 250
"""Between the slots of the weather a building trembles so much."""
ENDLESS_WH = 1e6


def at_once(spec: CarSpec) -> CarSpec:
    return replace(spec, lag_s=0.0, ramp_s=0.0, start_delay_s=0.0)


def as_cars_do(spec: CarSpec) -> CarSpec:
    return replace(spec, lag_s=1.0, ramp_s=3.0, start_delay_s=4.0)


@dataclass(frozen=True, slots=True)
class Day:
    """`hours`: which part is played, from and to hours after the scenario's beginning."""

    name: str
    document: Callable[[], Document]
    scenario: Scenario
    seed: int = 1
    hours: tuple[float, float] = (0.0, 24.0)
    hungry: bool = False
    """No car is ever full, so that what is not delivered at once can't be made up for later."""

    def between(self, first: float, last: float, *, hungry: bool = False) -> "Day":
        return replace(self, hours=(first, last), hungry=hungry)


@dataclass(frozen=True, slots=True)
class Arrival:
    """Instants are seconds since the beginning of what is played."""

    connector: int
    at_s: float
    until_s: float
    asked_wh: float
    spec: CarSpec


class Surroundings:
    """Who comes, what the buildings take and how the sun shines: the same for everybody who plays the day.

    Seconds count from the beginning of what is played; figures are mA on the zone's own board, by position and line.
    """

    def __init__(self, day: Day) -> None:
        self.document = day.document()
        self.config: SiteConfig = configuration(self.document)
        self.scenario = day.scenario
        self.length_s = round((day.hours[1] - day.hours[0]) * 3600)
        self._starts_at = day.scenario.from_s + day.hours[0] * 3600
        rng = Random(day.seed)
        visits = draw_visits(self.config, day.scenario, Random(rng.random())).visits
        self._weather = Weather(self.config, day.scenario, Random(rng.random()))
        self.arrivals = list(self._arrivals(visits, day.hungry))
        count = self.length_s // TREMBLE_S + 1
        tremble = Random(rng.random())
        self._tremble = [
            [[tremble.randint(-TREMBLE_MA, TREMBLE_MA) for _ in range(3)] for _ in range(count)]
            if zone.meter is not None
            else None
            for zone in self.config.zones
        ]

    def _arrivals(self, visits: Sequence[Visit], hungry: bool) -> Iterator[Arrival]:
        """Who is there at the beginning comes within its first minute."""
        for number, visit in enumerate(visits):
            at_s, until_s = visit.arrives_at - self._starts_at, visit.leaves_at - self._starts_at
            if until_s > 60 and at_s < self.length_s:
                at_s = max(float(ceil(at_s)), 10.0 + number % 40)
                spec = replace(visit.spec, battery_wh=ENDLESS_WH, soc=0.0) if hungry else visit.spec
                yield Arrival(visit.connector, at_s, min(until_s, self.length_s + 1.0), visit.asked_wh, spec)

    def building_ma(self, position: int, second: float) -> list[int]:
        own = self._weather.building_ma(position, self._starts_at + second)
        tremble = self._tremble[position]
        if tremble is None or not any(own):
            return list(own)
        return [max(0, ma + more) for ma, more in zip(own, tremble[int(second) // TREMBLE_S], strict=True)]

    def solar_ma(self, position: int, second: float) -> list[int]:
        return list(self._weather.solar_ma(position, self._starts_at + second))

    def quotient_pct(self, position: int, second: float) -> int | None:
        """The smallest reduction in force."""
        zone = self.config.zones[position]
        return min(
            (
                cut.quotient_pct
                for cut in self.scenario.cuts
                if cut.holds((self._starts_at + second) % DAY_S)
                and (cut.zone == zone.name or (cut.zone is None and zone.parent is None))
            ),
            default=None,
        )


def _site(name: str, zone: Document, *, production: str = "grid") -> Document:
    zones = zones_of({"zones": [zone]})
    meters = [z[role] for role in ("meter", "production_meter") for z in zones if role in z]
    return {
        "site": {
            "name": name,
            "grid": "3x400N",
            "minimum": "iec",
            "shedding": "energy",
            "production": production,
            "review_s": 900,
            "settle_s": 6,
        },
        "zones": [zone],
        "meters": [{"name": meter, "model": METER_MODEL, "host": "127.0.0.1"} for meter in meters],
    }


def _stations(first: int, wirings: Sequence[str], max_a: int = 32) -> list[dict[str, Any]]:
    return [
        {
            "box_identity": f"ST{number}",
            "vip": False,
            "connectors": [{"id": 1, "phases": wiring, "max_current_a": max_a}],
        }
        for number, wiring in enumerate(wirings, first)
    ]


ROTATED = ("L1L2L3", "L2L3L1", "L3L1L2")


def guide_site() -> Document:
    """70 A with a meter, 30 A of sun, three stations."""
    zone: Document = {"name": "Main", "max_current_a": 70, "meter": "Main meter", "degraded_a": 20, "margin_a": 0}
    zone |= {"production_meter": "Solar meter", "stations": _stations(1, ROTATED)}
    return _site("Guide", zone, production="local+grid")


def office_site() -> Document:
    """A metered main board with a margin; a car park of eight, and four visitors beside another metered load."""
    main: Document = {"name": "Main", "max_current_a": 125, "meter": "Main meter", "degraded_a": 40, "margin_a": 5}
    park = {"name": "Car park", "max_current_a": 80, "stations": _stations(1, (*ROTATED, *ROTATED, *ROTATED[:2]))}
    guests: Document = {"name": "Guests", "max_current_a": 40, "meter": "Guests meter", "degraded_a": 12, "margin_a": 2}
    guests["stations"] = _stations(9, ("L1", "L2", "L3", "L1L2L3"))
    return _site("Office", main | {"zones": [park, guests]})


def homes_site() -> Document:
    """Ten residents behind 80 A, one and three phases."""
    zone: Document = {"name": "Main", "max_current_a": 80, "meter": "Main meter", "degraded_a": 20, "margin_a": 4}
    wirings = ("L1", "L2", "L3", *ROTATED, *ROTATED, "L1L2L3")
    return _site("Homes", zone | {"stations": _stations(1, wirings)})


def depot_site() -> Document:
    """Eight vans, sun, and little at the evening peak."""
    zone: Document = {"name": "Main", "max_current_a": 100, "meter": "Main meter", "degraded_a": 30, "margin_a": 5}
    zone |= {"production_meter": "Solar meter", "stations": _stations(1, (*ROTATED, *ROTATED, *ROTATED[:2]))}
    return _site("Depot", zone, production="local+grid")


def static_site() -> Document:
    """Twelve sockets on a fixed 63 A."""
    zone: Document = {"name": "Main", "max_current_a": 63, "stations": _stations(1, ROTATED * 4, 22)}
    return _site("Static", zone)


GUIDE = read_scenario(
    {
        "name": "guide",
        "from": "06:00",
        "cars": [
            {"share": 3, "battery_kwh": 75, "phases": 3, "max_a": 32},
            {"share": 1, "battery_kwh": 60, "phases": 3, "max_a": 16},
        ],
        "arrivals": [
            {
                "at": "07:40",
                "spread_min": 20,
                "per_connector": 1,
                "stay_h": 9,
                "stay_spread_h": 0.5,
                "asked_kwh": [30, 60],
            },
            {
                "at": "19:30",
                "spread_min": 30,
                "per_connector": 1,
                "stay_h": 10,
                "stay_spread_h": 0.5,
                "asked_kwh": [30, 60],
            },
        ],
        "building_pct": {"00:00": 12, "06:00": 15, "08:30": 27, "12:30": 33, "14:00": 27, "18:00": 24, "21:00": 16},
        "ripple_pct": 6,
        "jumps": {"per_hour": 2, "pct": 6, "minutes": 5},
        "solar": {"from": "06:30", "to": "20:30", "peak_pct": 43, "clouds_pct": 35},
        "reductions": [
            {"zone": "*", "from": "08:00", "to": "12:00", "quotient_pct": 30},
            {"zone": "*", "from": "14:00", "to": "18:00", "quotient_pct": 20},
            {"zone": "*", "from": "18:00", "to": "20:00", "quotient_pct": 0},
        ],
    }
)
"""The guide's site on a day of its own time-of-use page."""

EVENING_PEAK = Cut(None, 18 * 3600.0, 20 * 3600.0, 60)

DAYS = (
    Day("guide", guide_site, GUIDE),
    Day("office", office_site, load_scenario("office")),
    Day("homes", homes_site, load_scenario("night")),
    Day("depot", depot_site, replace(load_scenario("depot"), cuts=(EVENING_PEAK,))),
    Day("static", static_site, load_scenario("office")),
)
