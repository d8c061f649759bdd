"""The loop without I/O: facts in; writes, rows and journal lines out. Raises wait for their row.

The shell (`control.runtime`) and the deterministic simulation both drive this.
"""

from collections import deque
from dataclasses import dataclass, field

from engine.commands import Alarm, Entry, Order, Write
from engine.conduct import conduct_of
from engine.connector import Connector
from engine.cycle import step
from engine.facts import Conduct, Configured, Fact, Outcome, Trusted, WriteEnded
from engine.model import Place
from engine.site import apply, doubt_all
from engine.state import Site

FENCE_S = 10.0
"""A process that was paused for longer trusts nothing that it knew (S13, F23)."""
MOST_EARLY = 10_000
"""Facts that wait for a configuration that names their station."""


@dataclass(frozen=True, slots=True)
class SetpointRow:
    """What must be known after a restart. The *possible* values are never below the truth."""

    connector: int
    limit_ma: int | None
    limit_possible_ma: int
    default_ma: int | None
    default_possible_ma: int
    generation: int
    places: tuple[Place, ...]
    default_writes: int = 0
    default_allowance: float | None = None
    conduct: Conduct = field(default_factory=Conduct)


@dataclass(slots=True)
class Turn:
    """`send` goes out now; `held` only when `rows` are committed (see `Conductor.saved`)."""

    send: list[Write] = field(default_factory=list)
    held: list[Write] = field(default_factory=list)
    rows: list[SetpointRow] = field(default_factory=list)
    orders: list[Order] = field(default_factory=list)
    entries: list[Entry | Alarm] = field(default_factory=list)
    wake_at: float = 0.0
    planned: bool = False
    changes: bool = False
    """A write tells a connector something else than it was last told; a lease that is only refreshed does not."""


class Conductor:
    """One site. Not thread-safe: every call comes from the same thread, with that thread's monotonic `now`."""

    def __init__(self) -> None:
        self.site = Site()
        self._rows: dict[int, SetpointRow] = {}
        self._unsaved: set[int] = set()
        self._flying: set[tuple[int, int]] = set()
        self._last_turn_at: float | None = None
        self._early: deque[Fact] = deque(maxlen=MOST_EARLY)

    def tell(self, fact: Fact, now: float) -> None:
        """Fold a fact. One about a station or connector that is not configured waits for the next configuration:
        the gateway reads the rows of a new one sooner than control does."""
        if isinstance(fact, WriteEnded):
            self._flying.discard((fact.connector, fact.generation))
        if self._unknown(fact):
            self._early.append(fact)
            return
        apply(self.site, fact, now)
        if isinstance(fact, Trusted):
            # Its row was changed by who trusts it (`control.trusting`).
            self._unsaved.add(fact.connector)
        if isinstance(fact, Configured):
            early, self._early = self._early, deque(maxlen=MOST_EARLY)
            for waited in early:
                if not self._unknown(waited):
                    apply(self.site, waited, now)

    def _unknown(self, fact: Fact) -> bool:
        connector, station = getattr(fact, "connector", None), getattr(fact, "station", None)
        if connector is not None:
            return connector not in self.site.connectors
        return station is not None and station not in self.site.stations

    def turn(self, now: float) -> Turn:
        """One cycle."""
        if self._last_turn_at is not None and now - self._last_turn_at > FENCE_S:
            self._distrust_everything(now)
        self._last_turn_at = now
        done = step(self.site, now)
        return Turn(
            send=[w for w in done.writes if not w.durable],
            held=[w for w in done.writes if w.durable],
            rows=self._changed_rows(done.stirred),
            orders=done.orders,
            entries=done.entries,
            wake_at=done.wake_at,
            planned=done.planned,
            changes=any(self._is_news(write) for write in done.writes),
        )

    def _is_news(self, write: Write) -> bool:
        """It just left: was something else, or nothing, written to this profile before?"""
        profile = self.site.connectors[write.connector].profile(write.target)
        earlier = profile.doubts[:-1]
        return write.limit_ma != (earlier[-1].limit_ma if earlier else profile.acked_ma)

    def saved(self, held: list[Write], rows: list[SetpointRow], ok: bool, now: float) -> list[Write]:
        """The rows of a turn are committed (or not): the held writes that may leave now.

        One that a newer write has overtaken, or whose row could not be stored, is folded as never sent.
        """
        if not ok:
            self._unsaved.update(row.connector for row in rows)
        leaving = []
        for write in held:
            if ok and self._newest(write):
                leaving.append(write)
            else:
                self.tell(WriteEnded(write.connector, write.generation, Outcome.UNSENT), now)
        return leaving

    def hand_over(self, write: Write) -> None:
        """It goes to its station now: its end will be told."""
        self._flying.add((write.connector, write.generation))

    def abandon(self, now: float) -> None:
        """A turn failed: what it wrote or held and was not handed over ends without an answer, and is sent again.

        Nothing else will tell its end. Every row is stored again.
        """
        for identity, connector in self.site.connectors.items():
            self._unsaved.add(identity)
            doubts = [doubt for profile in connector.profiles for doubt in profile.doubts if doubt.in_flight]
            for doubt in doubts:
                if (identity, doubt.generation) not in self._flying:
                    self.tell(WriteEnded(identity, doubt.generation, Outcome.TIMEOUT), now)

    def _newest(self, write: Write) -> bool:
        connector = self.site.connectors.get(write.connector)
        if connector is None:
            return False
        doubts = connector.profile(write.target).doubts
        return bool(doubts) and doubts[-1].in_flight and doubts[-1].generation == write.generation

    def _changed_rows(self, stirred: list[Connector]) -> list[SetpointRow]:
        changed = []
        unsaved, self._unsaved = self._unsaved, set()
        for identity in unsaved.union(connector.config.id for connector in stirred):
            connector = self.site.connectors.get(identity)
            if connector is None or not connector.generation:
                continue
            row = row_of(connector)
            if identity in unsaved or self._rows.get(row.connector) != row:
                self._rows[row.connector] = row
                changed.append(row)
        return changed

    def _distrust_everything(self, now: float) -> None:
        settle_s = self.site.config.settle_s
        for connector in self.site.connectors.values():
            doubt_all(self.site, connector, now)
            connector.windows = [(window_ma, now + settle_s) for window_ma, _ in connector.windows]
        for meter in self.site.meters.values():
            meter.good_in_a_row = 0
        self.site.revision += 1
        self.site.note("clock_gap")


def row_of(connector: Connector) -> SetpointRow:
    windows = max((window_ma for window_ma, _ in connector.windows), default=0)
    return SetpointRow(
        connector=connector.config.id,
        limit_ma=connector.limit.acked_ma,
        limit_possible_ma=max(connector.limit.highest_ma, windows),
        default_ma=connector.default.acked_ma,
        default_possible_ma=connector.default.highest_ma,
        generation=connector.generation,
        places=(*connector.former, connector.place),
        default_writes=connector.wear.writes,
        default_allowance=connector.wear.left,
        conduct=conduct_of(connector),
    )
