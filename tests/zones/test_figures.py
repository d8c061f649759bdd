"""Ampere as they are read in a sentence."""

from decimal import Decimal

import pytest
from django.utils import translation

from zones.figures import ampere
from zones.plan import ZonePlan, problems


@pytest.mark.parametrize(
    ("current_a", "english", "french"),
    [("60.0", "60", "60"), ("11.5", "11.5", "11,5"), ("0", "0", "0"), ("1000", "1000", "1000"), ("6.66", "6.7", "6,7")],
)
def test_the_separator_is_that_of_the_language_and_no_zero_is_needless(
    current_a: str, english: str, french: str
) -> None:
    said = []
    for language in ("en", "fr"):
        with translation.override(language):
            said.append(ampere(Decimal(current_a)))
    assert said == [english, french]


def test_a_sub_zone_above_its_parent_is_told_in_french_figures() -> None:
    below = ZonePlan("", "Sub", Decimal("60.5"))
    with translation.override("fr"):
        (problem,) = problems([ZonePlan("", "Main", Decimal("60.0"), zones=[below])])
    assert problem.message.startswith("60,5 A ")
    assert " 60 A " in problem.message
