"""T5 for control: a transaction whose Stop is missing is not told anything, and counts again if it goes on."""

import pytest

from engine.commands import Target
from engine.facts import Measured, StationBooted, Status, StatusChanged, TransactionStarted, TransactionStopped
from tests.engine.builders import Bench, config, connector, zone


def charging() -> Bench:
    made = Bench(config([zone(1, 40)], [connector(1), connector(2)]))
    made.online(1, 2)
    made.run(10)
    made.plug(1, 2)
    for identity in (1, 2):
        made.tell(StatusChanged(identity, Status.CHARGING))
    made.run(30)
    assert made.setpoints_a() == [20, 20]
    return made


def transaction_of(made: Bench) -> int:
    session = made.at(1).session
    assert session is not None
    return session.transaction


def show(made: Bench, *statuses: Status) -> None:
    for status in statuses:
        made.tell(StatusChanged(1, status))


@pytest.mark.parametrize("shown", [(Status.AVAILABLE,), (Status.PREPARING,), (Status.AVAILABLE, Status.PREPARING)])
def test_after_a_boot_without_its_charge_a_station_is_told_nothing_of_it(shown: tuple[Status, ...]) -> None:
    """After a power cut all of them answer so; their refusals would make them count at their ratings."""
    made = charging()
    made.tell(StationBooted(1))
    show(made, *shown)
    made.refusing = {(1, Target.LIMIT)}
    made.sent.clear()
    made.run(50)
    assert made.writes_to(1, Target.LIMIT) == []
    assert not made.at(1).unmanaged
    assert made.setpoints_a() == [32]


def test_it_is_served_again_as_soon_as_it_shows_a_charge() -> None:
    made = charging()
    show(made, Status.AVAILABLE)
    made.run(50)
    show(made, Status.CHARGING)
    made.run(30)
    assert made.setpoints_a() == [20, 20]


def test_what_it_was_told_counts_again_at_once() -> None:
    made = charging()
    show(made, Status.AVAILABLE)
    made.run(50)
    made.silent = {1}
    show(made, Status.SUSPENDED_EV)
    made.cycle()
    assert made.at(1).entitled_ma >= 20_000


def test_a_current_shows_that_it_goes_on() -> None:
    made = charging()
    show(made, Status.AVAILABLE)
    made.run(20)
    made.tell(Measured(1, currents_ma=(16_000, 16_000, 16_000)))
    assert made.at(1).session is not None


def test_meter_values_that_come_late_do_not_bring_it_back() -> None:
    """They tell of a running transaction once more, while its Stop waits behind them."""
    made = charging()
    number = transaction_of(made)
    made.tell(StationBooted(1))
    show(made, Status.AVAILABLE)
    made.tell(TransactionStarted(1, number))
    made.run(20)
    assert made.at(1).session is None
    assert made.setpoints_a() == [32]


def test_it_is_the_same_session_that_goes_on() -> None:
    made = charging()
    number = transaction_of(made)
    show(made, Status.AVAILABLE)
    made.run(5)
    show(made, Status.CHARGING)
    assert transaction_of(made) == number
    assert not made.at(1).limit.empty


def test_others_are_raised_no_faster_than_ever_before_the_stop_is_there() -> None:
    """L1: what ended by a word may go on by another; a Stop is sure."""
    made = Bench(config([zone(1, 40)], [connector(1), connector(2)]))
    made.online(1, 2)
    made.run(10)
    made.plug(1, 2)
    made.run(8)
    made.sent.clear()
    show(made, Status.AVAILABLE)
    made.run(5)
    assert made.writes_to(2, Target.LIMIT) == []
    made.tell(TransactionStopped(1, 101))
    made.run(1)
    assert made.setpoints_a() == [32]


def test_its_stop_and_the_next_start_end_it() -> None:
    made = charging()
    number = transaction_of(made)
    show(made, Status.AVAILABLE)
    made.tell(TransactionStopped(1, number))
    show(made, Status.PREPARING)
    made.tell(TransactionStarted(1, number + 1))
    show(made, Status.CHARGING)
    made.run(30)
    assert transaction_of(made) == number + 1
    assert made.setpoints_a() == [20, 20]


def test_a_station_that_says_preparing_after_its_start_is_served() -> None:
    made = Bench(config([zone(1, 40)], [connector(1)]))
    made.online(1)
    made.run(10)
    made.tell(TransactionStarted(1, 77))
    show(made, Status.PREPARING)
    made.run(5)
    assert made.setpoints_a() == [32]
