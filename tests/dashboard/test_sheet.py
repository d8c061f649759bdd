import json
from typing import Any

import pytest
from django.utils import translation

from common.text import unbroken
from dashboard.sheet import Sheet, changes, draw, live_rows
from tests.dashboard import documents as build


@pytest.fixture(autouse=True)
def _english() -> None:
    translation.activate("en")


def drawn(*connectors: build.Document, **changed: Any) -> Sheet:
    stations = [build.station(c["station"]) for c in connectors]
    return draw(build.document(stations=stations, connectors=list(connectors), **changed))


def test_a_charging_connector_shows_its_figures() -> None:
    cells = drawn(build.connector(measured_a=[15.8, 15.9, 15.7])).connectors["c1"]
    assert (cells["set"], cells["conf"], cells["m2"], cells["kwh"], cells["since"]) == (
        unbroken("16 A"),
        "confirmed",
        "15.9",
        unbroken("12.3 kWh"),
        unbroken("1 h 05 min"),
    )


def test_a_row_tells_whether_its_station_is_online() -> None:
    stations = [build.station(1, state="offline"), build.station(2)]
    rows = draw(build.document(stations=stations, connectors=[build.connector(1), build.connector(2)])).connectors
    assert [rows[key]["state"] for key in ("c1", "c2")] == ["Offline", "Online"]


def test_a_setpoint_in_watt_is_shown_in_both() -> None:
    """ENE-8."""
    cells = drawn(build.connector(setpoint_a=32.0, setpoint_w=19_872)).connectors["c1"]
    assert cells["set"] == unbroken("32 A (19.9 kW)")


def test_a_setpoint_that_is_not_confirmed_yet_shows_what_is() -> None:
    cells = drawn(build.connector(setpoint_a=10.0, confirmed_a=16.0)).connectors["c1"]
    assert cells["conf"] == unbroken("confirmed 16 A")
    assert cells["unconf"] == "1"


def test_a_line_that_the_car_does_not_use_has_no_figure() -> None:
    cells = drawn(
        build.connector(session=build.session(lines=["L2"]), measured_a=[0.0, 9.0, 0.0]),
    ).connectors["c1"]
    assert (cells["m1"], cells["m2"], cells["m3"]) == ("", "9", "")


@pytest.mark.parametrize(
    ("changed", "kind", "group"),
    [
        ({}, "charging", "charging"),
        ({"status": "suspended_ev"}, "suspended_ev", "idle"),
        ({"setpoint_a": 0.0}, "suspended_evse", "waiting"),
        ({"setpoint_a": 0.0, "status": "suspended_ev"}, "suspended_evse", "waiting"),
        ({"reason": build.reason("system_suspended", next_wake_up_s=540)}, "suspended_evse", "waiting"),
        ({"reason": build.reason("suspended")}, "suspended_evse", "waiting"),
        ({"reason": build.reason("blocked")}, "blocked", "waiting"),
        ({"status": "faulted"}, "faulted", "fault"),
        ({"status": "finishing"}, "finishing", "idle"),
    ],
)
def test_the_state_tells_who_suspended(changed: dict[str, Any], kind: str, group: str) -> None:
    cells = drawn(build.connector(**changed)).connectors["c1"]
    assert (cells["kind"], cells["group"]) == (kind, group)


@pytest.mark.parametrize(
    ("state", "group"), [("offline", "offline"), ("never_seen", "offline"), ("unmanaged", "fault")]
)
def test_a_station_out_of_reach_colours_its_connectors(state: str, group: str) -> None:
    sheet = draw(build.document(stations=[build.station(state=state)]))
    assert sheet.connectors["c1"]["group"] == group


def test_the_headline_sums_the_site_up() -> None:
    waits = build.connector(2, setpoint_a=0.0, reason=build.reason("suspended", zone="Building", line="L2"))
    sheet = drawn(build.connector(), waits)
    assert sheet.head["headline"] == unbroken("62 of 160 A used · 1 charging · 1 waiting · limited by Building L2")


def test_the_headline_of_an_empty_site_is_short() -> None:
    assert draw(build.document(zones=[], stations=[], connectors=[])).head["headline"] == "0 charging"


def test_the_binding_zone_is_marked() -> None:
    cells = drawn(build.connector()).zones["z1"]
    assert (cells["binding"], cells["full1"], cells["full2"]) == ("1", "", "1")


def test_the_bars_stack_building_cars_and_what_they_may_add() -> None:
    zone = build.zone(building_a=[40.0] * 3, measured_a=[20.0] * 3, entitled_a=[50.0] * 3, limit_a=[160.0] * 3)
    cells = draw(build.document(zones=[zone])).zones["z1"]
    unit = 1000 / (160 * 1.08)
    assert [int(cells[name]) for name in ("b1", "ex1", "e1", "rx1", "r1", "l1")] == [
        round(unit * ampere) for ampere in (40, 40, 20, 60, 30, 160)
    ]


