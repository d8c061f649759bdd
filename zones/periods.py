"""Time-of-use periods as plain structures, and what forbids them. Site files and admin forms ask here."""

from collections import Counter
from dataclasses import dataclass

from django.utils.translation import gettext as _

from zones.models import MAX_PERIODS, MAX_SLOTS
from zones.plan import Problem
from zones.tou import Slot

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
"""As fields of TouPeriod; weekday 0 first."""


@dataclass(frozen=True, slots=True)
class PeriodPlan:
    """`days`: weekdays, Monday is 0. `zones`: their names."""

    path: str
    name: str
    max_charge_pct: int
    days: frozenset[int]
    slots: tuple[Slot, ...]
    zones: tuple[str, ...]
    enabled: bool = True


def too_many_periods(count: int) -> str:
    """In the active language; empty where so many are allowed (CAP-1)."""
    if count <= MAX_PERIODS:
        return ""
    return _("%(count)d time-of-use periods; at most %(most)d are possible") % {"count": count, "most": MAX_PERIODS}


def too_many_slots(count: int) -> str:
    """In the active language; empty where so many are allowed (CAP-1)."""
    if count <= MAX_SLOTS:
        return ""
    message = _("%(count)d time slots in all periods together; at most %(most)d are possible")
    return message % {"count": count, "most": MAX_SLOTS}


def problems(plans: list[PeriodPlan]) -> list[Problem]:
    """Everything that forbids these periods, by themselves."""
    caps = [too_many_periods(len(plans)), too_many_slots(sum(len(plan.slots) for plan in plans))]
    found = [Problem("periods", message) for message in caps if message]
    names = Counter(plan.name for plan in plans)
    for plan in plans:
        if names[plan.name] > 1:
            message = _("more than one period is named “%(name)s”") % {"name": plan.name}
            found.append(Problem(f"{plan.path}.name", message))
        for i, slot in enumerate(plan.slots):
            if slot in plan.slots[:i]:
                found.append(Problem(f"{plan.path}.slots[{i}]", _("stands more than once")))
    return found
