"""Facts about sessions in the orders that stations send them."""

from engine.commands import Target
from engine.facts import Status, StatusChanged, TransactionStarted, TransactionStopped
from engine.station_facts import UNMANAGED_AFTER
from tests.engine.builders import Bench, config, connector, zone


def test_a_status_that_came_before_a_queued_stop_and_start_belongs_to_the_new_session() -> None:
    bench = Bench(config([zone(1, 60)], [connector(1)]))
    bench.online(1)
    bench.run(10)
    bench.plug(1)
    bench.run(10)
    bench.tell(StatusChanged(1, Status.SUSPENDED_EVSE), TransactionStopped(1, 101), TransactionStarted(1, 102))
    bench.run(10)
    assert bench.setpoints_a() == [32]


def test_a_station_that_takes_its_default_again_is_asked_at_once_about_its_limit() -> None:
    bench = Bench(config([zone(1, 60)], [connector(1)]))
    bench.online(1)
    bench.run(10)
    bench.refusing = {(1, Target.LIMIT)}
    bench.plug(1)
    bench.run(11 * UNMANAGED_AFTER)
    bench.refusing = set()
    bench.reconfigure(zones=(zone(1, 30),))
    bench.run(10)
    assert bench.setpoints_a() == [30]
