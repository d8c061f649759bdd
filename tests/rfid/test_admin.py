"""The admin's pages of cards."""

import pytest

from journal.models import Entry
from rfid.models import AuthGroup, Card, UnknownCard
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


def lines() -> list[str]:
    return list(Entry.objects.filter(subtype="configuration").order_by("pk").values_list("message", flat=True))


def test_the_journal_says_who_changed_a_card() -> None:
    card, group = Card.objects.create(id_tag="AA"), AuthGroup.objects.create(name="Staff")
    fields = {"id_tag": "AA", "vip": "on", "groups": [group.pk]}
    logged_in(admin()).post(f"/admin/rfid/card/{card.pk}/change/", fields)
    assert lines() == ["RFID card “AA” was set by ada. VIP: no → yes; Groups: – → Staff"]


def test_the_journal_says_who_deleted_a_card() -> None:
    card = Card.objects.create(id_tag="AA")
    logged_in(admin()).post(f"/admin/rfid/card/{card.pk}/delete/", {"post": "yes"})
    assert lines() == ["RFID card “AA” was deleted by ada."]


def test_the_journal_names_the_cards_that_were_changed_in_bulk() -> None:
    cards = [Card.objects.create(id_tag=tag, authorised=tag == "CC") for tag in ("AA", "BB", "CC")]
    chosen = {"action": "authorise", "_selected_action": [c.pk for c in cards]}
    logged_in(admin()).post("/admin/rfid/card/", chosen)
    assert lines() == ["RFID card “AA”, RFID card “BB” was set by ada. Authorised: no → yes"]


def test_many_cards_changed_in_bulk_are_named_in_several_lines() -> None:
    Card.objects.bulk_create(Card(id_tag=f"{n:020}", id_key=f"{n:020}") for n in range(120))
    chosen = {"action": "make_vip", "_selected_action": list(Card.objects.values_list("pk", flat=True))}
    logged_in(admin()).post("/admin/rfid/card/", chosen)
    told = " ".join(lines())
    assert [card.id_tag for card in Card.objects.all() if card.id_tag not in told] == []
    assert not Entry.objects.filter(subtype="configuration", code=None).exists()


@pytest.mark.parametrize(
    ("action", "rest"), [("add", ""), ("add_and_authorise", " Authorised: no → yes")], ids=["add", "authorise"]
)
def test_the_journal_says_who_added_an_unknown_card(action: str, rest: str) -> None:
    unknown = UnknownCard.objects.create(id_tag="AA", id_key="AA", box_identity="CP-1")
    logged_in(admin()).post("/admin/rfid/unknowncard/", {"action": action, "_selected_action": [unknown.pk]})
    assert lines() == [f"RFID card “AA” was set by ada.{rest}"]
