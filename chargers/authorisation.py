"""Whether a card may charge at a station: the rules of `rfid.decisions` on rows, a few queries for a whole batch."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from chargers.models import Station
from chargers.records import AuthorizeRequest
from rfid.decisions import Decision, Verdict, decide
from rfid.models import OnlinePolicy
from rfid.services import card_key, find_cards, note_cards_seen, note_unknown_cards


@dataclass(frozen=True, slots=True)
class Presentation:
    """A card at a reader. `station` is an id."""

    station: int
    id_tag: str


def decide_cards(presentations: Sequence[Presentation]) -> list[Decision]:
    """One decision each; changes nothing."""
    cards = find_cards(id_tags=(p.id_tag for p in presentations))
    stations = Station.objects.filter(pk__in={p.station for p in presentations})
    rows = stations.values_list("pk", "zone_id", "group_id", "group__online")
    places = {pk: (zone, group, online or "") for pk, zone, group, online in rows}
    decisions = []
    for presentation in presentations:
        zone, group, online = places.get(presentation.station, (None, None, ""))
        card = cards.get(card_key(presentation.id_tag))
        decision = decide(
            online=online,
            station_in_group=group is not None,
            card=card.facts if card else None,
            group_has_card=card is not None and group in card.groups,
        )
        # ZON-4: a station without a zone may not start a charge.
        decisions.append(Decision(Verdict.BLOCKED) if decision.accepted and zone is None else decision)
    return decisions


def note_presentations(presentations: Sequence[Presentation], *, at: datetime) -> None:
    """Keeps when each card was seen last, and lists unknown ones (RFI-6) where the station reads cards at all."""
    cards = find_cards(id_tags=(p.id_tag for p in presentations))
    stations = Station.objects.filter(pk__in={p.station for p in presentations})
    readers = dict(stations.exclude(group__online=OnlinePolicy.OFF).values_list("pk", "box_identity"))
    known = {cards[key].id for p in presentations if (key := card_key(p.id_tag)) in cards}
    unknown = {
        p.id_tag: readers[p.station] for p in presentations if p.station in readers and card_key(p.id_tag) not in cards
    }
    if known:
        note_cards_seen(cards=known, at=at)
    if unknown:
        note_unknown_cards(presented=unknown, at=at)


def authorize(requests: Sequence[AuthorizeRequest]) -> list[Decision]:
    """Batch handler (RFI-2). Notes when the cards were seen."""
    presentations = [Presentation(request.station, request.id_tag) for request in requests]
    decisions = decide_cards(presentations)
    note_presentations(presentations, at=requests[-1].at)
    return decisions
