import pytest
from django.utils import translation

from control.figures import duration, number
from control.sentences import event_sentence, sentence
from engine.reasons import ReasonCode

PARAMS = {
    "zone": "North",
    "line": "L2",
    "limit_a": 11.5,
    "max_a": 200.0,
    "effective_a": 200.0,
    "building_a": 148.0,
    "production_a": 0.0,
    "reserved_a": 0.0,
    "sharing": 3,
    "rank": 4,
    "minimum_a": 6.0,
    "next_review_s": 540,
    "degraded_a": 60.0,
    "target_a": 16.0,
    "cap_a": 18.0,
    "consumption_a": 8.0,
    "next_wake_up_s": 540,
    "offer_s": 60,
}


@pytest.fixture(autouse=True)
def _english() -> None:
    translation.activate("en")


@pytest.mark.parametrize("code", list(ReasonCode))
def test_every_reason_has_a_sentence_of_its_own(code: ReasonCode) -> None:
    said = sentence({"code": code.value, "params": PARAMS})
    assert said.endswith(".")
    assert code.value not in said
    assert "–" not in said


def test_all_reasons_read_differently() -> None:
    assert len({sentence({"code": code.value, "params": PARAMS}) for code in ReasonCode}) == len(ReasonCode)


def test_a_limited_car_is_told_by_what() -> None:
    assert sentence({"code": "limited", "params": PARAMS}) == (
        "Limited to 11.5 A by zone North, phase L2: other loads use 148 of 200 A, 3 cars share the rest."
    )


def test_a_car_alone_is_not_told_that_it_shares() -> None:
    assert "share" not in sentence({"code": "limited", "params": {**PARAMS, "sharing": 1}})


def test_a_static_zone_speaks_of_no_building() -> None:
    said = sentence({"code": "limited", "params": {**PARAMS, "building_a": 0.0}})
    assert said == "Limited to 11.5 A by zone North, phase L2: 3 cars share 200 A."


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("time of use: Peak", "La zone est réduite de 200 à 140 A (heures tarifaires : Peak)."),
        ("digital input Relay", "La zone est réduite de 200 à 140 A (entrée numérique Relay)."),
        ("contract", "La zone est réduite de 200 à 140 A (contract)."),
    ],
)
def test_a_reduction_is_named_with_its_source(source: str, said: str) -> None:
    params = {**PARAMS, "effective_a": 140.0, "reduced_by": source}
    with translation.override("fr"):
        assert said in sentence({"code": "limited", "params": params})


def test_a_reduction_production_and_reserve_are_named() -> None:
    said = sentence(
        {"code": "limited", "params": {**PARAMS, "effective_a": 140.0, "production_a": 20.5, "reserved_a": 10.0}}
    )
    assert "reduced from 200 to 140 A" in said
    assert "adds 20.5 A" in said
    assert "10 A are kept" in said


def test_a_suspended_car_knows_its_place_and_the_next_review() -> None:
    said = sentence({"code": "suspended", "params": PARAMS})
    assert "no 6 A left" in said
    assert "number 4" in said
    assert "9 min" in said


def test_a_car_that_is_suspended_in_a_reduced_zone_knows_whose_reduction_it_is() -> None:
    params = {**PARAMS, "effective_a": 0.0, "reduced_by": "time of use: Peak"}
    said = sentence({"code": "suspended", "params": params})
    assert said.endswith("The zone is reduced from 200 to 0 A (time of use: Peak).")


def test_a_suspended_car_is_told_what_is_kept_for_charging_points_out_of_control() -> None:
    said = sentence({"code": "suspended", "params": {**PARAMS, "reserved_a": 32.0}})
    assert said.endswith("32 A are kept for charging points that are not under control.")


def test_a_vip_is_told_so() -> None:
    assert sentence({"code": "at_maximum", "params": {"max_a": 32.0}}, vip=True).endswith(
        "VIP: served before the others."
    )


def test_an_unknown_code_is_still_said() -> None:
    assert sentence({"code": "sunspots", "params": {}}) == "Reason: sunspots."


def test_missing_figures_show_a_dash() -> None:
    assert "– A" in sentence({"code": "offline", "params": {}})


