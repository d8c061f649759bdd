"""When a digital input counts as active (DI-1)."""

import pytest

from control.inputs import CALM, LOST_S, InputRule, Inputs


def watched(lost_is_active: bool = True) -> Inputs:
    inputs = Inputs()
    inputs.configure([InputRule(1, "I", 500, frozenset(), lost_is_active)])
    return inputs


def counts(inputs: Inputs, now: float) -> bool:
    return inputs.active(now) == {1}


def calm(inputs: Inputs, since: float = 0.0) -> float:
    for n in range(CALM):
        inputs.read(1, False, since + n)
    return since + CALM - 1


@pytest.mark.parametrize("lost_is_active", [True, False])
def test_until_it_was_read_an_input_is_lost(lost_is_active: bool) -> None:
    assert counts(watched(lost_is_active), 0) is lost_is_active


def test_it_counts_as_soon_as_it_is_active() -> None:
    inputs = watched(lost_is_active=False)
    assert inputs.read(1, True, 1)
    assert counts(inputs, 1)


def test_it_counts_until_three_polls_in_a_row_say_inactive() -> None:
    inputs = watched()
    for now, active in enumerate([True, False, False, True, False, False]):
        inputs.read(1, active, now)
    assert counts(inputs, 5)
    assert inputs.read(1, False, 6)
    assert not counts(inputs, 6)


@pytest.mark.parametrize("lost_is_active", [True, False])
def test_a_lost_input_counts_as_it_was_told_to(lost_is_active: bool) -> None:
    inputs = watched(lost_is_active)
    now = calm(inputs)
    assert not counts(inputs, now + LOST_S)
    assert counts(inputs, now + LOST_S + 0.1) is lost_is_active


def test_failed_polls_do_not_keep_an_input_alive() -> None:
    inputs = watched()
    now = calm(inputs)
    for second in range(1, 7):
        inputs.read(1, None, now + second)
    assert counts(inputs, now + 6)


def test_an_active_input_that_is_lost_may_count_as_inactive() -> None:
    inputs = watched(lost_is_active=False)
    inputs.read(1, True, 0)
    assert not counts(inputs, LOST_S + 0.1)


def test_a_lost_input_comes_back_after_three_good_polls() -> None:
    inputs = watched()
    calm(inputs)
    assert counts(inputs, 60)
    inputs.read(1, False, 61)
    inputs.read(1, False, 62)
    assert counts(inputs, 62)
    inputs.read(1, False, 63)
    assert not counts(inputs, 63)


def test_an_input_that_is_not_configured_is_ignored() -> None:
    inputs = watched()
    assert not inputs.read(2, True, 0)
    assert inputs.active(0) == {1}


def test_a_new_configuration_keeps_what_was_read() -> None:
    inputs = watched()
    now = calm(inputs)
    inputs.configure([InputRule(1, "I", 500, frozenset()), InputRule(2, "J", 500, frozenset())])
    assert inputs.active(now) == {2}
