from collections.abc import Sequence
from typing import Any

import pytest

from gateway.rows import Record, keep


def handler(name: str, seen: list[tuple[str, list[Any]]]) -> Any:
    def handle(payloads: Sequence[Any]) -> list[str]:
        seen.append((name, list(payloads)))
        if "bad" in payloads:
            raise ValueError("bad")
        return [f"{name}:{payload}" for payload in payloads]

    return handle


@pytest.mark.django_db(transaction=True)
def test_neighbours_of_different_kinds_are_kept_together() -> None:
    seen: list[tuple[str, list[Any]]] = []
    a, b = handler("a", seen), handler("b", seen)
    results = keep([Record(a, 1, 10), Record(b, 2, 20), Record(a, 3, 30), Record(b, 4, 40)])
    assert seen == [("a", [1, 3]), ("b", [2, 4])]
    assert results == ["a:1", "b:2", "a:3", "b:4"]


@pytest.mark.django_db(transaction=True)
def test_the_records_of_one_station_stay_in_their_order() -> None:
    seen: list[tuple[str, list[Any]]] = []
    a, b = handler("a", seen), handler("b", seen)
    keep([Record(b, 1, 10), Record(a, 2, 10), Record(b, 3, 10), Record(a, 4, 20), Record(b, 5, 20)])
    order = [payload for _, payloads in seen for payload in payloads]
    assert [p for p in order if p in {1, 2, 3}] == [1, 2, 3]
    assert [p for p in order if p in {4, 5}] == [4, 5]


@pytest.mark.django_db(transaction=True)
def test_a_payload_that_fails_is_told_alone() -> None:
    seen: list[tuple[str, list[Any]]] = []
    a = handler("a", seen)
    good, bad, fine = keep([Record(a, 1, 1), Record(a, "bad", 2), Record(a, 3, 3)])
    assert (good, fine) == ("a:1", "a:3")
    assert isinstance(bad.error, ValueError)
