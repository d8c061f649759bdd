"""S11, S12, S25: a row never says less than what a car may still be drawing."""

from control.conductor import row_of
from engine.facts import TransactionStarted
from tests.engine.builders import Bench, config, connector, zone
from tests.engine.test_edits import EDITS, Edit, tree
from tests.simulation.process import restored


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


@EDITS
def test_a_restart_amid_the_edit_loses_no_doubt(edit: Edit) -> None:
    """The rows of the connectors are all that the next process knows."""
    bench = tree()
    edit(bench)
    bench.cycle()
    again = Bench(bench.site.config)
    for identity in (1, 2):
        again.tell(TransactionStarted(identity, 100 + identity), restored(identity, True, row_of(bench.at(identity))))
    again.online(2)
    again.run(30)
    assert again.site.zones[0].entitled_ma[0] >= 32_000
    assert again.at(2).limit.highest_ma <= 8_000


@EDITS
def test_an_edit_that_only_the_next_process_sees_counts_as_well(edit: Edit) -> None:
    """Its rows were written before the edit."""
    bench = tree()
    rows = [row_of(bench.at(identity)) for identity in (1, 2)]
    edit(bench)
    again = Bench(bench.site.config)
    for row in rows:
        again.tell(TransactionStarted(row.connector, 100 + row.connector), restored(row.connector, True, row))
    again.online(2)
    again.run(30)
    assert again.site.zones[0].entitled_ma[0] >= 32_000
