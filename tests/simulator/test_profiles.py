"""OCPP 1.6 smart charging in the station model (invariants 1.1), table by table."""

from math import inf
from typing import Any

import pytest

from simulator.profiles import ProfileStore, read_profile
from simulator.timestamps import iso

ONE_PHASE = [{"startPeriod": 0, "limit": 3680, "numberPhases": 1}]
T0 = 1_800_000_000.0


def made(limit: float, **more: Any) -> dict[str, Any]:
    schedule = {
        "chargingRateUnit": "A",
        "startSchedule": iso(T0 - 60),
        "chargingSchedulePeriod": [{"startPeriod": 0, "limit": limit}],
    }
    for key in ("duration", "startSchedule", "chargingRateUnit", "chargingSchedulePeriod"):
        if key in more:
            schedule[key] = more.pop(key)
    raw = {
        "chargingProfileId": 1,
        "stackLevel": 0,
        "chargingProfilePurpose": "TxDefaultProfile",
        "chargingProfileKind": "Absolute",
        "chargingSchedule": {k: v for k, v in schedule.items() if v is not None},
    }
    return raw | more


def store(*profiles: tuple[int, dict[str, Any]]) -> ProfileStore:
    kept = ProfileStore()
    for n, (connector, raw) in enumerate(profiles, start=1):
        kept.install(read_profile(connector, {**raw, "chargingProfileId": n}, volts=230.0, terminals=3))
    return kept


def limit(kept: ProfileStore, after_s: float = 0.0, began: float | None = T0 - 10, connector: int = 1) -> int | None:
    return kept.limit(connector, T0 + after_s, began)[0]


TX = {"chargingProfilePurpose": "TxProfile", "stackLevel": 1}


@pytest.mark.parametrize(
    ("profiles", "expected_ma"),
    [
        ([], None),
        ([(1, made(16))], 16_000),
        ([(1, made(16)), (1, made(20, **TX))], 20_000),
        ([(1, made(16)), (1, made(10, stackLevel=2))], 10_000),
        ([(1, made(16)), (1, made(20, stackLevel=2))], 20_000),
        ([(0, made(12))], 12_000),
        ([(0, made(12)), (1, made(16))], 16_000),
        ([(0, made(12, stackLevel=3)), (1, made(16))], 12_000),
        ([(2, made(16))], None),
        ([(1, made(16, validFrom=iso(T0 + 5)))], None),
        ([(1, made(16, validTo=iso(T0 - 5)))], None),
        ([(1, made(16)), (1, made(9, stackLevel=1, duration=30))], 16_000),
        ([(1, made(16)), (1, made(9, stackLevel=1, duration=90))], 9_000),
        ([(1, made(11_040, chargingRateUnit="W"))], 16_000),
        ([(1, made(0, chargingRateUnit="W", chargingSchedulePeriod=ONE_PHASE))], 16_000),
    ],
)  # fmt: skip
def test_the_prevailing_limit_of_a_transaction(profiles: list[Any], expected_ma: int | None) -> None:
    assert limit(store(*profiles)) == expected_ma


def test_a_transaction_profile_says_nothing_without_a_transaction() -> None:
    assert limit(store((1, made(16)), (1, made(20, **TX))), began=None) == 16_000


def test_a_transaction_profile_falls_to_the_default_when_its_duration_ends() -> None:
    kept = store((1, made(10)), (1, made(25, duration=100, **TX)))
    assert [limit(kept, after) for after in (0, 39.9, 40, 1000)] == [25_000, 25_000, 10_000, 10_000]


def test_the_end_of_a_limit_is_known_beforehand() -> None:
    kept = store((1, made(10)), (1, made(25, duration=100, **TX)))
    assert kept.limit(1, T0, T0)[1] == T0 + 40
    assert kept.limit(1, T0 + 50, T0)[1] == inf


def test_the_last_period_holds_until_the_duration_ends() -> None:
    periods = [{"startPeriod": 0, "limit": 32}, {"startPeriod": 70, "limit": 8}]
    kept = store((1, made(0, duration=200, chargingSchedulePeriod=periods)))
    assert [limit(kept, after) for after in (0, 9, 10, 139, 140)] == [32_000, 32_000, 8_000, 8_000, None]


def test_a_relative_schedule_begins_with_the_transaction() -> None:
    kept = store((1, made(8, chargingProfileKind="Relative", duration=30)))
    assert limit(kept, began=T0 - 29) == 8_000
    assert limit(kept, began=T0 - 30) is None


def test_an_absolute_schedule_without_a_start_begins_with_the_transaction() -> None:
    assert limit(store((1, made(8, startSchedule=None, duration=30))), began=T0 - 29) == 8_000


def test_a_daily_schedule_comes_back_and_leaves_a_gap() -> None:
    kept = store((1, made(8, chargingProfileKind="Recurring", recurrencyKind="Daily", duration=3600)))
    assert [limit(kept, after) for after in (0, 3540, 86_339, 86_340)] == [8_000, None, None, 8_000]


def test_a_replacement_with_a_future_start_opens_a_gap() -> None:
    kept = store((1, made(8)), (1, made(6, validFrom=iso(T0 + 10))))
    assert [limit(kept, after) for after in (0, 10)] == [None, 6_000]


def test_the_same_id_replaces_wherever_it_was() -> None:
    kept = ProfileStore()
    for connector in (1, 2):
        kept.install(read_profile(connector, made(8), volts=230.0, terminals=3))
    assert len(kept) == 1


def test_the_end_of_a_transaction_takes_its_profiles_away() -> None:
    kept = store((1, made(16)), (1, made(20, **TX)), (2, made(20, **TX)))
    kept.end_transaction(1)
    assert limit(kept) == 16_000
    assert limit(kept, connector=2) == 20_000


@pytest.mark.parametrize(
    ("criteria", "gone"),
    [({}, 3), ({"profile_id": 2}, 1), ({"profile_id": 9}, 0), ({"connector": 1}, 2), ({"purpose": "TxProfile"}, 1),
     ({"connector": 1, "stack": 0}, 1), ({"connector": 3}, 0)],
)  # fmt: skip
def test_clear_removes_what_matches_every_criterion(criteria: dict[str, Any], gone: int) -> None:
    assert store((1, made(16)), (1, made(20, **TX)), (2, made(9))).clear(**criteria) == gone


STATION_MAX = {"chargingProfilePurpose": "ChargePointMaxProfile"}


@pytest.mark.parametrize(
    ("connector", "raw"),
    [
        (1, made(20, **STATION_MAX)),
        (0, made(20, startSchedule=None, **STATION_MAX)),
        (0, made(20, chargingProfileKind="Relative", **STATION_MAX)),
        (0, made(20, **TX)),
        (1, made(20, chargingSchedulePeriod=[{"startPeriod": 10, "limit": 8}])),
        (1, made(20, chargingProfilePurpose="Other")),
    ],
)
def test_what_breaks_the_specification_is_refused(connector: int, raw: dict[str, Any]) -> None:
    with pytest.raises(ValueError):
        read_profile(connector, raw, volts=230.0, terminals=3)
