"""Which transactions run on a station, as far as this connection told, and which may be over without a Stop (T5)."""

from dataclasses import dataclass, field

GRACE_S = 60.0
"""Available often comes before its StopTransaction, and a station may go on with a charge after a restart."""


@dataclass(slots=True)
class Charges:
    """By connector number."""

    _running: dict[int, int] = field(default_factory=dict)
    _doubts: dict[int, tuple[float, str]] = field(default_factory=dict)

    def number_of(self, transaction: int) -> int | None:
        return next((number for number, running in self._running.items() if running == transaction), None)

    def transaction_on(self, number: int) -> int | None:
        return self._running.get(number)

    def started(self, number: int, transaction: int) -> None:
        self._running[number] = transaction
        self._doubts.pop(number, None)

    def stopped(self, transaction: int) -> None:
        number = self.number_of(transaction)
        if number is not None:
            del self._running[number]
            self._doubts.pop(number, None)

    def alive(self, number: int) -> None:
        self._doubts.pop(number, None)

    def doubt(self, number: int, why: str, now: float) -> None:
        self._doubts.setdefault(number, (now + GRACE_S, why))

    def due(self, now: float) -> list[tuple[int, str]]:
        """Connector numbers whose grace is over, and why they were doubted; each once."""
        over = [(number, why) for number, (at, why) in self._doubts.items() if now >= at]
        for number, _ in over:
            del self._doubts[number]
        return over

    def next_at(self) -> float | None:
        return min((at for at, _ in self._doubts.values()), default=None)
