"""Who comes to a site on a day, and where they park."""

from dataclasses import dataclass, field
from random import Random

from engine.model import ConnectorConfig, SiteConfig
from engine.supply import COUNTED_PM, PILOT_MA, minimum_ma
from engine.wiring import Grid
from simulator.car import CarSpec, carried
from simulator.scenario import DAY_S, Arrivals, CarKind, Scenario

SLOT_S = 300
"""A visit's history has a figure for so long each."""
ENOUGH = 0.99
"""Served in full: this share of what was asked."""
VOLTS = 230.0
_FULL_SOC = 1.0
_DAILY_SOC = 0.8


@dataclass(slots=True, eq=False)
class Visit:
    """One car at one connector, and what became of it. Instants are seconds since midnight of the first day."""

    number: int
    connector: int
    arrives_at: float
    leaves_at: float
    asked_wh: float
    spec: CarSpec
    delivered_wh: float = 0.0
    started_at: float | None = None
    paused_s: float = 0.0
    """At 0 A while it wanted more."""
    drawn_mas: dict[int, float] = field(default_factory=dict)
    """By slot: milliampere seconds per terminal in use; at a DC station, of what reaches the car."""
    paused_slots_s: dict[int, float] = field(default_factory=dict)

    @property
    def served(self) -> bool:
        return self.delivered_wh >= ENOUGH * self.asked_wh

    @property
    def waited_s(self) -> float:
        """From the plug to the first current, or to the end where there was none."""
        return (self.leaves_at if self.started_at is None else self.started_at) - self.arrives_at


@dataclass(frozen=True, slots=True)
class Visits:
    """`turned_away`: cars that found no free connector."""

    visits: list[Visit]
    turned_away: int


def given_ma(connector: ConnectorConfig, limit_ma: int) -> int:
    """What a car may take per terminal where its connector is limited to `limit_ma`, at the nominal voltage.

    A DC station's limit is a power, counted at 0.9 of that voltage, and its losses come off (ENE-8).
    """
    supply = connector.supply
    return limit_ma * COUNTED_PM * supply.efficiency_pm // 1_000_000 if supply.dc else limit_ma


def draw_visits(config: SiteConfig, scenario: Scenario, rng: Random) -> Visits:
    """Every car takes a free connector by chance; nobody asks for more than it can give during the stay."""
    free_from = {c.id: scenario.from_s for c in config.connectors if c.zone is not None}
    found: list[Visit] = []
    turned_away = 0
    for arrives_at, wave in _waves(len(free_from), scenario, rng):
        free = [c for c in config.connectors if c.zone is not None and free_from[c.id] <= arrives_at]
        if not free:
            turned_away += 1
            continue
        connector = rng.choice(free)
        visit = _visit(config, connector, arrives_at, wave, scenario, rng)
        free_from[connector.id] = visit.leaves_at + 120
        found.append(visit)
    for number, visit in enumerate(found, 1):
        visit.number = number
    return Visits(found, turned_away)


def _waves(connectors: int, scenario: Scenario, rng: Random) -> list[tuple[float, Arrivals]]:
    """(arrival, wave) of every car, earliest first; whole seconds."""
    found = []
    for wave in scenario.arrivals:
        wanted = connectors * wave.per_connector
        count = int(wanted) + (rng.random() < wanted % 1)
        for _ in range(count):
            second = rng.gauss(wave.at_s, wave.spread_s)
            found.append((float(round(scenario.from_s + (second - scenario.from_s) % DAY_S)), wave))
    return sorted(found, key=lambda pair: pair[0])


def _visit(
    config: SiteConfig, connector: ConnectorConfig, arrives_at: float, wave: Arrivals, scenario: Scenario, rng: Random
) -> Visit:
    stay_s = max(600.0, rng.gauss(wave.stay_s, wave.stay_spread_s))
    leaves_at = float(round(min(arrives_at + stay_s, scenario.from_s + DAY_S)))
    kind: CarKind = rng.choices(scenario.cars, [c.share for c in scenario.cars])[0]
    dc, delta = connector.supply.dc, config.grid is Grid.DELTA
    w_per_a = VOLTS * carried(kind.phases, len(connector.wiring), delta=delta, dc=dc)[1]
    least_ma = given_ma(connector, minimum_ma(connector.supply, PILOT_MA)) if dc else PILOT_MA
    max_ma = max(least_ma, round(1000 * kind.dc_w / w_per_a)) if dc else kind.max_ma
    able_wh = min(given_ma(connector, connector.rating_ma), max_ma) / 1000 * w_per_a * (leaves_at - arrives_at) / 3600
    target = _FULL_SOC if rng.random() < 0.3 else _DAILY_SOC
    asked_wh = min(rng.uniform(*wave.asked_wh), 0.9 * able_wh, 0.95 * target * kind.battery_wh)
    spec = CarSpec(
        battery_wh=kind.battery_wh,
        soc=target - asked_wh / kind.battery_wh,
        phases=kind.phases,
        max_ma=max_ma,
        minimum_ma=least_ma,
        lag_s=0.0,
        ramp_s=0.0,
        start_delay_s=2.0,
        knee_soc=0.85,
        target_soc=target,
    )
    return Visit(0, connector.id, arrives_at, leaves_at, asked_wh, spec)
