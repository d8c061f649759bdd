"""ENE-21: a kept cycle tells a person why."""

from dataclasses import replace

import pytest
from django.utils import translation

from control.explaining import explain
from control.history import Picture
from tests.control.cycles import Kept
from tests.engine.builders import config, connector, zone

NAMES = {1: "CP-01/1", 2: "CP-02/1", 3: "CP-03/1"}


@pytest.fixture(autouse=True)
def _english() -> None:
    translation.activate("en")


def shared() -> Picture:
    """A VIP that takes 16 A and two others on 40 A, the last two below a board of 20 A."""
    zones = [zone(1, 40), zone(2, 20, parent=1), zone(3, 40, parent=1)]
    kept = Kept(config(zones, [connector(1, 3, max_a=16), connector(2, 2), connector(3, 2, "L2")]))
    kept.plug(1, vip=True).plug(2, 3)
    return kept.cycles[-1]


def test_it_begins_with_the_sentence_of_the_setpoint() -> None:
    said = explain(shared(), 3, NAMES).splitlines()
    assert said[0].startswith("CP-03/1, cycle  of 2026-03-01 12:00:00")
    assert said[1].startswith("Limited to 10 A by zone Zone 2, phase L2")


def test_a_car_that_draws_little_and_one_that_draws_nothing_are_explained() -> None:
    """ENE-13, ENE-14: the order shows what was left of the maximum."""
    site = Kept(config([zone(1, 60)], [connector(1), connector(2)])).plug(1, 2)
    cycle = site.draw(100, c1=8, c2=0).cycles[-1]
    capped, suspended = explain(cycle, 1, NAMES), explain(cycle, 2, NAMES)
    assert "Held to 18 of 32 A: the car draws 8 A" in capped
    assert next(row.split() for row in capped.splitlines() if row.startswith(">"))[-3:] == ["6", "18", "18"]
    assert "Paused: the car draws nothing" in suspended
    assert "Setpoint aimed at: 0 A." in suspended


def test_every_zone_of_the_path_shows_its_figures_on_the_lines_in_use() -> None:
    rows = [line.split() for line in explain(shared(), 3, NAMES).splitlines() if line.startswith("Zone")]
    assert rows == [
        ["Zone", "2", "L2", "20", "0", "0", "20", "0", "0", "20"],
        ["Zone", "1", "L2", "40", "0", "0", "40", "0", "0", "40"],
    ]


def test_the_order_puts_vips_first_and_marks_the_connector() -> None:
    rows = [line.split() for line in explain(shared(), 3, NAMES).splitlines() if "CP-0" in line][1:]
    assert [(row[0], row[-1]) for row in rows][2][0] == ">"
    assert [next(word for word in row if word.startswith("CP")) for row in rows] == ["CP-01/1", "CP-02/1", "CP-03/1"]


def test_a_setpoint_that_is_a_standing_limit_is_no_degraded_current() -> None:
    """A station that takes no limit of a session; a VIP leaves it 6 A of the 12 A that it could fall back to."""
    site = Kept(config([zone(1, 24)], [replace(connector(1), default_only=True), connector(2)]))
    site.plug(1).plug(2, vip=True)
    sent = [
        line
        for cycle in site.cycles
        if any(c["id"] == 1 for c in cycle["connectors"])
        for line in explain(cycle, 1, NAMES).splitlines()
        if line.startswith("Sent")
    ]
    assert sent
    assert all(line.startswith("Sent: setpoint") for line in sent)


def test_a_raise_that_waited_for_others_is_explained_once_it_has_left() -> None:
    said = explain(Kept(config([zone(1, 30)], [connector(1), connector(2)])).plug(1).plug(2).cycles[-1], 2, NAMES)
    assert "It may draw up to 15 A until everything is confirmed." in said
    assert "Sent: setpoint 15 A (it can raise: once its row was stored)." in said
    assert "waits" not in said


def test_a_cycle_that_told_others_something_says_what_this_one_was_told_before() -> None:
    said = explain(Kept(config([zone(1, 30)], [connector(1), connector(2)])).plug(1).plug(2).cycles[-1], 1, NAMES)
    assert said.endswith("Nothing was sent to it in this cycle; it was told 15 A before.")


def test_limits_that_are_only_refreshed_push_no_change_out_of_what_is_kept() -> None:
    site = Kept(config([zone(1, 30)], [connector(1), connector(2)])).plug(1, 2)
    changes = len(site.cycles)
    site.run(1_200)
    assert site.refreshed
    assert len(site.cycles) == changes


def test_what_was_sent_is_named() -> None:
    assert "Sent: setpoint" in explain(shared(), 3, NAMES)


def test_a_station_without_a_link_shows_as_set_aside() -> None:
    kept = Kept(config([zone(1, 30)], [connector(1), connector(2)])).lose(2).plug(1)
    said = explain(kept.cycles[-1], 1, NAMES)
    assert "What was set aside" in said
    assert "CP-02/1    The station is not connected; 15 A are kept for it." in said


def test_a_connector_without_a_link_is_explained_too() -> None:
    kept = Kept(config([zone(1, 30)], [connector(1), connector(2)])).lose(2).plug(1)
    assert "The station is not connected" in explain(kept.cycles[-1], 2, NAMES).splitlines()[1]


def test_it_is_told_in_french() -> None:
    with translation.override("fr"):
        assert "Ce que ses zones avaient" in explain(shared(), 3, NAMES)
