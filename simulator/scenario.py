"""What a day is like: who comes when and for how much, what the building takes, how the sun shines. Data only."""

import json
from bisect import bisect_right
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

DAY_S = 86_400
BUILT_IN = Path(__file__).parent / "days"

T = TypeVar("T")


class ScenarioError(ValueError):
    """A scenario that can't be; the message names the key."""


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

    @property
    def zones(self) -> set[str]:
        """Those that it names."""
        return {name for name in (*self.building, *(cut.zone for cut in self.cuts)) if name is not None}


def built_in() -> list[str]:
    return sorted(path.stem for path in BUILT_IN.glob("*.json"))


def load_scenario(name: str) -> Scenario:
    """One of `built_in()`, or the path of a file. Raises ScenarioError, OSError."""
    path = BUILT_IN / f"{name}.json" if name in built_in() else Path(name)
    try:
        return read_scenario(json.loads(path.read_text(encoding="utf-8")))
    except (UnicodeDecodeError, json.JSONDecodeError) as error:
        raise ScenarioError(f"not JSON: {error}") from error
    except RecursionError:
        raise ScenarioError("nested too deeply") from None


def read_scenario(document: Any) -> Scenario:
    """Raises ScenarioError. docs/what-if.md describes the keys."""
    if not isinstance(document, dict):
        raise ScenarioError("an object is expected")
    unknown = set(document) - _KEYS
    if unknown:
        raise ScenarioError(f"unknown key {min(unknown)!r}")
    jumps = document.get("jumps") or {}
    solar = document.get("solar")
    return Scenario(
        name=_take("name", lambda: _name(document.get("name", ""))),
        from_s=_take("from", lambda: _time(document.get("from", "00:00"))),
        cars=_take("cars", lambda: _cars(document["cars"])),
        arrivals=_take("arrivals", lambda: tuple(_arrivals(a) for a in document["arrivals"])),
        building=_take("building_pct", lambda: _buildings(document.get("building_pct", {"00:00": 0}))),
        ripple=_take("ripple_pct", lambda: _share(document.get("ripple_pct", 0))),
        jumps_per_hour=_take("jumps", lambda: _positive(jumps.get("per_hour", 0))),
        jump=_take("jumps", lambda: _share(jumps.get("pct", 0))),
        jump_s=_take("jumps", lambda: 60 * _positive(jumps.get("minutes", 5))),
        solar=None if solar is None else _take("solar", lambda: _solar(solar)),
        cuts=_take("reductions", lambda: tuple(_cut(c) for c in document.get("reductions", ()))),
    )


_KEYS = {"name", "from", "cars", "arrivals", "building_pct", "ripple_pct", "jumps", "solar", "reductions"}


def _take(key: str, read: Callable[[], T]) -> T:
    try:
        return read()
    except KeyError as error:
        raise ScenarioError(f"{key}: {error.args[0]!r} is missing") from error
    except (AttributeError, TypeError, ValueError, IndexError) as error:
        raise ScenarioError(f"{key}: {error}") from error


def _time(text: str) -> float:
    hours, _, minutes = text.partition(":")
    second = int(hours) * 3600 + int(minutes or 0) * 60
    if not 0 <= second <= DAY_S or not 0 <= int(minutes or 0) < 60:
        raise ValueError(f"{text!r} is no time of the day")
    return float(second)


def _positive(value: Any) -> float:
    number = float(value)
    if not 0 <= number < 1e6:
        raise ValueError(f"{value!r} is out of range")
    return number


def _share(percent: Any) -> float:
    number = _positive(percent)
    if number > 100:
        raise ValueError(f"{percent!r} % is more than all")
    return number / 100


def _name(value: Any) -> str:
    if not str(value).isprintable():
        raise ValueError("it holds characters that can't be shown")
    return str(value)


def _cars(nodes: Any) -> tuple[CarKind, ...]:
    kinds = tuple(_car(node) for node in nodes)
    if not any(kind.share for kind in kinds):
        raise ValueError("there is no kind of car with a share above 0")
    return kinds


def _car(node: Any) -> CarKind:
    kind = CarKind(
        _positive(node.get("share", 1)),
        1000 * _positive(node["battery_kwh"]),
        int(node["phases"]),
        round(1000 * _positive(node["max_a"])),
    )
    if kind.phases not in (1, 2, 3) or kind.max_ma < 6_000 or kind.battery_wh <= 0:
        raise ValueError("a car has a battery, 1 to 3 phases, and takes 6 A at least")
    return kind


def _arrivals(node: Any) -> Arrivals:
    low, high = node["asked_kwh"]
    if low > high:
        raise ValueError("asked_kwh is the least, then the most")
    return Arrivals(
        _time(node["at"]),
        60 * _positive(node.get("spread_min", 0)),
        _positive(node["per_connector"]),
        3600 * _positive(node["stay_h"]),
        3600 * _positive(node.get("stay_spread_h", 0)),
        (1000 * _positive(low), 1000 * _positive(high)),
    )


def _buildings(node: Any) -> dict[str | None, Curve]:
    """One curve for all metered zones, or one by zone name."""
    if node and all(isinstance(value, dict) for value in node.values()):
        return {(None if name == "*" else str(name)): _curve(points) for name, points in node.items()}
    return {None: _curve(node)}


def _curve(points: Any) -> Curve:
    found = sorted((_time(time), _share(value)) for time, value in points.items())
    if not found:
        raise ValueError("a curve needs a point")
    return Curve(tuple(point for point in found if point[0] < DAY_S) or ((0.0, found[0][1]),))


def _solar(node: Any) -> Solar:
    found = Solar(_time(node["from"]), _time(node["to"]), _share(node["peak_pct"]), _share(node.get("clouds_pct", 0)))
    if found.from_s >= found.to_s:
        raise ValueError("the sun sets after it rises")
    return found


def _cut(node: Any) -> Cut:
    zone = node.get("zone", "*")
    quotient = int(node["quotient_pct"])
    if not 0 <= quotient <= 100:
        raise ValueError(f"{quotient} % is no quotient")
    return Cut(None if zone == "*" else str(zone), _time(node["from"]), _time(node["to"]), quotient)
