"""Ampere as people of the active language write them."""

from decimal import Decimal

from django.utils.formats import number_format


def ampere(current_a: Decimal) -> str:
    """To 0.1 A, without a needless zero: `60.0` -> "60", `11.5` -> "11.5" (French "11,5")."""
    value = current_a.quantize(Decimal("0.1"))
    whole = value == value.to_integral_value()
    return number_format(value, decimal_pos=0 if whole else 1)
