"""Every fault has its words."""

import string

import pytest

from metering.faults import Fault, FaultCode
from metering.maps import Quantity
from metering.sentences import QUANTITIES, TEMPLATES, english, sentence, stored_sentence


@pytest.mark.parametrize("code", FaultCode)
def test_every_fault_code_has_a_sentence(code: FaultCode) -> None:
    names = [name for _, name, _, _ in string.Formatter().parse(TEMPLATES[code]) if name and name != "name"]
    params: dict[str, str | int | float] = {name: "power" if name == "quantity" else 1 for name in names}
    assert "{" not in sentence(Fault(code, params))


def test_every_quantity_has_a_name() -> None:
    assert set(QUANTITIES) == {quantity.value for quantity in Quantity}


def test_an_exception_without_a_name_keeps_its_number() -> None:
    fault = Fault(FaultCode.EXCEPTION, {"first": 1, "last": 2, "exception": 99})
    assert english(fault) == "the meter refused registers 1 to 2: exception 99 (unknown exception)"


def test_a_good_reading_has_no_sentence() -> None:
    assert stored_sentence({}) == ""
