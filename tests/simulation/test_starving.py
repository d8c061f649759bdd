"""F6: a station that takes ampere for watt charges nobody and keeps every limit; the simulated one is told of."""

from dataclasses import replace

from engine.starving import TAKES_LESS
from tests.stability.stage import Stage, board, site, stations


def charged(*, takes_watts: bool, minutes: int = 30) -> Stage:
    stage = Stage(site(board("Main", 40, stations(2))))
    station = stage.wire(1).station
    station.behave(replace(station.spec, takes_watts=takes_watts), stage.now)
    return stage.run(30).plug(1, 2).run(minutes * 60)


def warned(stage: Stage) -> list[str]:
    return [subject for code, subject in stage.world.process.site.alarms if code == TAKES_LESS]


def test_a_station_that_takes_ampere_for_watt_is_told_of() -> None:
    assert warned(charged(takes_watts=True)) == ["ST1/1"]


def test_a_station_that_reads_its_limits_is_not() -> None:
    assert warned(charged(takes_watts=False)) == []
