"""The admin's pages of cards."""

import pytest

from rfid.models import Card, UnknownCard
from tests.accounts.people import admin, logged_in

pytestmark = pytest.mark.django_db


def test_a_card_in_another_case_is_refused() -> None:
    Card.objects.create(id_tag="AA")
    page = logged_in(admin()).post("/admin/rfid/card/add/", {"id_tag": "aa"}).content.decode()
    assert "known already" in page
    assert Card.objects.count() == 1


@pytest.mark.parametrize(
    ("action", "expected"),
    [("authorise", (True, False)), ("withdraw", (False, False)), ("make_vip", (False, True))],
)
def test_cards_are_changed_in_bulk(action: str, expected: tuple[bool, bool]) -> None:
    cards = [Card.objects.create(id_tag=tag) for tag in ("AA", "BB")]
    logged_in(admin()).post("/admin/rfid/card/", {"action": action, "_selected_action": [c.pk for c in cards]})
    assert set(Card.objects.values_list("authorised", "vip")) == {expected}


@pytest.mark.parametrize(("action", "authorised"), [("add", False), ("add_and_authorise", True)])
def test_an_unknown_card_is_added_with_one_click(action: str, authorised: bool) -> None:
    unknown = UnknownCard.objects.create(id_tag="AA", id_key="AA", box_identity="CP-1")
    logged_in(admin()).post("/admin/rfid/unknowncard/", {"action": action, "_selected_action": [unknown.pk]})
    assert Card.objects.get().authorised is authorised
    assert not UnknownCard.objects.exists()