def test_a_zone_without_its_meter_says_so_and_shows_no_building() -> None:
    lost = {"id": 1, "name": "Main", "age_s": 42.0, "state": "lost", "reason": "silent"}
    cells = draw(build.document(zones=[build.zone(mode="degraded", meter=lost)])).zones["z1"]
    assert unbroken("60 A in all") in cells["modeword"]
    assert cells["bld1"] == "–"
    assert unbroken("42 s") in cells["meter"]
    assert cells["lim1"] == "60"


def test_reductions_are_named_with_their_source() -> None:
    zone = build.zone(reductions=[{"source": "Night tariff", "quotient_pct": 70.0}], grid_a=112.0)
    assert draw(build.document(zones=[zone])).zones["z1"]["reductions"] == unbroken("Reduced to 70 % (Night tariff)")


def test_time_of_use_and_a_maximum_that_was_asked_for_are_named() -> None:
    """TOU-4."""
    cuts = [{"source": "time of use: Peak", "quotient_pct": 50.0}]
    zone = build.zone(reductions=cuts, ebms_max_a=40.0, ebms_source="Building manager")
    said = draw(build.document(zones=[zone])).zones["z1"]["reductions"]
    assert said == unbroken("Reduced to 50 % (time of use: Peak), At most 40 A (Building manager)")


def test_nothing_changed_gives_no_changes() -> None:
    sheet = draw(build.big_document())
    assert changes(sheet, draw(build.big_document(seq=2), sheet)) == {}


def test_a_change_carries_only_the_cells_that_changed() -> None:
    before = drawn(build.connector(), build.connector(2))
    after = drawn(build.connector(), build.connector(2, measured_a=[12.0, 15.9, 15.7]))
    assert changes(before, after) == {"c2": {"m1": "12"}}


def test_drawing_from_before_gives_what_drawing_anew_gives() -> None:
    before = draw(build.big_document())
    later = build.big_document(seq=2)
    for connector in later["connectors"][::10]:
        connector["measured_a"] = [1.0, 2.0, 3.0]
        connector["status"] = "finishing"
    assert draw(later, before).rows == draw(later).rows


def test_changes_applied_to_the_old_rows_give_the_new_ones() -> None:
    before = draw(build.big_document())
    later = build.big_document(seq=2)
    later["connectors"][0]["setpoint_a"] = 6.0
    after = draw(later, before)
    patched = {key: {**cells, **changes(before, after).get(key, {})} for key, cells in before.rows.items()}
    assert patched == after.rows


def test_ten_per_cent_of_250_rows_changed_is_a_small_message() -> None:
    before = draw(build.big_document())
    later = build.big_document(seq=2)
    for connector in later["connectors"][::10]:
        connector["measured_a"] = [14.1, 14.2, 14.3]
    assert len(json.dumps(changes(before, draw(later, before)), separators=(",", ":"))) < 2_500


@pytest.mark.parametrize("changed", [{"site_version": 2}, {"alarms": [{"code": "meter_lost", "subject": "Main"}]}])
def test_a_new_configuration_or_alarm_is_a_new_layout(changed: dict[str, Any]) -> None:
    assert draw(build.document(**changed)).layout != draw(build.document()).layout


def test_live_rows_leave_the_fixed_cells_out() -> None:
    rows = live_rows(draw(build.document()))
    assert "name" not in rows["c1"]
    assert "set" in rows["c1"]
    assert "headline" in rows["head"]


def test_a_car_that_waits_hears_of_the_next_review_as_it_comes_nearer() -> None:
    waits = build.connector(reason=build.reason("suspended", zone="North", line="L1", next_review_s=900))
    site = {**build.document()["site"], "next_review_s": 130}
    assert unbroken("2 min") in drawn(waits, site=site).connectors["c1"]["why"]


def test_french_figures_and_words_go_together() -> None:
    with translation.override("fr"):
        assert drawn(build.connector()).connectors["c1"]["m1"] == "15,8"


def test_a_connector_that_disobeys_says_what_it_was_told_and_what_it_takes() -> None:
    wrong = {"state": "disobeys", "since": None, "allowed_a": 20.0, "seen_a": 26.0, "rating_a": 32.0, "step": "zero"}
    cells = drawn(build.connector(obedience={**wrong, "for_good": False})).connectors["c1"]
    assert cells["why"].endswith(unbroken("It was told 20 A and takes or offers 26 A."))
