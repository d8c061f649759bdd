import pytest

from metering.maps import CURRENTS, MODELS, MOST_REGISTERS_PER_READ, Format, Quantity, Register, RegisterMap, Unit

NUMBERS = {
    "PM5320, IEM3x5x": (3000, 3002, 3004, 3054, 3056, 3058, 3060, 3204),
    "PowerTag A": (3000, 3002, 3004, 3054, 3056, 3058, 3060, 3204),
    "NSX legacy": (12016, 12017, 12018, 12038, 12039, 12040, 12041, 12050),
    "NSX": (32028, 32030, 32032, 32072, 32074, 32076, 32078, 32096),
    "MTZ": (32028, 32030, 32032, 32072, 32074, 32076, 32078, 32096),
}


def test_the_built_in_models_are_those_of_the_guide() -> None:
    """MET-2: the power of L1 of a breaker stands at 32072, not where it is printed."""
    assert {name: tuple(r.number for r in m.registers) for name, m in MODELS.items()} == NUMBERS


@pytest.mark.parametrize("name", NUMBERS)
def test_every_model_has_every_quantity_once(name: str) -> None:
    assert [r.quantity for r in MODELS[name].registers] == list(Quantity)


def test_the_wire_address_is_the_number_minus_one() -> None:
    assert MODELS["NSX"].registers[3].address == 32071


@pytest.mark.parametrize(("name", "reads"), [("PM5320, IEM3x5x", [(2999, 62), (3203, 4)]), ("NSX", [(32027, 72)])])
def test_neighbouring_values_are_read_at_once(name: str, reads: list[tuple[int, int]]) -> None:
    assert [(b.address, b.count) for b in MODELS[name].blocks()] == reads


def test_split_reads_touch_no_foreign_register() -> None:
    assert [(b.address, b.count) for b in MODELS["NSX legacy"].blocks(split=True)] == [
        (12015, 3),
        (12037, 4),
        (12049, 2),
    ]


@pytest.mark.parametrize("name", NUMBERS)
@pytest.mark.parametrize("split", [False, True])
def test_no_read_is_too_long_or_begins_or_ends_inside_a_value(name: str, split: bool) -> None:
    registers = MODELS[name].registers
    for block in MODELS[name].blocks(split):
        assert block.count <= MOST_REGISTERS_PER_READ
        assert block.address in {r.address for r in registers}
        assert block.address + block.count in {r.end for r in registers}


def test_formats_know_their_length() -> None:
    assert [f.words for f in Format] == [2, 4, 2, 1, 4, 2, 1]


def test_values_too_far_apart_for_one_read_are_read_apart() -> None:
    registers = tuple(
        Register(quantity, number, Format.FLOAT32, Unit.A)
        for quantity, number in zip(CURRENTS, (100, 220, 224), strict=True)
    )
    own = RegisterMap("own", registers, widest_gap=1_000)
    assert [(b.address, b.count) for b in own.blocks()] == [(99, 122), (223, 2)]
