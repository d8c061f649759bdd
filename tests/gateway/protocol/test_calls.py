"""F4, F5: one CALL at a time, the most important first, and every write ends exactly once."""

from chargers.abilities import Capabilities
from engine.commands import Target
from engine.facts import Outcome, StartExpected, WriteEnded
from gateway.outbound.profile_form import forms
from tests.gateway.talk import Talk, a_write


def ends(talk: Talk) -> list[tuple[int, Outcome]]:
    return [(fact.generation, fact.outcome) for fact in talk.told(WriteEnded)]


def sent_limits(talk: Talk) -> list[float]:
    profiles = [call[3]["csChargingProfiles"] for call in talk.calls("SetChargingProfile")]
    return [profile["chargingSchedule"]["chargingSchedulePeriod"][0]["limit"] for profile in profiles]


def refused(talk: Talk, status: str | None) -> None:
    """In every form in which it is tried; None: with a CALLERROR."""
    answered = len(talk.calls()) - 1
    while len(talk.calls()) > answered:
        call = talk.calls()[answered]
        answered += 1
        if status is None:
            talk.error(call, "NotImplemented")
        else:
            talk.reply(call, status=status)


def test_the_answers_of_a_station_are_different_outcomes() -> None:
    talk = Talk().ready()
    talk.write(a_write(generation=1))
    talk.reply(talk.calls()[-1], status="Accepted")
    for generation, status in enumerate(("Rejected", "NotSupported", None), start=2):
        talk.write(a_write(generation=generation))
        refused(talk, status)
    expected = [Outcome.ACCEPTED, Outcome.REJECTED, Outcome.REJECTED, Outcome.ERROR]
    assert [outcome for _, outcome in ends(talk)] == expected


def test_an_answer_without_a_status_is_an_error() -> None:
    talk = Talk().ready()
    talk.write(a_write())
    for n in range(len(forms(a_write(), Capabilities()))):
        talk.reply(talk.calls()[n])
    assert ends(talk) == [(1, Outcome.ERROR)]


def test_only_one_call_is_on_the_wire() -> None:
    talk = Talk().ready()
    talk.write(a_write(generation=1))
    talk.write(a_write(generation=2, connector=72, number=2))
    assert len(talk.calls()) == 1
    talk.reply(talk.calls()[0], status="Accepted")
    assert len(talk.calls()) == 2


def test_a_newer_write_takes_the_place_of_one_that_waits() -> None:
    talk = Talk().ready()
    talk.write(a_write(32_000, generation=1, connector=72, number=2))
    talk.write(a_write(16_000, generation=2))
    talk.write(a_write(10_000, generation=3))
    talk.reply(talk.calls()[0], status="Accepted")
    assert sent_limits(talk) == [32.0, 10.0]
    assert ends(talk) == [(2, Outcome.UNSENT), (1, Outcome.ACCEPTED)]


def test_stop_goes_before_limit_before_default_before_command() -> None:
    talk = Talk().ready()
    talk.write(a_write(generation=1))
    talk.command("ClearCache", token=1)
    talk.write(a_write(generation=2, target=Target.DEFAULT, connector=72, number=2))
    talk.write(a_write(generation=3, connector=72, number=2))
    talk.command("RemoteStopTransaction", token=2, transactionId=5)
    for _ in range(4):
        talk.reply(talk.calls()[-1], status="Accepted")
    assert [call[2] for call in talk.calls()][1:] == [
        "RemoteStopTransaction",
        "SetChargingProfile",
        "SetChargingProfile",
        "ClearCache",
    ]
    assert [generation for generation, _ in ends(talk)] == [1, 3, 2]


def test_a_decrease_goes_before_a_raise() -> None:
    talk = Talk().ready()
    talk.command("ClearCache")
    talk.write(a_write(32_000, generation=1))
    talk.write(a_write(8_000, generation=2, connector=72, number=2, durable=False))
    talk.reply(talk.calls()[0], status="Accepted")
    assert sent_limits(talk) == [8.0]


def test_a_profile_is_tried_three_times_for_five_seconds() -> None:
    talk = Talk().ready()
    talk.write(a_write())
    talk.pass_time(14.9)
    assert (len(talk.calls()), ends(talk)) == (3, [])
    talk.pass_time(0.2)
    assert (len(talk.calls()), ends(talk)) == (3, [(1, Outcome.TIMEOUT)])


def test_an_answer_to_an_earlier_try_counts() -> None:
    talk = Talk().ready()
    talk.write(a_write())
    talk.pass_time(6)
    talk.reply(talk.calls()[0], status="Accepted")
    talk.reply(talk.calls()[1], status="Accepted")
    talk.pass_time(30)
    assert ends(talk) == [(1, Outcome.ACCEPTED)]


def test_a_late_acceptance_after_the_timeout_is_told() -> None:
    talk = Talk().ready()
    talk.write(a_write())
    talk.pass_time(16)
    talk.reply(talk.calls()[0], status="Accepted")
    assert ends(talk) == [(1, Outcome.TIMEOUT), (1, Outcome.ACCEPTED)]


