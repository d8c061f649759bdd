"""Reductions that come and go are told once, with their source (ENE-6, TOU-4)."""

from typing import Any

from engine.commands import Entry
from engine.model import Reduction
from tests.engine.builders import Bench, config, connector, zone

PEAK = Reduction("time of use: Peak", 600)


def told(bench: Bench, **zone_changes: Any) -> list[tuple[str, dict[str, Any]]]:
    bench.reconfigure(zones=(zone(1, 60, **zone_changes),))
    entries = [entry for entry in bench.cycle().entries if isinstance(entry, Entry)]
    return [(e.code, dict(e.params)) for e in entries if e.code in ("reduced", "reduction_ended")]


def bench(**zone_keys: Any) -> Bench:
    made = Bench(config([zone(1, 60, **zone_keys)], [connector(1)]))
    made.cycle()
    return made


def test_one_that_begins_is_told_with_its_figures_and_zone() -> None:
    assert told(bench(), reductions=(PEAK,)) == [
        ("reduced", {"source": "time of use: Peak", "quotient_pct": 60.0, "max_a": None})
    ]


def test_one_that_goes_on_is_not_told_again() -> None:
    assert told(bench(reductions=(PEAK,)), reductions=(PEAK,), margin_ma=1_000) == []


def test_one_that_ends_is_told() -> None:
    assert told(bench(reductions=(PEAK,))) == [("reduction_ended", {"source": "time of use: Peak"})]


def test_a_building_management_system_is_named_with_both_of_its_limits() -> None:
    both = {"reductions": (Reduction("BMS", 500),), "ebms_max_ma": 20_000, "ebms_source": "BMS"}
    assert told(bench(), **both) == [("reduced", {"source": "BMS", "quotient_pct": 50.0, "max_a": 20.0})]


def test_a_limit_that_changes_is_told_with_its_new_figure() -> None:
    before = bench(ebms_max_ma=20_000, ebms_source="BMS")
    assert told(before, ebms_max_ma=12_000, ebms_source="BMS") == [
        ("reduced", {"source": "BMS", "quotient_pct": None, "max_a": 12.0})
    ]
