import math
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metering.decode import MOST_A, Values, Words, decode
from metering.faults import Fault, FaultCode, Unreadable
from metering.maps import MODELS, Format, Quantity, Register, RegisterMap, Table, Unit, WordOrder
from metering.sentences import english

PM = MODELS["PM5320, IEM3x5x"]
LEGACY = MODELS["NSX legacy"]


def f32(value: float) -> tuple[int, ...]:
    return struct.unpack(">HH", struct.pack(">f", value))


def i64(value: int) -> tuple[int, ...]:
    return struct.unpack(">HHHH", struct.pack(">q", value))


def pm_words(**changes: tuple[int, ...]) -> dict[Quantity, tuple[int, ...]]:
    words = {q: f32(10.0) for q in Quantity if q.value.startswith("current")}
    words |= {q: f32(2.0) for q in Quantity if q.value.startswith("power")}
    words[Quantity.ENERGY] = i64(5_000)
    return words | {Quantity(name): value for name, value in changes.items()}


def fault_of(register_map: RegisterMap, words: Words) -> Fault:
    with pytest.raises(Unreadable) as caught:
        decode(register_map, words)
    return caught.value.fault


def one(coded: Format, words: tuple[int, ...], **options: object) -> Values:
    """A model whose three currents stand in the same register."""
    currents = tuple(
        Register(q, 100, coded, Unit.A, **options)  # type: ignore[arg-type]  # test shorthand
        for q in (Quantity.CURRENT_L1, Quantity.CURRENT_L2, Quantity.CURRENT_L3)
    )
    return decode(RegisterMap("own", currents), {register.quantity: words for register in currents})


def test_kilowatts_become_watts() -> None:
    values = decode(PM, pm_words())
    assert values.powers_w == (2000.0, 2000.0, 2000.0)
    assert (values.currents_a, values.power_w, values.energy_wh) == ((10.0, 10.0, 10.0), 2000.0, 5_000)


@pytest.mark.parametrize(
    ("coded", "words"),
    [
        (Format.FLOAT32, (0x4120, 0)),
        (Format.INT64, (0, 0, 0, 10)),
        (Format.INT32, (0, 10)),
        (Format.INT16, (10,)),
        (Format.UINT64, (0, 0, 0, 10)),
        (Format.UINT32, (0, 10)),
        (Format.UINT16, (10,)),
    ],
)
def test_ten_amperes_in_every_format(coded: Format, words: tuple[int, ...]) -> None:
    assert one(coded, words).currents_a == (10.0, 10.0, 10.0)


def test_the_scale_of_an_own_model_applies() -> None:
    """MET-3: 10 000 x 0.001 = 10 A."""
    assert one(Format.UINT16, (10_000,), scale=0.001).currents_a == (10.0, 10.0, 10.0)


def test_little_endian_word_order_turns_the_words_round() -> None:
    register = Register(Quantity.CURRENT_L1, 1, Format.FLOAT32, Unit.A, table=Table.INPUT)
    own = RegisterMap("own", (register,), WordOrder.LITTLE)
    assert decode(own, {Quantity.CURRENT_L1: (0, 0x4120)}, lines=1).currents_a == (10.0, 0.0, 0.0)


@pytest.mark.parametrize(
    ("coded", "words"),
    [
        (Format.INT64, (0x8000, 0, 0, 0)),
        (Format.INT32, (0x8000, 0)),
        (Format.INT16, (0x8000,)),
        (Format.UINT64, (0xFFFF,) * 4),
        (Format.UINT32, (0xFFFF,) * 2),
        (Format.UINT16, (0xFFFF,)),
    ],
)
def test_a_sentinel_is_no_current(coded: Format, words: tuple[int, ...]) -> None:
    with pytest.raises(Unreadable) as caught:
        one(coded, words)
    assert caught.value.fault.code is FaultCode.UNAVAILABLE


