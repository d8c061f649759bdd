"""What came of a day, whoever shared the current."""

from dataclasses import dataclass, field

SLOT_S = 300
SCARCE = 0.5
"""A slot counts as one in which demand exceeds supply when a car was held back for so much of it."""


@dataclass(slots=True)
class Outcome:
    """`slots_wh`: delivered by slot; `held_s`: seconds of each slot in which some car got less than it could take
    (known to ideals only). `cars`: (asked for, got) in Wh."""

    slots_wh: list[float]
    held_s: list[float] = field(default_factory=list)
    cars: list[tuple[float, float]] = field(default_factory=list)
    violations: list[tuple[float, str, str, str]] = field(default_factory=list)

    @property
    def scarce(self) -> list[int]:
        """The slots in which demand exceeds supply; not the first, in which everybody starts."""
        return [slot for slot, held in enumerate(self.held_s) if slot and held >= SCARCE * SLOT_S]

    @property
    def total_wh(self) -> float:
        return sum(self.slots_wh)

    def in_wh(self, slots: list[int]) -> float:
        return sum(self.slots_wh[slot] for slot in slots)

    @property
    def least_wh(self) -> float:
        """What a car got, on average over the quarter of them that got least."""
        got = sorted(wh for _, wh in self.cars)
        least = got[: max(1, round(len(got) / 4))]
        return sum(least) / len(least)
