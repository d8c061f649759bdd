"""S15: EVCE is killed while a station ignores its limits; started again it does not believe that station either."""

from dataclasses import replace

from engine.facts import Trusted
from tests.simulation.reading import connector_id
from tests.stability.stage import Stage, board, site, stations

DARK_S, AWAY_S = 5.0, 300.0


def caught() -> Stage:
    """A zone of 40 A; the car of station 1 draws 32 A whatever it is told, and EVCE has found that out."""
    stage = Stage(site(board("Main", 40, stations(2))))
    stage.run(30).plug(1, 2).run(60)
    station = stage.wire(1).station
    station.behave(replace(station.spec, ignores_limits=True), stage.now)
    stage.until(lambda: stage.connector(1).disobeying_since is not None, 60)
    stage.until(lambda: stage.flows_a("Main") <= 40, 30)
    return stage


def test_what_it_draws_stays_set_aside_while_it_is_away() -> None:
    stage = caught()
    stage.wire(1).vanish(AWAY_S)
    stage.world.kill(DARK_S)
    stage.run(AWAY_S - 10)
    assert stage.connector(1).entitled_ma == 32_000
    assert stage.flows_a("Main") <= 40
    assert stage.offered_a(2) == [8]


def test_it_is_served_again_once_a_person_trusts_it() -> None:
    stage = caught()
    station = stage.wire(1).station
    station.behave(replace(station.spec, ignores_limits=False), stage.now)
    stage.world.kill(DARK_S)
    stage.run(DARK_S + 20)
    stage.world.process.tell(Trusted(connector_id(1, 1)))
    stage.world.kill(DARK_S)
    stage.run(90)
    assert stage.connector(1).disobeying_since is None
    assert stage.connector(1).strikes == 0
