"""What a day is like: who comes when and for how much, what the building takes, how the sun shines. Data only."""

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from engine.model import SiteConfig
from simulator.checked import Item, decode

DAY_S = 86_400
BUILT_IN = Path(__file__).parent / "days"
DC_W_PER_WH = 1.5
"""What a car takes from a DC station, by its battery, where the scenario does not say."""


class ScenarioError(ValueError):
    """A scenario that can't be: every problem, with its path."""

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = list(dict.fromkeys(problems))
        super().__init__("\n".join(self.problems))


@dataclass(frozen=True, slots=True)
class Curve:
    """Straight lines between points of the day; the last goes on to the first. `points`: (second of the day, value)."""

    points: tuple[tuple[float, float], ...]

    def at(self, second: float) -> float:
        second %= DAY_S
        after = bisect_right(self.points, second, key=lambda point: point[0])
        start, low = self.points[after - 1]
        end, high = self.points[after % len(self.points)]
        width = (end - start) % DAY_S or DAY_S
        return low + (high - low) * ((second - start) % DAY_S) / width


@dataclass(frozen=True, slots=True)
class CarKind:
    share: float
    battery_wh: float
    phases: int
    max_ma: int
    dc_w: float
    """At a DC station, into its battery."""


@dataclass(frozen=True, slots=True)
class Arrivals:
    """A wave of cars, bell-shaped in arrival and stay; energies spread evenly over `asked_wh`."""

    at_s: float
    spread_s: float
    per_connector: float
    stay_s: float
    stay_spread_s: float
    asked_wh: tuple[float, float]


@dataclass(frozen=True, slots=True)
class Solar:
    """`peak` and `clouds` are shares: of the zone's maximum current, and of what the sun would give."""

    from_s: float
    to_s: float
    peak: float
    clouds: float


@dataclass(frozen=True, slots=True)
class Cut:
    """A reduction in force each day between two times. `zone` None: every top-level zone."""

    zone: str | None
    from_s: float
    to_s: float
    quotient_pct: int

    def holds(self, second: float) -> bool:
        second %= DAY_S
        if self.from_s <= self.to_s:
            return self.from_s <= second < self.to_s
        return second >= self.from_s or second < self.to_s


@dataclass(frozen=True, slots=True)
class Scenario:
    """`building` by zone name, None: any zone with a meter. Shares of its maximum current."""

    name: str
    from_s: float
    cars: tuple[CarKind, ...]
    arrivals: tuple[Arrivals, ...]
    building: Mapping[str | None, Curve]
    ripple: float = 0.0
    jumps_per_hour: float = 0.0
    jump: float = 0.0
    jump_s: float = 300.0
    solar: Solar | None = None
    cuts: tuple[Cut, ...] = ()


def built_in() -> list[str]:
    return sorted(path.stem for path in BUILT_IN.glob("*.json"))


def load_scenario(name: str) -> Scenario:
    """One of `built_in()`, or the path of a file. Raises ScenarioError, OSError."""
    path = BUILT_IN / f"{name}.json" if name in built_in() else Path(name)
    try:
        document = decode(path.read_text(encoding="utf-8-sig"))
    except UnicodeDecodeError:
        raise ScenarioError([_("not UTF-8 text")]) from None
    except ValueError as error:
        raise ScenarioError([str(error)]) from None
    return read_scenario(document)


def read_scenario(document: Any) -> Scenario:
    """Raises ScenarioError. docs/what-if.md describes the keys."""
    problems: list[str] = []
    found = _scenario(Item(document, "", problems))
    if problems:
        raise ScenarioError(problems)
    return found


def check_fits(scenario: Scenario, config: SiteConfig) -> None:
    """ScenarioError where it speaks of what the site does not have, so that it would do nothing."""
    zones = {zone.name: zone for zone in config.zones}
    named: list[tuple[str, str | None]] = [(f"reductions[{i}].zone", cut.zone) for i, cut in enumerate(scenario.cuts)]
    named += [(f"building_pct.{name}", name) for name in scenario.building]
    absent = _("the site has no zone “%(zone)s”; use the name of one, or *")
    unseen = _("only a meter sees a building, and “%(zone)s” has none; give the zone one, or leave this out")
    dark = _("no zone of the site has a production meter; give one to a zone, or leave this out")
    problems = [f"{path}: {absent % {'zone': name}}" for path, name in named if name is not None and name not in zones]
    problems += [
        f"building_pct.{name}: {unseen % {'zone': name}}"
        for name in scenario.building
        if name in zones and zones[name].meter is None
    ]
    if scenario.solar is not None and all(zone.production_meter is None for zone in config.zones):
        problems.append(f"solar: {dark}")
    if problems:
        raise ScenarioError(problems)