def test_a_percent_sign_in_a_name_does_no_harm() -> None:
    assert "zone 100%s %(x)s," in sentence({"code": "limited", "params": {**PARAMS, "zone": "100%s %(x)s"}})


@pytest.mark.parametrize(
    ("value", "text"), [(11.5, "11.5"), (32.0, "32"), (0.04, "0"), (-0.04, "0"), (100.0, "100"), (None, "–")]
)
def test_numbers_carry_no_needless_zero(value: float | None, text: str) -> None:
    assert number(value) == text


def test_french_numbers_have_a_comma() -> None:
    with translation.override("fr"):
        assert number(11.5) == "11,5"


@pytest.mark.parametrize(
    ("seconds", "text"), [(0, "0 s"), (59.9, "59 s"), (60, "1 min"), (3900, "1 h 05 min"), (None, "–")]
)
def test_durations_are_short(seconds: float | None, text: str) -> None:
    assert duration(seconds) == text


EVENTS = (
    "setpoint_changed",
    "meter_lost",
    "meter_restored",
    "station_unmanaged",
    "limit_not_enforceable",
    "reduction_not_enforceable",
    "ranks_reviewed",
    "write_failed",
    "station_connected",
    "station_lost",
    "phases_learned",
    "profiles_lost",
    "clock_gap",
    "meter_phases_swapped",
    "meter_sign_inverted",
    "production_negative",
    "reduced",
    "reduction_ended",
    "station_disobeys",
    "disobeys",
    "counted_at",
    "sanctioned",
    "obeys_again",
    "offer_doubted",
    "draws_a_little_more",
    "trusted",
    "clock_wrong",
    "clock_right",
)


@pytest.mark.parametrize("code", EVENTS)
def test_every_event_of_the_engine_has_words(code: str) -> None:
    said = event_sentence(
        code,
        {
            "outcome": "timeout",
            "limit_a": 6.0,
            "over_a": 3.2,
            "lines": "L1",
            "to_a": 6.0,
            "drawn_a": 16.0,
            "allowed_a": 8.0,
            "max_a": 20.0,
        },
    )
    assert said.endswith(".")
    assert code not in said


def test_a_changed_setpoint_says_from_what_to_what_and_why() -> None:
    said = event_sentence(
        "setpoint_changed", {"from_a": 32.0, "to_a": 11.5, "reason": "at_maximum", "reason_max_a": 11.5}
    )
    assert said.startswith("Setpoint from 32 to 11.5 A. Full current: 11.5 A")


def test_a_first_setpoint_has_no_from() -> None:
    assert event_sentence("setpoint_changed", {"from_a": None, "to_a": 6.0}) == "Setpoint 6 A."


def test_a_lost_meter_says_why() -> None:
    assert "does not answer" in event_sentence("meter_lost", {"reason": "silent"})
    assert "(CRC)" in event_sentence("meter_lost", {"reason": "CRC"})


def test_a_failed_write_says_what_became_of_it() -> None:
    assert event_sentence("write_failed", {"limit_a": 6.0, "outcome": "timeout"}) == "A limit of 6 A was not answered."


def test_an_unknown_event_shows_its_figures() -> None:
    assert event_sentence("moon_rise", {"at_a": 2.5, "by": None}) == "Moon rise (at_a: 2.5, by: –)"


@pytest.mark.parametrize(
    ("figures", "said"),
    [
        ({"quotient_pct": 60.0, "max_a": None}, "Réduite à 60 % (heures tarifaires : Peak)."),
        ({"quotient_pct": None, "max_a": 12.5}, "12,5 A au plus (heures tarifaires : Peak)."),
    ],
)
def test_a_reduction_that_begins_is_told_with_its_source(figures: dict[str, float | None], said: str) -> None:
    with translation.override("fr"):
        assert event_sentence("reduced", {"source": "time of use: Peak", **figures}) == said


def test_a_reduction_that_ends_is_told_with_its_source() -> None:
    said = event_sentence("reduction_ended", {"source": "digital input Relay"})
    assert said == "No longer reduced by digital input Relay."
