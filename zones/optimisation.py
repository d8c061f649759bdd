"""Rules between the settings of consumption optimisation (ENE-13), for forms and site files alike."""

from collections.abc import Iterator
from decimal import Decimal

from django.utils.translation import gettext as _

from zones.figures import ampere

DEFAULTS_A = {"trigger_a": Decimal(10), "margin_a": Decimal(10), "gap_a": Decimal(5)}
DELAY_S, WAKE_UP_S = 30, 600


def contradictions(*, trigger_a: Decimal, margin_a: Decimal, gap_a: Decimal) -> Iterator[tuple[str, str]]:
    """(name of the setting, what is wrong with it); with these a car would be capped and let go without end."""
    if margin_a > trigger_a:
        message = _("The margin above the consumption must not be larger than the trigger (%(trigger)s A).")
        yield "margin_a", message % {"trigger": ampere(trigger_a)}
    if gap_a >= margin_a:
        message = _("The minimum gap must be smaller than the margin above the consumption (%(margin)s A).")
        yield "gap_a", message % {"margin": ampere(margin_a)}
