"""A station, its wire, and its session on EVCE's end while there is one. No sockets: frames are calls, later."""

from functools import partial
from math import inf
from random import Random
from typing import Any

from engine.commands import Order, Target, Write
from engine.facts import Outcome, WriteEnded, WriteResisted
from gateway.outbound import orders
from gateway.protocol.calls import GIVE_UP_S
from gateway.protocol.effects import Close, Effect, Feed, Send, Store, Wake
from gateway.protocol.events import CallRequested, Closed, Event, FrameReceived, Opened, Stored, Tick, WriteRequested
from gateway.protocol.memory import MemoryStore
from gateway.protocol.session import Session
from simulator.station import Station
from tests.simulation.agenda import Act, Agenda
from tests.simulation.process import Process

RETRY_S = 1.0
CLOCK_OFF_S = 8.0
FOLLOW_S = 5.5
"""A car that obeys has followed what its station took (S10)."""
DEAD_PEER_S = (20.0, 30.0)
"""TCP_USER_TIMEOUT and the ping: a peer that went without a word is closed within this time."""


class Wire:
    """`link` counts what stood between the two ends: what was under way on an older one never arrives."""

    def __init__(
        self, number: int, station: Station, agenda: Agenda, process: Process, store: MemoryStore, rng: Random
    ) -> None:
        self.number = number
        self.station = station
        self.latency_s = rng.uniform(0.002, 0.06)
        self.session: Session | None = None
        self.removed = False
        self.known_volatile = False
        self.misled = False
        """It took limits wrongly once; what it took stands until it is told anew."""
        self.refuses = False
        """Its last answer to a limit was not `Accepted`, or never came."""
        self._agenda, self._process, self._store, self._rng = agenda, process, store, rng
        self._asked = self._link = 0
        self._told: dict[int, list[tuple[float, int]]] = {}
        self._timer_at = inf
        self._tick_at = inf
        self._down_until = 0.0
        self._stuck_until = 0.0
        self.stuck_at = 0.0

    @property
    def reachable(self) -> bool:
        """EVCE can tell it something, and it will listen."""
        now = self._agenda.now
        return (
            self.session is not None
            and self.session.ready
            and now >= self._stuck_until
            and not self.refuses
            and self._process.awake
        )

    @property
    def silent(self) -> bool:
        """Its network is dead, and nobody was told."""
        return self.session is not None and self._agenda.now < self._stuck_until

    @property
    def forgot(self) -> bool:
        """It lost its profiles out of reach, and nobody could know that it does."""
        return not self.reachable and not self.known_volatile and not len(self.station.charging.profiles)

    @property
    def odd(self) -> bool:
        """It takes limits otherwise than it says, or at other times: what it gets is a matter of safety."""
        spec = self.station.spec
        greedy = any(o.car and o.car.spec.overdraw_pm > 1000 for o in self.station.charging.outlets.values())
        return self.misled or spec.unruly or spec.takes_watts or bool(spec.offers) or greedy or self.clock_off

    @property
    def clock_off(self) -> bool:
        """Its clock is not EVCE's: it can only be held to its degraded current (F21)."""
        now = self._agenda.now
        return abs(self.station.wall(now) - self._agenda.wall(now).timestamp()) > CLOCK_OFF_S

    def told_ma(self, number: int) -> int:
        """The most that its session was told lately: a car may still follow what was told before."""
        transaction = self.station.charging.outlets[number].transaction
        writes = self._told.get(number, ())
        if transaction is None or not writes:
            return 0
        since = self._agenda.now - FOLLOW_S - self.late_s
        mine = [(at, ma) for at, ma in writes if at >= transaction.began_at]
        lately = [ma for at, ma in mine if at >= since]
        before = [ma for at, ma in mine if at < since][-1:]
        return max(lately + before, default=0)

    @property
    def late_s(self) -> float:
        """How much later than its first limit the last of its outlets hears of a new one: CALLs go one by one."""
        spec = self.station.spec
        each_s = GIVE_UP_S if spec.drop_answers else min(spec.answer_delay_s, GIVE_UP_S)
        return each_s * (2 * len(self.station.charging.outlets) - 1)

    # The link.

    def connect(self) -> None:
        """Try now, and again while the way is barred."""
        agenda, station = self._agenda, self.station
        if self.session is not None or self.removed or agenda.now < self._down_until:
            return
        if not station.wants_link or not self._process.awake:
            agenda.at(agenda.now + RETRY_S, self.connect)
            return
        self._link += 1
        agenda.say(f"station {self.number} connects")
        self._open()
        station.connected(agenda.now)
        self.pump()

    def _open(self) -> None:
        self._process.ever_connected.add(self.number)
        self.session = Session(self._store.stations[self.number], wall=self._agenda.wall, prefix=f"{self._link}-")
        self.feed(Opened())

    def drop(self, for_s: float, why: str = "loses its link") -> None:
        """Both ends hear of it; the station tries again after `for_s`."""
        self._down_until = max(self._down_until, self._agenda.now + for_s)
        self._agenda.at(self._down_until, self.connect)
        if self.session is None:
            return
        self._agenda.say(f"station {self.number} {why}")
        self._close()
        self._cut()

    def _close(self) -> None:
        """EVCE's end is gone. Where it hears of that when the next socket is there already, that one took its place."""
        session, self.session = self.session, None
        if session is None:
            return

        def end() -> None:
            if not self._process.when_awake(end):
                self._carry(session, session.feed(Closed(replaced=self.session is not None), self._agenda.now))

        end()

    def _cut(self) -> None:
        """The station's end is gone."""
        self._link += 1
        if self.station.linked:
            self.station.disconnected(self._agenda.now)
        self.pump()

    def vanish(self, for_s: float) -> None:
        """EVCE was killed: the sockets close with it, nobody folds anything."""
        if self.session is not None:
            self.session = None
            self._cut()
        self._down_until = max(self._down_until, self._agenda.now + for_s)
        self._agenda.at(self._down_until, self.connect)

    def stick(self, for_s: float) -> None:
        """Half-open (F17): nothing gets through, and nobody is told. A short one only delays."""
        agenda = self._agenda
        if self.session is None:
            return
        agenda.say(f"station {self.number}: its network is dead for {for_s:.0f} s")
        if agenda.now >= self._stuck_until:
            self.stuck_at = agenda.now
        self._stuck_until = max(self._stuck_until, agenda.now + for_s)
        link = self._link

        def find_out() -> None:
            if self._link != link or agenda.now >= self._stuck_until:
                return
            agenda.say(f"station {self.number} is given up")
            self._link += 1
            self._close()
            self._down_until = max(self._down_until, self._stuck_until + RETRY_S)
            agenda.at(self._down_until, self._come_back)

        agenda.at(agenda.now + self._rng.uniform(*DEAD_PEER_S), find_out)

    def _come_back(self) -> None:
        if self.session is None and self._agenda.now >= self._down_until:
            self._cut()
            self.connect()

    def double(self) -> None:
        """F18: a second socket of the same identity; the old one is closed before, at, or after that."""
        old = self.session
        if old is None or not self._process.awake or self._agenda.now < self._stuck_until:
            return
        self._agenda.say(f"station {self.number} opens a second socket")
        self.session = None
        self._link += 1
        self.station.disconnected(self._agenda.now)
        late_s = self._rng.choice([0.0, 0.0, 0.3])

        def end() -> None:
            if not self._process.when_awake(end):
                self._carry(old, old.feed(Closed(replaced=True), self._agenda.now))

        if not late_s:
            end()
        self._open()
        if late_s:
            self._agenda.at(self._agenda.now + late_s, end)
        self.station.connected(self._agenda.now)
        self.pump()

    # EVCE's end.

    def write(self, write: Write) -> None:
        self._agenda.say(f"write {write.target} {write.limit_ma / 1000:g} A to {self.number}/{write.number}")
        if write.target is Target.LIMIT:
            self._told.setdefault(write.number, []).append((self._agenda.now, write.limit_ma))
        if self.session is None:
            self._process.tell(WriteEnded(write.connector, write.generation, Outcome.UNSENT))
        else:
            self.feed(WriteRequested(write))

    def ask(self, order: Order) -> None:
        self._agenda.say(f"{order.action} is asked of {self.number}/{order.number}")
        request = orders.build(order)
        self._asked += 1
        self.feed(CallRequested(request.action, request.payload, self._asked))

    def feed(self, event: Event) -> None:
        if self._process.paused_until > self._agenda.now:
            self._later(self._process.paused_until - self._agenda.now, partial(self.feed, event))
            return
        session = self.session
        if session is not None:
            self._carry(session, session.feed(event, self._agenda.now))

    def _carry(self, session: Session, effects: list[Effect]) -> None:
        """What a session that was replaced still asks for has no wire any more."""
        mine = session is self.session
        for effect in effects:
            match effect:
                case Send(text) if mine:
                    self._later(self._delay_s(), partial(self._deliver, text))
                case Store(token, kind, payload):
                    self._store.put(kind, payload, partial(self._stored, token) if mine else _unheard)
                case Wake(at) if mine:
                    self._tick_at = at
                    self._later(at - self._agenda.now, partial(self._tick, at))
                case Feed(fact):
                    if isinstance(fact, WriteEnded):
                        self._judge_answer(fact.outcome)
                    elif isinstance(fact, WriteResisted):
                        self.refuses = True
                    self._process.tell(fact)
                case Close() if mine:
                    self._later(0, lambda: self.drop(1.0, "is closed"))

    def _judge_answer(self, outcome: Outcome) -> None:
        if outcome is Outcome.ACCEPTED:
            self.refuses = False
        elif outcome in (Outcome.REJECTED, Outcome.ERROR, Outcome.TIMEOUT):
            self.refuses = True

    def _tick(self, at: float) -> None:
        if self._tick_at == at:
            self.feed(Tick())

    def _stored(self, token: int, result: Any, _error: Exception | None) -> None:
        self._later(self._process.commit_s, lambda: self.feed(Stored(token, result)))

    # The way between.

    def _delay_s(self) -> float:
        stuck_s = self._stuck_until - self._agenda.now
        return self.latency_s if stuck_s <= 0 else stuck_s + self.latency_s

    def _later(self, delay_s: float, act: Act) -> None:
        """Only while this very connection lasts."""
        link = self._link

        def unless_cut() -> None:
            if self._link == link:
                act()

        self._agenda.at(self._agenda.now + delay_s, unless_cut)

    # The station's end.

    def _deliver(self, text: str) -> None:
        self.station.receive(text, self._agenda.now)
        self.pump()

    def pump(self) -> None:
        """Carry what the station says, and wake it when it wants to be."""
        outbox = self.station.outbox
        while outbox:
            self._later(self._delay_s(), partial(self.feed, FrameReceived(outbox.popleft())))
        now = self._agenda.now
        if not self.station.wants_link and self.session is not None:
            self.drop(0.0, "goes down")
        due = max(self.station.next_at(), now)
        if due < self._timer_at or self._timer_at <= now:
            self._timer_at = due
            if due < inf:
                self._agenda.at(due, partial(self._advance, due))

    def _advance(self, due: float) -> None:
        if self._timer_at == due:
            self._timer_at = inf
            self.station.advance(self._agenda.now)
            self.pump()


def _unheard(result: Any, error: Exception | None) -> None:
    """Its session is gone."""
