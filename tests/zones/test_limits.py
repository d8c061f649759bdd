"""What a building management system asks for: checked, leased, ended (API-1, F15, S20)."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from common import clock
from journal.models import Entry
from tests.chargers import builders as site
from zones.limits import end_limits, release_limit, set_limit
from zones.models import Reduction, Site, Zone
from zones.services import bump_version

pytestmark = pytest.mark.django_db


def asked(**changes: Any) -> Reduction:
    values = {"zone": site.zone(), "source": "EBMS", "expires_at": clock.now() + timedelta(minutes=5)}
    return set_limit(**(values | changes))


def version() -> int:
    return Site.objects.get(pk=1).version


def test_a_limit_is_a_row_a_version_and_a_line() -> None:
    bump_version()
    before = version()
    assert asked(max_current_a=Decimal("12.5")).max_current_a == Decimal("12.5")
    assert version() == before + 1
    assert "12.5 A (EBMS)" in Entry.objects.get(subtype="limit").message


def test_renewing_a_limit_is_the_same_row_and_no_second_line() -> None:
    first = asked(quotient_pct=70)
    renewed = asked(quotient_pct=70)
    assert (renewed.pk, Entry.objects.filter(subtype="limit").count()) == (first.pk, 1)
    assert first.expires_at is not None
    assert renewed.expires_at is not None
    assert renewed.expires_at > first.expires_at


@pytest.mark.parametrize(
    "values",
    [
        {},
        {"quotient_pct": -5},
        {"quotient_pct": 101},
        {"max_current_a": Decimal(-1)},
        {"max_current_a": Decimal("1e9")},
        {"max_current_a": Decimal("NaN")},
        {"max_current_a": Decimal("Infinity")},
        {"quotient_pct": 70, "on_expiry": "fallback"},
        {"quotient_pct": 70, "fallback_current_a": Decimal(6)},
        {"quotient_pct": 70, "on_expiry": "never"},
        {"quotient_pct": 70, "source": ""},
        {"quotient_pct": 70, "expires_at": clock.now() - timedelta(seconds=1)},
        {"quotient_pct": 70, "expires_at": clock.now() + timedelta(days=400)},
    ],
)
def test_nonsense_is_refused_and_changes_nothing(values: dict[str, Any]) -> None:
    bump_version()
    before = version()
    with pytest.raises(ValidationError):
        asked(**values)
    assert (Reduction.objects.count(), version()) == (0, before)


def test_a_limit_stands_beside_a_configured_reduction_of_the_same_name() -> None:
    Reduction.objects.create(zone=site.zone(), source="EBMS", quotient_pct=80)
    asked(quotient_pct=50)
    assert release_limit(zone=site.zone(), source="EBMS")
    assert [r.quotient_pct for r in Reduction.objects.all()] == [80]


def test_releasing_what_is_not_there_says_so() -> None:
    assert not release_limit(zone=site.zone(), source="EBMS")


def ended(row: Reduction) -> int:
    assert row.expires_at is not None
    return end_limits(ended=[(row.pk, row.expires_at)])


def test_an_expired_limit_is_released() -> None:
    assert ended(asked(quotient_pct=0)) == 1
    assert not Reduction.objects.exists()


def test_an_expired_limit_becomes_the_fallback_that_it_named() -> None:
    ended(asked(quotient_pct=0, on_expiry="fallback", fallback_current_a=Decimal(16)))
    row = Reduction.objects.get()
    assert (row.quotient_pct, row.max_current_a, row.expires_at) == (None, 16, None)
    row.full_clean()


def test_a_limit_that_was_renewed_meanwhile_does_not_end() -> None:
    old = asked(quotient_pct=0)
    asked(quotient_pct=0)
    before = version()
    assert ended(old) == 0
    assert version() == before


def test_a_limit_goes_with_its_zone() -> None:
    asked(quotient_pct=0)
    Zone.objects.all().delete()
    assert not Reduction.objects.exists()
