"""Who may charge (RFI-2). Pure: the gateway's in-memory store decides with the same function."""

from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    ACCEPTED = "accepted"
    BLOCKED = "blocked"
    EXPIRED = "expired"
    INVALID = "invalid"
    CONCURRENT = "concurrent"


@dataclass(frozen=True, slots=True)
class CardFacts:
    """What is known of a card that somebody registered."""

    authorised: bool
    vip: bool = False


@dataclass(frozen=True, slots=True)
class Decision:
    verdict: Verdict
    vip: bool = False

    @property
    def accepted(self) -> bool:
        return self.verdict is Verdict.ACCEPTED


def id_key(id_tag: str) -> str:
    """Cards are compared without case and surrounding blanks (stations disagree on both)."""
    return id_tag.strip().upper()


def decide(*, online: str, station_in_group: bool, card: CardFacts | None, group_has_card: bool) -> Decision:
    """`online` is the policy of the station's group: all, known or off.

    A station in no group accepts no card (RFI-1). *Authorised* counts only where known cards are asked for (RFI-4).
    """
    if not station_in_group:
        return Decision(Verdict.INVALID)
    vip = card is not None and card.vip
    if online in {"all", "off"}:
        return Decision(Verdict.ACCEPTED, vip)
    if card is None or not group_has_card:
        return Decision(Verdict.INVALID)
    return Decision(Verdict.ACCEPTED, vip) if card.authorised else Decision(Verdict.BLOCKED)
