"""ENE-15: who suspended a session, as pages and the API show it, whatever the station says."""

from datetime import UTC, datetime
from typing import Any

import pytest

from control.document import draw
from control.loading import Names
from control.statuses import shown_status
from engine.facts import StationDisconnected, Status, StatusChanged
from engine.model import Optimisation, Suspension
from tests.engine.builders import config, connector, zone
from tests.engine.drawing import Garage

WORDS = [Status.CHARGING, Status.SUSPENDED_EV, Status.SUSPENDED_EVSE, Status.PREPARING]
NAMES = Names({1: "A", 2: "B"}, {1: "A", 2: "B"}, {}, {1: 1, 2: 1}, {1: "L1L2L3", 2: "L1L2L3"})


def garage(max_a: float = 100, **options: Any) -> Garage:
    return Garage(config([zone(1, max_a)], [connector(1), connector(2)], optimisation=Optimisation(**options)))


def shown(site: Garage, identity: int, word: Status | None = None) -> Status:
    if word is not None:
        site.bench.tell(StatusChanged(identity, word))
    return shown_status(site.bench.site, site.bench.at(identity), site.bench.now)


@pytest.mark.parametrize("word", WORDS)
def test_a_session_suspended_by_the_system_is_suspended_by_the_evse(word: Status) -> None:
    site = garage()
    site.plug(0)
    site.run(95)
    assert shown(site, 1, word) is Status.SUSPENDED_EVSE


@pytest.mark.parametrize("word", WORDS)
def test_a_session_that_was_shed_is_suspended_by_the_evse(word: Status) -> None:
    site = garage(8)
    site.plug(8, 8)
    site.run(30)
    assert shown(site, 2, word) is Status.SUSPENDED_EVSE


@pytest.mark.parametrize("word", WORDS)
@pytest.mark.parametrize("strategy", [Suspension.DISABLE, Suspension.REUSE])
def test_a_car_that_takes_nothing_of_its_offer_suspended_itself(word: Status, strategy: Suspension) -> None:
    site = garage(suspension=strategy)
    site.plug(lambda s: 16 if s < 100 else 0)
    site.run(145)
    assert shown(site, 1, word) is Status.SUSPENDED_EV


@pytest.mark.parametrize("word", [Status.SUSPENDED_EV, Status.SUSPENDED_EVSE])
def test_a_car_that_draws_is_not_suspended(word: Status) -> None:
    site = garage()
    site.plug(16)
    site.run(30)
    assert shown(site, 1, word) is Status.CHARGING


def test_without_reports_the_station_is_believed() -> None:
    site = garage()
    site.plug(0)
    site.quiet = {1}
    site.run(120)
    assert [shown(site, 1, word) for word in WORDS] == WORDS


@pytest.mark.parametrize("word", [Status.FAULTED, Status.FINISHING, Status.UNAVAILABLE])
def test_other_words_of_a_station_stand(word: Status) -> None:
    site = garage()
    site.plug(0)
    site.run(95)
    assert shown(site, 1, word) is word


def test_nobody_knows_what_a_lost_station_does() -> None:
    site = garage()
    site.plug(0)
    site.run(95)
    site.bench.tell(StationDisconnected(1))
    assert shown(site, 1) is Status.UNKNOWN


def test_the_document_says_it_counts_it_and_tells_when_the_car_is_woken() -> None:
    site = garage()
    site.plug(0, 32)
    site.until(0)
    site.run(150)
    document = draw(site.bench.site, NAMES, site.bench.now, datetime(2026, 3, 1, tzinfo=UTC))
    first = document["connectors"][0]
    assert (first["status"], first["setpoint_a"]) == ("suspended_evse", 0.0)
    assert first["reason"] == {"code": "system_suspended", "params": {"next_wake_up_s": 480}}
    assert (document["counts"]["suspended_evse"], document["counts"]["charging"]) == (1, 1)


def test_a_station_that_does_not_follow_its_limits_is_counted_as_faulted() -> None:
    site = garage()
    site.bench.at(2).disobeying_since = site.bench.now
    document = draw(site.bench.site, NAMES, site.bench.now, datetime(2026, 3, 1, tzinfo=UTC))
    assert document["stations"][1]["state"] == "unmanaged"
    assert document["counts"]["stations_faulted"] == 1
