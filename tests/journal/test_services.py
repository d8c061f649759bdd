"""Entries, alarms, raw frames, and their caps."""

from datetime import UTC, datetime
from typing import Any

import pytest

from journal import pruning, services
from journal.models import Alarm, Entry, Frame
from journal.records import AlarmChange, FrameRecord, Line
from journal.selectors import entries
from journal.tasks import prune

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)


def line(message: str = "hello", **fields: str) -> Line:
    values: dict[str, Any] = {"kind": "ocpp", "subtype": "boot", "device": "CP-1", "message": message, "at": NOON}
    return Line(**values | fields)


def frames(box_identity: str, count: int) -> list[FrameRecord]:
    return [FrameRecord(box_identity, NOON, n % 2 == 0, f"[{n}]") for n in range(count)]


def test_an_entry_forges_no_second_line() -> None:
    services.write_entries([line("ok\r\n2026 admin logged in\x1b[2J\x00\ud800")])
    message = Entry.objects.get().message
    assert message.startswith("ok")
    assert message.isprintable()


def test_the_cap_keeps_the_newest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pruning, "MAX_ENTRIES", 20)
    services.write_entries([line(str(n)) for n in range(50)])
    assert prune() == 30
    assert [entry.message for entry in Entry.objects.order_by("id")] == [str(n) for n in range(30, 50)]


def test_the_cap_is_kept_while_writing_and_not_only_by_the_task(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pruning, "MAX_ENTRIES", 200)
    monkeypatch.setattr(pruning, "SLACK_ENTRIES", 10)
    for _round in range(40):
        services.write_entries([line()] * 10)
    assert Entry.objects.count() <= 210


def test_more_than_a_chunk_is_pruned_in_several_turns(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pruning, "MAX_ENTRIES", 5)
    monkeypatch.setattr(pruning, "CHUNK", 7)
    monkeypatch.setattr(pruning.prune_entries, "__kwdefaults__", {"limit": 7})
    services.write_entries([line()] * 40)
    assert prune() == 35


def test_the_ring_of_a_station_is_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pruning, "MAX_FRAMES", 5)
    services.record_frames([*frames("CP-1", 3), *frames("CP-2", 9)])
    prune()
    assert Frame.objects.filter(box_identity="CP-1").count() == 3
    assert list(Frame.objects.filter(box_identity="CP-2").order_by("id").values_list("text", flat=True)) == [
        f"[{n}]" for n in range(4, 9)
    ]


def test_an_alarm_is_open_once_and_keeps_when_it_began() -> None:
    assert services.raise_alarm(code="meter_lost", subject="Main", params={"age_s": 5}, at=NOON)
    assert not services.raise_alarm(code="meter_lost", subject="Main", params={"age_s": 9})
    alarm = Alarm.objects.get()
    assert (alarm.since, alarm.params) == (NOON, {"age_s": 9})


def test_an_alarm_that_comes_back_is_a_new_one() -> None:
    changes = [AlarmChange("meter_lost", "Main", raised, NOON) for raised in (True, False, False, True)]
    assert services.record_alarms(changes) == [True, True, False, True]
    assert Alarm.objects.filter(cleared_at=None).count() == 1
    assert Alarm.objects.count() == 2


def test_who_acknowledged_first_stays() -> None:
    services.raise_alarm(code="meter_lost", subject="Main")
    ids = [Alarm.objects.get().pk]
    assert services.acknowledge_alarms(alarms=ids, by="anna") == 1
    assert services.acknowledge_alarms(alarms=ids, by="bert") == 0
    assert Alarm.objects.get().acknowledged_by == "anna"


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({}, {"a", "b", "c"}),
        ({"kind": "security"}, {"c"}),
        ({"device": "CP-2"}, {"b"}),
        ({"zone": "Roof"}, {"b"}),
        ({"text": "A"}, {"a"}),
        ({"since": NOON.replace(hour=13)}, set()),
        ({"until": NOON}, set()),
    ],
)
def test_filters(filters: dict[str, Any], expected: set[str]) -> None:
    services.write_entries([line("a"), line("b", device="CP-2", zone="Roof"), line("c", kind="security")])
    assert set(entries(**filters).values_list("message", flat=True)) == expected