def _scenario(item: Item) -> Scenario:
    parts = item.fields("cars", "arrivals", optional=_OPTIONAL)
    jumps = parts["jumps"].fields(optional=("per_hour", "pct", "minutes"))
    building = parts["building_pct"]
    return Scenario(
        name=parts["name"].text(),
        from_s=parts["from"].time(),
        cars=_cars(parts["cars"]),
        arrivals=tuple(_arrivals(wave) for wave in parts["arrivals"].items()),
        building=_buildings(building) if building.present else {None: _FLAT},
        ripple=parts["ripple_pct"].share(),
        jumps_per_hour=jumps["per_hour"].number(),
        jump=jumps["pct"].share(),
        jump_s=60 * jumps["minutes"].number(5),
        solar=_solar(parts["solar"]) if parts["solar"].present else None,
        cuts=tuple(_cut(cut) for cut in parts["reductions"].items()),
    )


_OPTIONAL = ("name", "from", "building_pct", "ripple_pct", "jumps", "solar", "reductions")
_FLAT = Curve(((0.0, 0.0),))


def _cars(item: Item) -> tuple[CarKind, ...]:
    before = len(item.problems)
    kinds = tuple(_car(car) for car in item.items())
    if item.present and len(item.problems) == before and not any(kind.share for kind in kinds):
        item.wrong(_("at least one kind of car must have a share above 0"))
    return kinds


def _car(item: Item) -> CarKind:
    car = item.fields("battery_kwh", "phases", "max_a", optional=("share", "dc_kw"))
    battery_wh = 1000 * car["battery_kwh"].number(least=0.1)
    return CarKind(
        share=car["share"].number(1),
        battery_wh=battery_wh,
        phases=int(car["phases"].number(1, least=1, most=3, whole=True)),
        max_ma=round(1000 * car["max_a"].number(6, least=6)),
        dc_w=1000 * car["dc_kw"].number(DC_W_PER_WH * battery_wh / 1000, least=5),
    )


def _arrivals(item: Item) -> Arrivals:
    wave = item.fields("at", "per_connector", "stay_h", "asked_kwh", optional=("spread_min", "stay_spread_h"))
    return Arrivals(
        wave["at"].time(),
        60 * wave["spread_min"].number(),
        wave["per_connector"].number(most=100),
        3600 * wave["stay_h"].number(),
        3600 * wave["stay_spread_h"].number(),
        _asked_wh(wave["asked_kwh"]),
    )


def _asked_wh(item: Item) -> tuple[float, float]:
    before = len(item.problems)
    bounds = [1000 * bound.number() for bound in item.items()]
    if len(bounds) == 2 and bounds[0] <= bounds[1]:
        return bounds[0], bounds[1]
    if item.present and len(item.problems) == before:
        item.wrong(_("must be the least, then the most"))
    return (0.0, 0.0)


def _buildings(item: Item) -> dict[str | None, Curve]:
    """One curve for all metered zones, or one by zone name."""
    if isinstance(item.value, dict) and any(isinstance(value, dict) for value in item.value.values()):
        return {None if name == "*" else name: _curve(points) for name, points in item.entries()}
    return {None: _curve(item)}


def _curve(item: Item) -> Curve:
    if item.value == {}:
        item.wrong(_("must not be empty"))
        return _FLAT
    found = sorted((value.clock(time), value.share()) for time, value in item.entries()) or [(0.0, 0.0)]
    return Curve(tuple(point for point in found if point[0] < DAY_S) or ((0.0, found[0][1]),))


def _solar(item: Item) -> Solar:
    sun = item.fields("from", "to", "peak_pct", optional=("clouds_pct",))
    before = len(item.problems)
    found = Solar(sun["from"].time(), sun["to"].time(), sun["peak_pct"].share(), sun["clouds_pct"].share())
    if sun["from"].present and sun["to"].present and len(item.problems) == before and found.from_s >= found.to_s:
        sun["to"].wrong(_("must be later than “from”"))
    return found


def _cut(item: Item) -> Cut:
    cut = item.fields("from", "to", "quotient_pct", optional=("zone",))
    zone, before = cut["zone"].text("*"), len(item.problems)
    found = Cut(
        None if zone == "*" else zone,
        cut["from"].time(),
        cut["to"].time(),
        int(cut["quotient_pct"].number(most=100, whole=True)),
    )
    if cut["from"].present and cut["to"].present and len(item.problems) == before and found.from_s == found.to_s:
        cut["to"].wrong(_("must differ from “from”"))
    return found
