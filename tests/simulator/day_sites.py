"""Small sites for simulated days, and a driver that gives everybody what they can take."""

from engine.model import SiteConfig
from simulator.day import Bay, Day
from simulator.scenario import Scenario, read_scenario
from tests.engine.builders import config, connector, zone


def site(max_a: float = 40, connectors: int = 3, metered: bool = True) -> SiteConfig:
    more = {"meter": 1, "degraded_ma": int(max_a * 300)} if metered else {}
    return config([zone(1, max_a, **more)], [connector(n) for n in range(1, connectors + 1)])


def scenario(**changes: object) -> Scenario:
    """Three cars come around eight o'clock and stay four hours."""
    return read_scenario(
        {
            "name": "test",
            "cars": [{"battery_kwh": 60, "phases": 3, "max_a": 16}],
            "arrivals": [
                {"at": "08:00", "spread_min": 10, "per_connector": 1, "stay_h": 4, "asked_kwh": [10, 20]},
            ],
            **changes,
        }
    )


class Generous:
    """Everybody gets the rating."""

    def configure(self, config: SiteConfig, now: float) -> None:
        self.configured = config

    def arrive(self, bay: Bay, now: float) -> None: ...

    def leave(self, bay: Bay, now: float) -> None: ...

    def step(self, day: Day, now: float) -> float:
        for bay in day.bays.values():
            if bay.car is not None and bay.offered_ma != bay.config.rating_ma:
                day.offer(bay.config.id, bay.config.rating_ma)
        return 10.0

    def limits(self) -> set[tuple[int, int]]:
        return set()


class Mean(Generous):
    """Nobody gets anything."""

    def step(self, day: Day, now: float) -> float:
        return 10.0
