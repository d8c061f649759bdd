"""What the simulated meters show, register by register (field notes, part B)."""

import struct
from math import isnan

import pytest

from simulator.meter import Meter
from simulator.registers import LAYOUTS, Fault, Image, image

CURRENTS = (10_000, 20_000, -5_000)


def f32(shown: Image, address: int) -> float:
    words = shown.read(address, 2)
    assert words is not None
    return float(struct.unpack(">f", struct.pack(">2H", *words))[0])


@pytest.mark.parametrize(
    ("model", "current", "power", "total", "unit_w"),
    [("PM5320, IEM3x5x", 2999, 3053, 3059, 1000), ("PowerTag A", 2999, 3053, 3059, 1),
     ("NSX", 32027, 32071, 32077, 1), ("MTZ", 32027, 32071, 32077, 1)],
)  # fmt: skip
def test_float_models(model: str, current: int, power: int, total: int, unit_w: int) -> None:
    shown = image(model, CURRENTS, 0)
    assert [f32(shown, current + 2 * i) for i in range(3)] == [10, 20, 5]
    assert [f32(shown, power + 2 * i) for i in range(3)] == pytest.approx([w / unit_w for w in (2300, 4600, -1150)])
    assert f32(shown, total) == pytest.approx(5750 / unit_w)


def test_the_legacy_model_speaks_integers() -> None:
    shown = image("NSX legacy", CURRENTS, 1_234_000)
    assert shown.read(12015, 3) == [10, 20, 5]
    assert shown.read(12037, 4) == [23, 46, 65536 - 12, 58]
    assert shown.read(12049, 2) == [0, 1234]


def test_energy_is_a_64_bit_integer_in_wh() -> None:
    assert image("PM5320, IEM3x5x", CURRENTS, 70_000).read(3203, 4) == [0, 0, 1, 70_000 - 65_536]


@pytest.mark.parametrize(("address", "count"), [(3000, 2), (2999, 1), (2998, 2), (3203, 3), (3215, 2)])
def test_a_read_that_splits_a_value_or_leaves_the_map_is_refused(address: int, count: int) -> None:
    assert image("PM5320, IEM3x5x", CURRENTS, 0).read(address, count) is None


@pytest.mark.parametrize("model", LAYOUTS)
def test_each_model_can_be_read_in_one_block_or_two(model: str) -> None:
    shown = image(model, CURRENTS, 5)
    first, last = min(shown.words), max(shown.words)
    assert shown.read(first, 62 if last - first > 124 else last - first + 1) is not None


@pytest.mark.parametrize(
    ("fault", "expected"), [(Fault.TIMES_TEN, (100, 23)), (Fault.SIGN_FLIP, (10, -2.3)), (None, (10, 2.3))]
)
def test_values_may_lie(fault: Fault | None, expected: tuple[float, float]) -> None:
    shown = image("PM5320, IEM3x5x", CURRENTS, 0, fault=fault)
    assert (f32(shown, 2999), f32(shown, 3053)) == pytest.approx(expected)


@pytest.mark.parametrize("fault", [Fault.NAN, Fault.SENTINEL])
def test_values_may_be_no_numbers(fault: Fault) -> None:
    assert isnan(f32(image("NSX", CURRENTS, 0, fault=fault), 32027))
    assert image("NSX", CURRENTS, 0, fault=fault).read(32095, 4) == [0x8000, 0, 0, 0]


def test_a_lagging_meter_shows_the_past() -> None:
    meter = Meter("m", lag_s=2.0)
    for at, ma in ((1.0, 10_000), (2.0, 20_000), (3.5, 30_000)):
        meter.feed((ma, ma, ma), at)
    assert [meter.reading_ma(at) for at in (3.5, 4.0, 5.5)] == [(ma,) * 3 for ma in (10_000, 20_000, 30_000)]


def test_a_frozen_meter_stays_and_thaws() -> None:
    meter = Meter("m")
    meter.feed((1_000, 1_000, 1_000), 1.0)
    meter.misbehave(Fault.FROZEN, 1.0)
    before = meter.image(1.0)
    meter.feed((9_000, 9_000, 9_000), 2.0)
    assert (meter.reading_ma(2.0), meter.image(2.0)) == ((1_000,) * 3, before)
    meter.misbehave(None, 2.0)
    assert meter.reading_ma(2.0) == (9_000,) * 3


@pytest.mark.parametrize("fault", [Fault.SILENT, Fault.EXCEPTION, Fault.GARBAGE, Fault.NAN, Fault.SENTINEL, Fault.LATE])
def test_a_broken_meter_has_no_reading(fault: Fault) -> None:
    meter = Meter("m")
    meter.misbehave(fault, 1.0)
    assert meter.reading_ma(1.0) is None


def test_it_counts_imported_energy() -> None:
    meter = Meter("m")
    meter.feed((10_000, 10_000, 10_000), 0.0)
    meter.feed((10_000, 10_000, 10_000), 3600.0)
    assert meter.image(3600.0).read(3203, 4) == [0, 0, 0, 6900]
