"""Which digital inputs count as active (DI-1). Pure, on the monotonic clock."""

from collections.abc import Iterable
from dataclasses import dataclass, field

LOST_S = 5.0
"""Without a good poll for so long an input is lost."""
CALM = 3
"""So many good polls in a row must say inactive: a contact that bounces, or comes back, does not raise anything."""


@dataclass(frozen=True, slots=True)
class InputRule:
    """A digital input and what it does to its zones while it counts as active."""

    id: int
    name: str
    quotient_pm: int
    zones: frozenset[int]
    lost_is_active: bool = True


@dataclass(slots=True)
class _Watched:
    counts: bool
    good_at: float | None = None
    inactive_in_a_row: int = 0


@dataclass(slots=True)
class Inputs:
    """Every configured input; from the start until its first polls each is lost."""

    _lost_is_active: dict[int, bool] = field(default_factory=dict)
    _watched: dict[int, _Watched] = field(default_factory=dict)

    def configure(self, rules: Iterable[InputRule]) -> None:
        self._lost_is_active = {rule.id: rule.lost_is_active for rule in rules}
        self._watched = {i: self._watched.get(i) or _Watched(lost) for i, lost in self._lost_is_active.items()}

    def read(self, identity: int, active: bool | None, now: float) -> bool:
        """One poll; `active` None where it failed. Whether the input counts otherwise than before."""
        watched = self._watched.get(identity)
        if watched is None or active is None:
            return False
        before = watched.counts
        watched.good_at = now
        watched.inactive_in_a_row = 0 if active else watched.inactive_in_a_row + 1
        if active:
            watched.counts = True
        elif watched.inactive_in_a_row >= CALM:
            watched.counts = False
        return watched.counts != before

    def active(self, now: float) -> frozenset[int]:
        """Those that count as active now."""
        for identity, watched in self._watched.items():
            if watched.good_at is None or now - watched.good_at > LOST_S:
                watched.counts, watched.inactive_in_a_row = self._lost_is_active[identity], 0
        return frozenset(i for i, watched in self._watched.items() if watched.counts)