def test_a_legacy_breaker_marks_what_it_lacks_with_8000_in_unsigned_registers_too() -> None:
    words = dict.fromkeys(Quantity, (0x8000,))
    assert fault_of(LEGACY, words).code is FaultCode.UNAVAILABLE


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        ((0xFFC0, 0), FaultCode.NOT_A_NUMBER),
        ((0x7F80, 0), FaultCode.INFINITE),
        ((0xFF80, 0), FaultCode.INFINITE),
        (f32(10_500.0), FaultCode.ABSURD),
    ],
)
def test_a_current_that_is_none_loses_the_reading(raw: tuple[int, ...], code: FaultCode) -> None:
    fault = fault_of(PM, pm_words(current_l2=raw))
    assert (fault.code, fault.params["quantity"], fault.params["register"]) == (code, "current_l2", 3002)


def test_the_error_names_quantity_register_and_reason() -> None:
    fault = fault_of(PM, pm_words(current_l2=(0xFFC0, 0)))
    assert english(fault) == "current L2 (register 3002) is not a number"


def test_a_breaker_without_neutral_tap_has_currents_only() -> None:
    nan = (0xFFC0, 0)
    values = decode(PM, pm_words(power_l1=nan, power_l2=nan, power_l3=nan))
    assert values.powers_w is None
    assert [r.params["quantity"] for r in values.remarks] == ["power_l1", "power_l2", "power_l3"]


def test_power_that_one_phase_lacks_loses_the_reading() -> None:
    assert fault_of(PM, pm_words(power_l3=(0xFFC0, 0))).code is FaultCode.PARTLY


@pytest.mark.parametrize(("power", "code"), [((0x7F80, 0), FaultCode.INFINITE), (f32(1e9), FaultCode.ABSURD)])
def test_powers_that_can_not_be_lose_the_reading(power: tuple[int, ...], code: FaultCode) -> None:
    assert fault_of(PM, pm_words(power_l1=power, power_l2=power, power_l3=power)).code is code


@pytest.mark.parametrize("energy", [i64(-(2**63)), i64(2**62)])
def test_energy_that_makes_no_sense_is_left_out(energy: tuple[int, ...]) -> None:
    values = decode(PM, pm_words(energy=energy))
    assert (values.energy_wh, len(values.remarks)) == (None, 1)


def test_a_refused_current_is_missing() -> None:
    words = pm_words()
    del words[Quantity.CURRENT_L3]
    assert fault_of(PM, words).code is FaultCode.MISSING


def test_watts_read_as_kilowatts_are_noticed() -> None:
    """F11: PowerTag counts in W what its neighbour of the same numbers counts in kW."""
    words = pm_words(power_l1=f32(2300.0), power_l2=f32(2300.0), power_l3=f32(2300.0))
    assert fault_of(PM, words).code is FaultCode.DISAGREES


def test_a_single_phase_grid_needs_one_current() -> None:
    nan = (0xFFC0, 0)
    words = pm_words(current_l2=nan, current_l3=nan, power_l2=nan, power_l3=nan)
    assert decode(PM, words, lines=1).currents_a == (10.0, 0.0, 0.0)


def test_the_fingerprint_changes_with_any_word() -> None:
    assert decode(PM, pm_words()).raw == decode(PM, pm_words()).raw
    assert decode(PM, pm_words()).raw != decode(PM, pm_words(energy=i64(5_001))).raw


word = st.integers(0, 0xFFFF)


@given(model=st.sampled_from(sorted(MODELS)), data=st.data())
def test_whatever_the_registers_hold_values_are_finite_or_refused(model: str, data: st.DataObject) -> None:
    """S18: no NaN, infinity or absurdity gets past the decoder."""
    words = {
        r.quantity: tuple(data.draw(st.lists(word, min_size=r.format.words, max_size=r.format.words)))
        for r in MODELS[model].registers
    }
    try:
        values = decode(MODELS[model], words)
    except Unreadable:
        return
    assert all(0 <= current <= MOST_A for current in values.currents_a)
    assert all(math.isfinite(power) for power in (*(values.powers_w or ()), values.power_w or 0.0))
    assert 0 <= values.raw < 2**48


@given(st.tuples(*[st.floats(0, 9_000, width=32)] * 3))
def test_currents_come_out_as_they_went_in(currents: tuple[float, float, float]) -> None:
    first, second, third = (f32(current) for current in currents)
    nan = (0xFFC0, 0)
    words = pm_words(current_l1=first, current_l2=second, current_l3=third, power_l1=nan, power_l2=nan, power_l3=nan)
    assert decode(PM, words).currents_a == currents
