"""Raises wait for their row; decreases for nothing; a paused process trusts nothing."""

from control.conductor import Conductor, Turn, row_of
from engine.commands import Action, Target
from engine.facts import (
    Configured,
    Outcome,
    StationConnected,
    StationReady,
    Status,
    StatusChanged,
    TransactionStarted,
    Trusted,
    WriteEnded,
)
from tests.engine.builders import config, connector, zone


def conductor(max_a: float = 60, cars: int = 2) -> tuple[Conductor, float]:
    """Sessions on every connector, settled on their share of the zone."""
    made = Conductor()
    made.tell(Configured(config([zone(1, max_a)], [connector(i + 1) for i in range(cars)])), 0.0)
    for i in range(cars):
        for fact in (StationConnected(i + 1), StationReady(i + 1), StatusChanged(i + 1, Status.AVAILABLE)):
            made.tell(fact, 0.0)
    now = settle(made, 0.0, 10)
    for i in range(cars):
        made.tell(TransactionStarted(i + 1, 100 + i), now)
        made.tell(StatusChanged(i + 1, Status.CHARGING), now)
    return made, settle(made, now, 20)


def accept(made: Conductor, turn: Turn, now: float) -> None:
    for write in (*turn.send, *made.saved(turn.held, turn.rows, True, now)):
        made.tell(WriteEnded(write.connector, write.generation, Outcome.ACCEPTED), now)


def settle(made: Conductor, now: float, seconds: int) -> float:
    for _ in range(seconds):
        now += 1
        accept(made, made.turn(now), now)
    return now


def raise_of_two(made: Conductor, now: float) -> Turn:
    made.tell(Configured(config([zone(1, 64)], [connector(1), connector(2)])), now)
    return made.turn(now)


def test_a_raise_is_held_until_its_row_is_stored() -> None:
    made, now = conductor()
    turn = raise_of_two(made, now)
    assert {w.limit_ma for w in turn.held if w.target is Target.LIMIT} == {32_000}
    assert all(w.target is not Target.LIMIT for w in turn.send)
    assert {row.limit_possible_ma for row in turn.rows} == {32_000}


def test_a_decrease_leaves_at_once() -> None:
    made, now = conductor()
    made.tell(Configured(config([zone(1, 20)], [connector(1), connector(2)])), now)
    turn = made.turn(now)
    assert [w.limit_ma for w in turn.send if w.target is Target.LIMIT] == [10_000, 10_000]


def test_a_raise_whose_row_could_not_be_stored_never_leaves() -> None:
    made, now = conductor()
    turn = raise_of_two(made, now)
    assert made.saved(turn.held, turn.rows, False, now) == []
    assert made.site.connectors[1].limit.highest_ma == 30_000


def test_a_row_that_could_not_be_stored_is_stored_with_the_next_turn() -> None:
    made, now = conductor()
    turn = raise_of_two(made, now)
    made.saved(turn.held, turn.rows, False, now)
    assert {row.connector for row in made.turn(now + 1).rows} == {1, 2}


def test_a_held_raise_that_was_overtaken_by_a_decrease_never_leaves() -> None:
    made, now = conductor()
    turn = raise_of_two(made, now)
    made.tell(Configured(config([zone(1, 20)], [connector(1), connector(2)])), now)
    made.turn(now + 0.1)
    assert [w for w in made.saved(turn.held, turn.rows, True, now + 0.2) if w.target is Target.LIMIT] == []


def test_a_process_that_was_paused_asks_every_station_again() -> None:
    made, now = conductor()
    assert made.turn(now + 1).send == []
    assert {(w.connector, w.target) for w in made.turn(now + 30).send} == {
        (i, target) for i in (1, 2) for target in (Target.DEFAULT, Target.LIMIT)
    }


def test_the_row_of_a_trusted_connector_is_written_though_it_says_what_it_said() -> None:
    """`control.trusting` has written into it that the station is still to be told."""
    made, now = conductor()
    assert made.turn(now + 1).rows == []
    made.tell(Trusted(1), now + 1)
    turn = made.turn(now + 2)
    assert [order.action for order in turn.orders] == [Action.ENABLE]
    assert [row.connector for row in turn.rows] == [1]


def test_rows_name_the_zones_under_which_the_setpoint_was_written() -> None:
    made, now = conductor()
    zones = [zone(1, 60), zone(2, 60)]
    made.tell(Configured(config(zones, [connector(1, 2), connector(2, 1)])), now)
    assert [place.zones for place in row_of(made.site.connectors[1]).places] == [(1,), (2,)]
    now = settle(made, now, 20)
    assert [place.zones for place in row_of(made.site.connectors[1]).places] == [(2,)]


def test_facts_about_a_connector_wait_until_it_is_configured() -> None:
    """Rows come first: a station that another process has installed may call in before control has read them."""
    made, now = conductor(cars=1)
    for fact in (StationConnected(2), StationReady(2), StatusChanged(2, Status.AVAILABLE), TransactionStarted(2, 7)):
        made.tell(fact, now)
    made.tell(Configured(config([zone(1, 60)], [connector(1), connector(2)])), now)
    found = made.site.connectors[2]
    assert (found.status, found.session is not None) == (Status.AVAILABLE, True)
    assert made.site.station_of(found).ready


def test_facts_about_what_no_configuration_names_are_forgotten() -> None:
    made, now = conductor(cars=1)
    made.tell(TransactionStarted(2, 7), now)
    made.tell(Configured(config([zone(1, 50)], [connector(1)])), now)
    made.tell(Configured(config([zone(1, 50)], [connector(1), connector(2)])), now)
    assert made.site.connectors[2].session is None
