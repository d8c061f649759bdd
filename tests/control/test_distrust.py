"""What is held against a connector, in its row and back."""

from dataclasses import replace

import pytest
from django.core.exceptions import ObjectDoesNotExist

from chargers.models import Connector, Setpoint
from control.conductor import SetpointRow
from control.distrust import from_row, to_row
from control.journaling import clear_own_alarms
from control.lease import acquire
from control.loading import load_past
from control.store import Setpoints, save_setpoints
from control.trusting import trust_again, trust_meter_again
from engine.facts import Conduct, Fact, MeterReversed, Restored, WiringFound
from engine.plausibility import SIGN
from journal.selectors import open_alarms
from journal.services import raise_alarm
from metering.models import Meter
from tests.control.running import make_site

CAUGHT = Conduct(strikes=2, disobeys=True, caught_ma=26_000, allowed_ma=20_000, excess_ma=26_000, relapsed=True)
WORST = replace(CAUGHT, doubted=True, suspected=True, disabled=True, unmanaged=True, readmitted=True, clock_wrong=True)


def saved(conduct: Conduct) -> Connector:
    (made,) = make_site(stations=1)
    save_setpoints([Setpoints(acquire("me"), [SetpointRow(made.pk, 0, 0, 20_000, 20_000, 7, (), conduct=conduct)])])
    return made


def remembered() -> Conduct:
    (past,) = [fact for fact in load_past() if isinstance(fact, Restored)]
    return past.conduct


@pytest.mark.django_db
@pytest.mark.parametrize("conduct", [Conduct(), CAUGHT, WORST])
def test_it_comes_back_from_the_row(conduct: Conduct) -> None:
    saved(conduct)
    assert remembered() == conduct


@pytest.mark.django_db
def test_a_newer_row_forgets_what_an_older_one_said() -> None:
    made = saved(CAUGHT)
    save_setpoints([Setpoints(acquire("me"), [SetpointRow(made.pk, 0, 0, 20_000, 20_000, 8, ())])])
    assert remembered() == Conduct()


@pytest.mark.django_db
def test_a_person_who_trusts_it_clears_it_also_while_control_does_not_run() -> None:
    made = saved(CAUGHT)
    trust_again(connector=made.pk, by="olivia")
    assert remembered() == Conduct(readmitted=True)


@pytest.mark.django_db
def test_nobody_can_trust_what_is_not_there() -> None:
    with pytest.raises(ObjectDoesNotExist):
        trust_again(connector=1, by="olivia")
    assert not Setpoint.objects.exists()


@pytest.mark.django_db
def test_an_alarm_that_still_holds_stays_open_over_a_restart() -> None:
    for subject in ("S0/1", "S1/1"):
        raise_alarm(code="station_disobeys", subject=subject)
    clear_own_alarms({("station_disobeys", "S0/1")})
    assert [alarm.subject for alarm in open_alarms()] == ["S0/1"]


def test_one_that_nothing_is_held_against_keeps_nothing() -> None:
    assert to_row(Conduct()) == {}


def test_what_is_not_known_here_is_left_out() -> None:
    assert from_row({"strikes": "many", "disobeys": True, "karma": 1}) == Conduct(disobeys=True)


@pytest.mark.django_db
def test_a_meter_that_was_reversed_is_told_of_and_no_other() -> None:
    reversed_one = Meter.objects.create(name="North", model="Schneider PM3255", host="10.0.0.7")
    Meter.objects.create(name="South", model="Schneider PM3255", host="10.0.0.8")
    raise_alarm(code="meter_lost", subject="North", params={"reason": SIGN})
    raise_alarm(code="meter_lost", subject="South", params={"reason": "silent"})
    raise_alarm(code="meter_lost", subject="A meter that was deleted", params={"reason": SIGN})
    assert [fact for fact in load_past() if isinstance(fact, MeterReversed)] == [MeterReversed(reversed_one.pk)]


@pytest.mark.django_db
def test_a_meter_that_was_proven_wrong_is_told_of_until_somebody_says_that_it_is_right() -> None:
    wrong = Meter.objects.create(name="North", model="Schneider PM3255", host="10.0.0.7")
    Meter.objects.create(name="South", model="Schneider PM3255", host="10.0.0.8")
    raise_alarm(code="meter_phases_swapped", subject="North")
    raise_alarm(code="meter_sign_inverted", subject="A meter that was deleted")

    def told() -> list[Fact]:
        return [fact for fact in load_past() if isinstance(fact, WiringFound)]

    assert told() == [WiringFound(wrong.pk, wrong=True)]
    trust_meter_again(meter=wrong.pk, by="olivia")
    assert told() == []
