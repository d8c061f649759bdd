"""What a site file may say of time of use and digital inputs (TOU-1, DI-1, CAP-1)."""

from typing import Any

import pytest

from commissioning import site_file
from commissioning.site_structure import SiteFileError
from tests.commissioning.files import text, zone


def period(name: str = "Peak", count: int = 1, **keys: Any) -> dict[str, Any]:
    hourly = [{"start": f"{n:02}:00", "end": f"{n:02}:30"} for n in range(count)]
    return {"name": name, "slots": hourly, "max_charge_pct": 50} | keys


def contact(name: str = "Receiver", **keys: Any) -> dict[str, Any]:
    return {"name": name, "host": "10.0.0.9", "number": 1, "quotient_pct": 0} | keys


def hours(start: str) -> list[dict[str, str]]:
    return [{"start": start, "end": "23:00"}]


@pytest.mark.parametrize(
    ("sections", "expected"),
    [
        ({"periods": [period(str(n)) for n in range(6)]}, "periods: 6 time-of-use periods; at most 5 are possible"),
        ({"periods": [period("A", 20), period("B")]}, "periods: 21 time slots in all periods together; at most 20"),
        ({"periods": [period(), period()]}, "periods[1].name: more than one period is named “Peak”"),
        ({"periods": [period(slots=hours("22:00") * 2)]}, "periods[0].slots[1]: stands more than once"),
        ({"periods": [period(zones=["Main", "Ghost"])]}, "periods[0].zones[1]: no zone of this file is named “Ghost”"),
        ({"periods": [period(max_charge_pct=101)]}, "periods[0].max_charge_pct: must be at most 100, not 101"),
        ({"periods": [period(days=["someday"])]}, "periods[0].days[0]: must be one of “monday”"),
        (
            {"periods": [period(slots=hours("24:00"))]},
            "periods[0].slots[0].start: must be an hour as 08:30, from 00:00 to 23:59, not",
        ),
        ({"periods": [period(colour="red")]}, "periods[0].colour: unknown key"),
        ({"digital_inputs": [contact(), contact()]}, "digital_inputs[1].name: more than one digital input"),
        ({"digital_inputs": [contact(host="a b")]}, "digital_inputs[0].host:"),
        ({"digital_inputs": [contact(number=0)]}, "digital_inputs[0].number: must be at least 1, not 0"),
        ({"digital_inputs": [contact(table="holding")]}, "digital_inputs[0].table: must be one of “discrete”, “coil”"),
        ({"digital_inputs": [contact(when_lost="?")]}, "digital_inputs[0].when_lost: must be one of “active”"),
        ({"digital_inputs": [contact(zones=["Ghost"])]}, "digital_inputs[0].zones[0]: no zone of this file is named"),
    ],
)
def test_mistakes_are_named_with_their_path(sections: dict[str, Any], expected: str) -> None:
    with pytest.raises(SiteFileError) as caught:
        site_file.read(text(zone(), **sections))
    assert any(str(problem).startswith(expected) for problem in caught.value.problems)


def test_five_periods_and_twenty_slots_are_allowed() -> None:
    five = [period(str(n), 4, zones=["Main"]) for n in range(5)]
    assert site_file.read(text(zone(), periods=five, digital_inputs=[contact()]))
