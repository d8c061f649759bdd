"""RFI-1, RFI-2, RFI-4 as a table."""

import pytest

from rfid.decisions import CardFacts, Decision, Verdict, decide, id_key

OK = CardFacts(authorised=True)
VIP = CardFacts(authorised=True, vip=True)
NOT_YET = CardFacts(authorised=False)


@pytest.mark.parametrize(
    ("online", "in_group", "card", "group_has_card", "expected"),
    [
        ("all", True, None, False, Decision(Verdict.ACCEPTED)),
        ("all", True, NOT_YET, False, Decision(Verdict.ACCEPTED)),
        ("all", True, VIP, False, Decision(Verdict.ACCEPTED, vip=True)),
        ("off", True, None, False, Decision(Verdict.ACCEPTED)),
        ("known", True, OK, True, Decision(Verdict.ACCEPTED)),
        ("known", True, VIP, True, Decision(Verdict.ACCEPTED, vip=True)),
        ("known", True, OK, False, Decision(Verdict.INVALID)),
        ("known", True, NOT_YET, True, Decision(Verdict.BLOCKED)),
        ("known", True, None, False, Decision(Verdict.INVALID)),
        ("all", False, OK, True, Decision(Verdict.INVALID)),
        ("off", False, None, False, Decision(Verdict.INVALID)),
    ],
)
def test_who_may_charge(
    online: str, in_group: bool, card: CardFacts | None, group_has_card: bool, expected: Decision
) -> None:
    assert decide(online=online, station_in_group=in_group, card=card, group_has_card=group_has_card) == expected


def test_cards_are_compared_without_case_and_blanks() -> None:
    assert id_key(" 04aB ") == id_key("04Ab")
