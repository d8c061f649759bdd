import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.wiring import Grid
from metering.decode import Values
from metering.faults import Fault, FaultCode, Unreadable
from metering.signs import production_currents_ma, zone_currents_ma

Three = tuple[float, float, float]


def values(currents: Three, powers: Three | None = None, power: float | None = None) -> Values:
    return Values(currents_a=currents, powers_w=powers, power_w=power)


def test_an_imported_phase_counts_its_whole_current() -> None:
    assert zone_currents_ma(values((10, 20, 30), (1150, 4600, 0)), Grid.STAR) == (10_000, 20_000, 30_000)


def test_an_exported_phase_counts_its_active_part_only() -> None:
    """MET-6: 10 A of which 1150 W flow out: -5 A, the reactive rest is not credited."""
    assert zone_currents_ma(values((10, 10, 10), (2300, -1150, -2300)), Grid.STAR) == (10_000, -5_000, -10_000)


def test_export_never_counts_for_more_than_the_current() -> None:
    assert zone_currents_ma(values((10, 0, 0), (-2530, 0, 0)), Grid.STAR) == (-10_000, 0, 0)


def test_inverted_transformers_turn_import_and_export_round() -> None:
    assert zone_currents_ma(values((10, 10, 0), (-2300, 1150, 0)), Grid.STAR, inverted=True) == (10_000, -5_000, 0)


def test_without_power_by_phase_export_counts_as_import() -> None:
    assert zone_currents_ma(values((10, 20, 30), None, -13_800), Grid.STAR) == (10_000, 20_000, 30_000)


def test_in_delta_one_negative_phase_is_no_export() -> None:
    """A lagging load between two lines shows as negative on one of two wattmeters."""
    assert zone_currents_ma(values((10, 10, 10), (-300, 0, 2000)), Grid.DELTA) == (10_000, 10_000, 10_000)


def test_in_delta_export_on_all_phases_counts() -> None:
    power = -10 * 230 / 3**0.5
    assert zone_currents_ma(values((10, 10, 10), (power, power, power)), Grid.DELTA) == (-10_000, -10_000, -10_000)


@pytest.mark.parametrize("sign", [1, -1])
def test_production_is_positive_whichever_way_the_meter_faces(sign: int) -> None:
    read = values((10, 10, 5), (sign * 2300, sign * 1150, sign * 2300))
    assert production_currents_ma(read, Grid.STAR) == (10_000, 5_000, 5_000)


def test_an_idle_inverters_reactive_current_is_no_production() -> None:
    assert production_currents_ma(values((4, 4, 4), (0, 0, 0)), Grid.STAR) == (0, 0, 0)


def test_total_power_alone_credits_its_part_of_the_current() -> None:
    assert production_currents_ma(values((20, 0, 0), None, -2300), Grid.STAR) == (10_000, 0, 0)


def test_a_production_meter_that_never_had_power_counts_its_current() -> None:
    assert production_currents_ma(values((10, 20, 30)), Grid.STAR) == (10_000, 20_000, 30_000)


def test_a_production_meter_that_lost_its_power_is_in_doubt() -> None:
    """S7: a local-production meter in doubt counts as 0 A, so there must be no reading."""
    lost = Fault(FaultCode.NOT_A_NUMBER, {"quantity": "power_l1", "register": 3054})
    with pytest.raises(Unreadable):
        production_currents_ma(Values(currents_a=(10, 10, 10), remarks=(lost,)), Grid.STAR)


amperes = st.tuples(*[st.floats(0, 6_300)] * 3)
watts = st.none() | st.tuples(*[st.floats(-1e6, 1e6)] * 3)


@given(amperes, watts, st.none() | st.floats(-1e6, 1e6), st.sampled_from(Grid), st.booleans())
def test_no_line_ever_counts_for_more_than_its_measured_current(
    currents: Three, powers: Three | None, power: float | None, grid: Grid, inverted: bool
) -> None:
    read = values(currents, powers, power)
    for line, current in enumerate(currents):
        assert abs(zone_currents_ma(read, grid, inverted)[line]) <= current * 1000 + 1
        assert 0 <= production_currents_ma(read, grid)[line] <= current * 1000 + 1
