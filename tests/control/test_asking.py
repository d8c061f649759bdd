"""An instant as an operator types it, by the building's clock."""

from collections.abc import Iterator
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from control.asking import Unclear, instant_called

NOW = datetime(2026, 11, 25, 14, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _paris() -> Iterator[None]:
    timezone.activate(ZoneInfo("Europe/Paris"))
    yield
    timezone.deactivate()


@pytest.mark.parametrize(
    ("text", "utc"),
    [
        ("14:30", "2026-11-25T13:30"),
        ("2026-07-01T14:30", "2026-07-01T12:30"),
        ("2026-07-01 14:30:05", "2026-07-01T12:30:05"),
        ("2026-11-25T13:30Z", "2026-11-25T13:30"),
        ("2026-10-25T02:30+02:00", "2026-10-25T00:30"),
    ],
)
def test_a_time_is_local_unless_it_says_otherwise(text: str, utc: str) -> None:
    assert instant_called(text, now=NOW) == datetime.fromisoformat(utc).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("2026-10-25T02:30", r"comes twice; write 2026-10-25T02:30:00\+02:00 or 2026-10-25T02:30:00\+01:00"),
        ("2026-03-29T02:30", "does not exist"),
        ("15:01", r"2026-11-25 15:01:00\+01:00 is in the future: it is 2026-11-25 15:00:00\+01:00 now"),
        ("2026-02-30", "is no time"),
        ("2026-11-25T25:00", "is no time"),
        ("\x1b[31m", "is no time"),
        ("0001-01-01T00:00+14:00", r"“0001-01-01T00:00\+14:00” is no time"),
        ("0001-01-01T00:00", "is no time"),
        ("9999-12-31T23:59-14:00", "is no time"),
        ("9999-12-31T23:59Z", "is no time"),
    ],
)
def test_what_is_no_instant_says_what_would_be(text: str, why: str) -> None:
    with pytest.raises(Unclear, match=why) as refused:
        instant_called(text, now=NOW)
    assert "\x1b" not in str(refused.value)
