"""What people read on pages stays together at the end of a line."""

import pytest

from common.text import unbroken

SHOWN = str.maketrans({"\N{NO-BREAK SPACE}": "_", "\N{NARROW NO-BREAK SPACE}": "^"})


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("Setpoint from 32 to 11.5 A.", "Setpoint from 32 to 11.5_A."),
        ("32 A (19,9 kW), 7 kWh", "32_A (19,9_kW), 7_kWh"),
        ("1 h 05 min", "1_h 05_min"),
        ("Reduced to 50 % (contract), – A", "Reduced to 50_% (contract), –_A"),
        ("Consigne de 32 à 16 A : perdu ; essayer ?", "Consigne de 32 à 16_A_: perdu^; essayer^?"),
        ("« Nuit »", "«_Nuit_»"),
        ("3 Ateliers, 4 halls, 5 minutes, 2 A2", "3 Ateliers, 4 halls, 5 minutes, 2 A2"),
        ("nothing", "nothing"),
    ],
)
def test_a_unit_stays_with_its_figure_and_a_sign_with_its_word(text: str, kept: str) -> None:
    assert unbroken(text).translate(SHOWN) == kept
