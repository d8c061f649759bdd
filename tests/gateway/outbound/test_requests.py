"""Every request that can be built fits its schema."""

import pytest

from engine.facts import Outcome
from gateway.outbound import (
    change_availability,
    change_configuration,
    clear_cache,
    clear_charging_profile,
    get_composite_schedule,
    get_configuration,
    outcome,
    remote_start_transaction,
    remote_stop_transaction,
    reset,
    trigger_message,
    unlock_connector,
)
from gateway.outbound.request import Request
from gateway.protocol import schema


@pytest.mark.parametrize(
    "request_",
    [
        change_availability.build(1, operative=True),
        change_availability.build(0, operative=False),
        change_configuration.build("HeartbeatInterval", "60"),
        clear_cache.build(),
        clear_charging_profile.build(),
        clear_charging_profile.build(profile=1, number=2),
        get_composite_schedule.build(1, 5),
        get_configuration.build(),
        get_configuration.build(["A", "B"]),
        remote_start_transaction.build(None, "TAG"),
        remote_start_transaction.build(1, "TAG"),
        remote_stop_transaction.build(7),
        reset.build(hard=True),
        reset.build(hard=False),
        trigger_message.build("StatusNotification"),
        trigger_message.build("MeterValues", 1),
        unlock_connector.build(1),
    ],
    ids=lambda request_: request_.action,
)
def test_it_fits(request_: Request) -> None:
    assert schema.fits(request_.action, request_.payload)


@pytest.mark.parametrize(
    ("action", "status", "expected"),
    [
        ("Reset", "Accepted", Outcome.ACCEPTED),
        ("Reset", "Rejected", Outcome.REJECTED),
        ("UnlockConnector", "Unlocked", Outcome.ACCEPTED),
        ("UnlockConnector", "UnlockFailed", Outcome.REJECTED),
        ("ChangeConfiguration", "RebootRequired", Outcome.ACCEPTED),
        ("ChangeConfiguration", "NotSupported", Outcome.REJECTED),
        ("TriggerMessage", "NotImplemented", Outcome.REJECTED),
    ],
)
def test_what_a_status_means(action: str, status: str, expected: Outcome) -> None:
    assert outcome(action, {"status": status}) is expected


def test_an_answer_to_get_configuration_is_read_whatever_else_is_in_it() -> None:
    entries = [
        {"key": "A", "value": "1"},
        {"key": "B", "readonly": True},
        {"value": "x"},
        "y",
        {"key": "C", "value": 3},
    ]
    assert get_configuration.read({"configurationKey": entries}) == {"A": "1", "B": None, "C": "3"}


def test_a_composite_schedule_is_asked_for_a_minute_at_least() -> None:
    assert get_composite_schedule.build(1, 0).payload["duration"] == 60
