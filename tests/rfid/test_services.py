"""Unknown cards and cards that are added from them (RFI-6)."""

from datetime import UTC, datetime, timedelta

import pytest

from rfid import services
from rfid.models import Card, UnknownCard

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)


def test_an_unknown_card_is_listed_once_with_the_last_reader() -> None:
    services.note_unknown_cards(presented={"aa": "CP-1"}, at=NOON)
    services.note_unknown_cards(presented={"AA": "CP-2"}, at=NOON)
    assert UnknownCard.objects.get().box_identity == "CP-2"


def test_a_blank_tag_is_no_card() -> None:
    services.note_unknown_cards(presented={"  ": "CP-1"}, at=NOON)
    assert not UnknownCard.objects.exists()


def test_invented_cards_push_the_oldest_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "MAX_UNKNOWN_CARDS", 3)
    for n in range(5):
        services.note_unknown_cards(presented={f"T{n}": "CP-1"}, at=NOON + timedelta(seconds=n))
    assert set(UnknownCard.objects.values_list("id_tag", flat=True)) == {"T2", "T3", "T4"}


@pytest.mark.parametrize("authorised", [True, False])
def test_unknown_cards_become_cards(authorised: bool) -> None:
    services.note_unknown_cards(presented={"aa": "CP-1", "x" * 30: "CP-1", "é": "CP-1"}, at=NOON)
    added = services.add_unknown_cards(unknown=UnknownCard.objects.values_list("pk", flat=True), authorised=authorised)
    assert [card.id_tag for card in added] == ["aa"]
    assert Card.objects.get().authorised is authorised
    assert UnknownCard.objects.count() == 2
