"""S11, S25: a row never says less than what a car may still be drawing."""

from control.conductor import row_of
from tests.engine.builders import Bench, config, connector, zone


def test_a_row_keeps_what_a_car_may_not_have_followed_yet() -> None:
    bench = Bench(config([zone(1, 60)], [connector(1), connector(2)]))
    bench.online(1, 2)
    bench.plug(1, 2)
    bench.run(30)
    bench.reconfigure(zones=(zone(1, 20),))
    bench.cycle()
    row = row_of(bench.at(1))
    assert (row.limit_ma, row.limit_possible_ma) == (10_000, 30_000)
    bench.run(8)
    assert row_of(bench.at(1)).limit_possible_ma == 10_000
