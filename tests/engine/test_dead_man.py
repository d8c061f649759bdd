"""S21: when EVCE is gone, what the stations still hold lapses in an order that no cable notices."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from engine.facts import Configured, MeterRead
from tests.engine.builders import Bench, config, connector, zone
from tests.engine.test_safety_properties import Field

STEP_S = 10.0
LONGEST_S = 1_800 + 60


def deliver_all(site: Field) -> None:
    site.cycle(["accepted"])
    for station in site.truth:
        for _ in range(6):
            site.deliver(station)


def drawn_ma(site: Field, zone: int) -> int:
    """What the cars of a zone and of those below it draw (zone 1 is the root)."""
    inside = [i for i in site.truth if zone == 1 or site.site.connectors[i].config.zone == zone]
    return sum(site.truth[i].draw_ma(site.now) for i in inside)


@settings(max_examples=40, deadline=None)
@given(
    stations=st.integers(2, 5),
    limit_a=st.integers(20, 120),
    arrivals=st.lists(st.tuples(st.integers(0, 150), st.integers(1, 5)), min_size=1, max_size=6),
    end_after=st.integers(5, 150),
    skew_s=st.floats(-9.5, 9.5),
    metered=st.sampled_from([None, 1, 2]),
    kinds=st.lists(st.sampled_from(["full", "full", "standing", "held not"]), min_size=1, max_size=3),
)
@example(stations=2, limit_a=40, arrivals=[(20, 1)], end_after=59, skew_s=0.0, metered=None, kinds=["full"])
@example(stations=2, limit_a=40, arrivals=[(20, 1)], end_after=59, skew_s=0.0, metered=None, kinds=["standing", "full"])
def test_without_evce_the_stations_never_draw_more_than_the_zone_bears(
    stations: int,
    limit_a: int,
    arrivals: list[tuple[int, int]],
    end_after: int,
    skew_s: float,
    metered: int | None,
    kinds: list[str],
) -> None:
    """Every station obeys and answers; then all links break at once and a car starts on each free connector."""
    site = Field(stations, limit_a, skew_s, metered, kinds)
    for i in site.truth:
        site.connect(i)
    for turn in range(end_after):
        for at, number in arrivals:
            if at == turn:
                site.plug(1 + number % stations)
        deliver_all(site)
        site.now += STEP_S
    assert_safe_without_evce(site)


def assert_safe_without_evce(site: Field) -> None:
    for i in site.truth:
        site.drop(i)
        site.plug(i)
    gone_at = site.now
    while site.now < gone_at + LONGEST_S:
        for position, config_of in enumerate(site.config.zones):
            assert drawn_ma(site, config_of.id) <= site.site.zones[position].capacity_ma[0]
        site.now += STEP_S


class Mixed(Field):
    """40 A without a meter over a zone with a meter (station 1) and one without (station 2)."""

    def __init__(self) -> None:
        super().__init__(2, 40)
        zones = [zone(1, 40), zone(2, 40, parent=1, meter=1, degraded_ma=20_000), zone(3, 40, parent=1)]
        self.config = config(zones, [connector(1, 2), connector(2, 3)])
        self.tell(Configured(self.config))

    def run(self, seconds: float) -> None:
        end = self.now + seconds
        while self.now < end:
            self.tell(MeterRead(1, (0, 0, 0), raw=int(self.now * 10)))
            deliver_all(self)
            self.now += 1


@pytest.mark.parametrize("charged_s", [300, 600, 630, 660, 690])
def test_an_idle_connector_in_a_metered_zone_is_held_down_while_one_beside_it_is_above_its_share(
    charged_s: float,
) -> None:
    """The limit of the one without a meter lasts for 600 s, the hold of the other was once good for 181 s only."""
    site = Mixed()
    site.connect(1)
    site.connect(2)
    site.run(20)
    site.plug(2)
    site.run(charged_s)
    assert site.truth[2].draw_ma(site.now) == 32_000
    assert_safe_without_evce(site)


@pytest.mark.parametrize("between", [False, True])
def test_the_shares_leave_room_for_a_building_that_is_metered_below(between: bool) -> None:
    """S5, ENE-4: without EVCE up to 50 A flow through the top to the building; the five cars have the other 50 A."""
    above = [zone(9, 100, parent=1)] if between else []
    zones = [
        zone(1, 100),
        *above,
        zone(2, 80, parent=9 if between else 1, meter=1, degraded_ma=30_000),
        zone(4, 30, parent=2, meter=2, degraded_ma=10_000),
        zone(3, 100, parent=1),
    ]
    bench = Bench(config(zones, [connector(1, 2), *(connector(i, 3) for i in range(2, 6))]))
    bench.run(1)
    assert [bench.at(i).share_ma for i in range(1, 6)] == [10_000] * 5


def test_a_building_that_may_take_all_leaves_no_share() -> None:
    zones = [zone(1, 60), *(zone(i, 40, parent=1, meter=i, degraded_ma=10_000) for i in (2, 3))]
    bench = Bench(config(zones, [connector(2, 2), connector(3, 3)]))
    bench.run(1)
    assert [bench.at(i).share_ma for i in (2, 3)] == [0, 0]
