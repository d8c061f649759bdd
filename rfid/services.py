"""Cards as the rest of EVCE sees them: looked up by key, noted when presented."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from common.text import printable
from rfid.decisions import CardFacts, id_key
from rfid.models import MAX_ID_TAG_CHARS, AuthGroup, Card, UnknownCard

MAX_UNKNOWN_CARDS = 1_000
"""A station that invents cards fills no disk: the cards not seen for longest leave the list."""

_KEY_CHARS = 36


@dataclass(frozen=True, slots=True)
class KnownCard:
    id: int
    facts: CardFacts
    groups: frozenset[int]


def card_key(id_tag: str) -> str:
    """`id_key`, as it fits into a row."""
    return printable(id_key(id_tag), _KEY_CHARS)


def find_cards(*, id_tags: Iterable[str]) -> dict[str, KnownCard]:
    """Known cards by `card_key`; two queries whatever the number."""
    keys = {card_key(id_tag) for id_tag in id_tags}
    rows = Card.objects.filter(id_key__in=keys).values_list("id", "id_key", "authorised", "vip")
    found = {pk: (key, CardFacts(authorised, vip)) for pk, key, authorised, vip in rows}
    groups: dict[int, set[int]] = {pk: set() for pk in found}
    for card, group in Card.groups.through.objects.filter(card_id__in=found).values_list("card_id", "authgroup_id"):
        groups[card].add(group)
    return {key: KnownCard(pk, facts, frozenset(groups[pk])) for pk, (key, facts) in found.items()}


def note_cards_seen(*, cards: Iterable[int], at: datetime) -> None:
    """`cards` are ids."""
    Card.objects.filter(pk__in=set(cards)).update(last_seen_at=at)


def note_unknown_cards(*, presented: Mapping[str, str], at: datetime) -> None:
    """`presented`: id tag -> box identity of the reader (RFI-6)."""
    rows = [
        UnknownCard(
            id_tag=printable(id_tag, _KEY_CHARS),
            id_key=card_key(id_tag),
            box_identity=printable(box_identity, 48),
            last_seen_at=at,
        )
        for id_tag, box_identity in {card_key(tag): (tag, box) for tag, box in presented.items()}.values()
        if id_tag.strip()
    ]
    if not rows:
        return
    UnknownCard.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["id_key"], update_fields=["box_identity", "last_seen_at"]
    )
    overflow = UnknownCard.objects.order_by("-last_seen_at", "-id").values_list("pk", flat=True)[MAX_UNKNOWN_CARDS:]
    UnknownCard.objects.filter(pk__in=list(overflow)).delete()


def add_unknown_cards(*, unknown: Iterable[int], authorised: bool) -> list[Card]:
    """Turns unknown cards (ids) into cards; returns those that are new. Tags that no card can have stay unknown."""
    with transaction.atomic():
        presented = UnknownCard.objects.filter(pk__in=list(unknown))
        rows = [row for row in presented if row.id_tag.isascii() and len(row.id_tag.strip()) <= MAX_ID_TAG_CHARS]
        known = set(Card.objects.filter(id_key__in=[row.id_key for row in rows]).values_list("id_key", flat=True))
        cards = [
            Card(id_tag=row.id_tag.strip(), id_key=row.id_key, authorised=authorised, last_seen_at=row.last_seen_at)
            for row in rows
            if row.id_key not in known
        ]
        Card.objects.bulk_create(cards, ignore_conflicts=True)
        UnknownCard.objects.filter(pk__in=[row.pk for row in rows]).delete()
    return cards


def set_group(*, name: str, online: str, offline: str, takes_new_stations: bool) -> AuthGroup:
    """By name; new or changed. The caller bumps the version."""
    group, _created = AuthGroup.objects.update_or_create(
        name=name,
        defaults={"online": online, "offline": offline, "takes_new_stations": takes_new_stations},
    )
    return group


def set_card(*, id_tag: str, authorised: bool, vip: bool, groups: Iterable[AuthGroup]) -> Card:
    """By id tag, whatever its case; new or changed. It is in exactly these groups."""
    card, _created = Card.objects.update_or_create(
        id_key=id_key(id_tag), defaults={"id_tag": id_tag, "authorised": authorised, "vip": vip}
    )
    card.groups.set(groups)
    UnknownCard.objects.filter(id_key=card.id_key).delete()
    return card