def test_a_late_refusal_after_the_timeout_is_no_news() -> None:
    talk = Talk().ready()
    talk.write(a_write())
    talk.pass_time(16)
    talk.reply(talk.calls()[0], status="Rejected")
    assert ends(talk) == [(1, Outcome.TIMEOUT)]


def test_a_late_answer_says_nothing_once_a_newer_write_left() -> None:
    talk = Talk().ready()
    talk.write(a_write(generation=1))
    talk.pass_time(16)
    talk.write(a_write(generation=2))
    talk.reply(talk.calls()[0], status="Accepted")
    assert ends(talk) == [(1, Outcome.TIMEOUT)]


def test_a_write_that_timed_out_is_not_repeated_when_a_newer_one_waits() -> None:
    talk = Talk().ready()
    talk.write(a_write(16_000, generation=1))
    talk.write(a_write(10_000, generation=2))
    talk.pass_time(5.1)
    assert sent_limits(talk) == [16.0, 10.0]
    assert ends(talk) == [(1, Outcome.TIMEOUT)]


def test_another_call_older_than_two_seconds_gives_way_to_a_limit() -> None:
    talk = Talk().ready()
    talk.command("GetConfiguration", token=9)
    talk.pass_time(1)
    talk.write(a_write())
    assert talk.calls("SetChargingProfile") == []
    talk.pass_time(1.1)
    assert len(talk.calls("SetChargingProfile")) == 1


def test_the_late_answer_of_a_call_that_gave_way_is_still_matched() -> None:
    talk = Talk().ready()
    talk.command("ClearCache", token=9)
    talk.write(a_write())
    talk.pass_time(3)
    talk.reply(talk.calls("ClearCache")[0], status="Accepted")
    assert [(end.token, end.outcome) for end in talk.answered] == [(9, Outcome.ACCEPTED)]


def test_a_call_that_gave_way_and_is_never_answered_times_out() -> None:
    talk = Talk().ready()
    talk.command("ClearCache", token=9)
    talk.write(a_write())
    talk.pass_time(20)
    assert [(end.token, end.outcome) for end in talk.answered] == [(9, Outcome.TIMEOUT)]


def test_a_raise_does_not_push_another_profile_aside() -> None:
    talk = Talk().ready()
    talk.write(a_write(generation=1))
    talk.write(a_write(generation=2, connector=72, number=2))
    talk.pass_time(4)
    assert len(talk.calls()) == 1


def test_a_decrease_pushes_another_profile_aside_which_is_tried_again() -> None:
    talk = Talk().ready()
    talk.write(a_write(32_000, generation=1))
    talk.write(a_write(6_000, generation=2, connector=72, number=2, durable=False))
    talk.pass_time(2.1)
    talk.reply(talk.calls()[1], status="Accepted")
    assert sent_limits(talk) == [32.0, 6.0, 32.0]


def test_a_lost_socket_loses_what_was_sent_and_keeps_the_rest_unsent() -> None:
    talk = Talk().ready()
    talk.write(a_write(generation=1))
    talk.write(a_write(generation=2, connector=72, number=2))
    talk.command("ClearCache", token=3)
    talk.drop()
    talk.write(a_write(generation=4))
    assert ends(talk) == [(1, Outcome.LOST), (2, Outcome.UNSENT), (4, Outcome.UNSENT)]
    assert [end.outcome for end in talk.answered] == [Outcome.UNSENT]


def test_a_command_that_breaks_the_schema_never_leaves() -> None:
    talk = Talk().ready()
    talk.command("Reset", type="Gently")
    talk.command("Explode")
    assert talk.calls() == []
    assert [end.outcome for end in talk.answered] == [Outcome.UNSENT, Outcome.UNSENT]


def test_a_command_to_a_station_that_can_not_be_addressed_expires() -> None:
    talk = Talk().open()
    talk.command("ClearCache", token=3)
    talk.pass_time(9)
    talk.drop()
    assert [end.outcome for end in talk.answered] == [Outcome.UNSENT]


def test_scheduled_counts_as_accepted() -> None:
    talk = Talk().ready()
    talk.command("ChangeAvailability", connectorId=1, type="Inoperative")
    talk.reply(talk.calls()[0], status="Scheduled")
    assert talk.answered[0].outcome is Outcome.ACCEPTED


def test_a_remote_start_may_begin_before_its_answer() -> None:
    talk = Talk().ready()
    talk.command("RemoteStartTransaction", idTag="A", connectorId=2)
    assert talk.told(StartExpected) == [StartExpected(72)]


def test_an_answer_to_no_call_is_a_quirk() -> None:
    talk = Talk().ready()
    talk.frame('[3,"nobody",{}]')
    assert (7, "answer") in talk.store.quirks


def test_what_waits_or_would_be_tried_again_does_not_leave_a_process_that_may_not_control() -> None:
    """S13, F23: it was decided before the process stood still."""
    talk = Talk().ready()
    talk.write(a_write(generation=1))
    talk.write(a_write(generation=2, connector=72, number=2))
    talk.session._context.may_write = lambda: False
    talk.pass_time(30)
    assert len(talk.calls()) == 1
    assert ends(talk) == [(2, Outcome.UNSENT), (1, Outcome.TIMEOUT)]
