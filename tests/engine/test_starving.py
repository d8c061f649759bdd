"""F6: a car that gets next to nothing of what it is allowed is told of. Full and slow ones are not meant."""

from dataclasses import replace
from typing import Any

import pytest

from engine.commands import Alarm, Entry
from engine.facts import Measured, Status, StatusChanged, TransactionStarted, Trusted
from engine.model import Optimisation, Suspension
from engine.starving import TAKES_LESS
from tests.engine.builders import Bench, config, connector, zone

NEVER_SUSPENDED = Optimisation(enabled=False, suspension=Suspension.DISABLE)


def charging(max_a: float = 40, **more: Any) -> Bench:
    """One car, told 32 A unless the zone gives less."""
    bench = Bench(config([zone(1, max_a)], [connector(1)], **({"optimisation": NEVER_SUSPENDED} | more)))
    bench.online(1)
    bench.run(10)
    bench.plug(1)
    bench.run(30)
    return bench


def reports(bench: Bench, ampere: float, seconds: int, offered_a: float | None = None) -> list[Entry | Alarm]:
    """A report each 10 s; what the journal was told."""
    told: list[Entry | Alarm] = []
    for _ in range(seconds // 10):
        line_ma = int(ampere * 1000)
        offered_ma = None if offered_a is None else int(offered_a * 1000)
        bench.tell(Measured(1, (line_ma, line_ma, line_ma), offered_ma=offered_ma))
        for _ in range(20):
            told += bench.cycle().entries
            bench.now += 0.5
    return told


def warned(bench: Bench) -> bool:
    return (TAKES_LESS, "S1/1") in bench.site.alarms


def test_a_car_that_never_gets_anything_is_told_of_after_two_minutes() -> None:
    bench = charging()
    bench.tell(StatusChanged(1, Status.SUSPENDED_EVSE))
    reports(bench, 0, 120)
    assert not warned(bench)
    told = reports(bench, 0, 20)
    assert warned(bench)
    assert [(e.code, dict(e.params)) for e in told if e.code == "takes_less"] == [
        ("takes_less", {"taken_a": 0, "allowed_a": 32})
    ]


def test_nobody_is_punished_for_it() -> None:
    bench = charging()
    bench.tell(StatusChanged(1, Status.SUSPENDED_EVSE))
    reports(bench, 0, 600)
    assert bench.setpoints_a() == [32]
    assert (bench.at(1).strikes, bench.at(1).sanction) == (0, None)


def test_one_that_says_that_it_charges_and_never_did_is_told_of() -> None:
    bench = charging()
    reports(bench, 0, 140)
    assert warned(bench)


def test_one_that_says_that_it_offers_next_to_nothing_is_told_of() -> None:
    """32 A read as 32 W."""
    bench = charging()
    reports(bench, 0, 140, offered_a=0.1)
    assert warned(bench)


@pytest.mark.parametrize(
    ("status", "drawn_a", "offered_a"),
    [
        pytest.param(Status.SUSPENDED_EV, 0, 32, id="a car that waits or is full"),
        pytest.param(Status.SUSPENDED_EV, 0, 0.1, id="the same, and the station writes nonsense"),
        pytest.param(Status.CHARGING, 0, 32, id="a car that waits, its station always says that it charges"),
        pytest.param(Status.CHARGING, 4, 32, id="a slow car"),
        pytest.param(Status.CHARGING, 13, 13, id="a cable of 13 A"),
        pytest.param(Status.CHARGING, 16, 0.1, id="its car draws more than it says that it offers"),
        pytest.param(Status.CHARGING, 16, 0, id="a station that writes 0"),
        pytest.param(Status.FINISHING, 0, None, id="the session is over"),
    ],
)
def test_what_is_not_meant(status: Status, drawn_a: float, offered_a: float | None) -> None:
    bench = charging()
    bench.tell(StatusChanged(1, status))
    reports(bench, drawn_a, 600, offered_a)
    assert not warned(bench)


def test_a_car_that_has_charged_and_is_full_is_not_meant_though_its_station_says_that_it_charges() -> None:
    bench = charging()
    reports(bench, 16, 60)
    reports(bench, 0, 600)
    assert not warned(bench)


def test_nor_is_one_that_had_energy_before_evce_was_restarted() -> None:
    bench = Bench(config([zone(1, 40)], [connector(1)], optimisation=NEVER_SUSPENDED))
    bench.online(1)
    bench.run(10)
    bench.tell(TransactionStarted(1, 101, energy_wh=9_000), StatusChanged(1, Status.CHARGING))
    bench.run(30)
    reports(bench, 0, 600)
    assert not warned(bench)


def test_a_car_that_evce_holds_at_nothing_is_not_meant() -> None:
    bench = charging(max_a=5)
    bench.tell(StatusChanged(1, Status.SUSPENDED_EVSE))
    reports(bench, 0, 600)
    assert bench.setpoints_a() == [0]
    assert not warned(bench)


def test_a_suspended_car_that_gets_nothing_is_found_out_at_its_wake_ups() -> None:
    bench = charging(optimisation=Optimisation())
    bench.tell(StatusChanged(1, Status.SUSPENDED_EVSE))
    reports(bench, 0, 400)
    assert (warned(bench), bench.setpoints_a()) == (False, [0])
    reports(bench, 0, 1_400)
    assert warned(bench)


def test_a_full_car_that_evce_suspends_is_not_meant_though_its_station_is_late_to_say_who_did() -> None:
    bench = charging(optimisation=Optimisation())
    reports(bench, 16, 60)
    bench.tell(StatusChanged(1, Status.SUSPENDED_EV))
    for _ in range(300):
        before = bench.setpoints_a()
        reports(bench, 0, 10)
        if bench.setpoints_a() != before:
            bench.tell(StatusChanged(1, Status.SUSPENDED_EVSE if before[0] else Status.SUSPENDED_EV))
    assert not warned(bench)


def test_it_is_over_once_the_car_draws_current() -> None:
    bench = charging()
    bench.tell(StatusChanged(1, Status.SUSPENDED_EVSE))
    reports(bench, 0, 140)
    bench.tell(StatusChanged(1, Status.CHARGING))
    told = reports(bench, 16, 60)
    assert [e.raised for e in told if isinstance(e, Alarm)] == [False]
    assert not warned(bench)


def test_it_stands_for_the_next_car_until_that_one_charges() -> None:
    bench = charging()
    reports(bench, 0, 140)
    bench.unplug(1)
    bench.run(10)
    bench.plug(1)
    bench.run(30)
    assert warned(bench)
    reports(bench, 16, 20)
    assert not warned(bench)


def test_a_person_who_trusts_the_station_ends_it() -> None:
    bench = charging()
    reports(bench, 0, 140)
    bench.tell(Trusted(1))
    assert not warned(bench)


def test_a_station_with_standing_limits_only_is_looked_at_as_well() -> None:
    bench = Bench(config([zone(1, 40)], [replace(connector(1), default_only=True)]))
    bench.online(1)
    bench.run(10)
    bench.plug(1)
    bench.run(90)
    bench.tell(StatusChanged(1, Status.SUSPENDED_EVSE))
    reports(bench, 0, 140)
    assert warned(bench)
