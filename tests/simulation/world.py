"""EVCE and a simulated site in virtual time: one process, no sockets, seeded.

The code that runs is the product's: the conductor (facts, step, ledger, rows before raises) and the stations'
sessions, against the simulator's stations, cars, meters and cables. Only the clock, the wire and the disk are ours.
"""

import heapq
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import count
from random import Random
from typing import Any

from chargers.records import StationRecord
from control.conductor import Conductor, SetpointRow
from engine.commands import Order, Write
from engine.facts import Configured, Fact, Measured, MeterFailed, MeterRead, RanksReviewed, Restored, TransactionStarted
from gateway.outbound import orders
from gateway.protocol.effects import Close, Feed, Send, Store, Wake
from gateway.protocol.events import CallRequested, Closed, Event, FrameReceived, Opened, Stored, Tick, WriteRequested
from gateway.protocol.memory import Group, MemoryStore
from gateway.protocol.session import Session
from simulator.car import Car, CarSpec
from simulator.site import read_site
from simulator.spec import StationSpec
from simulator.station import Station
from simulator.watch import Watch
from tests.simulation.sites import Document, configuration, station_ids

EPOCH = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
LEADING_S = 0.05
OBSERVE_S = 0.5
POLL_S = 1.0


def wall(now: float) -> datetime:
    return EPOCH + timedelta(seconds=now)


@dataclass(eq=False)
class Node:
    """A station, its wire, and its session on the other end while there is one."""

    id: int
    station: Station
    latency_s: float
    session: Session | None = None
    link: int = 0
    timer_at: float = float("inf")
    down_until: float = 0.0
    tick_at: float = float("inf")


class World:
    """`run(until)` is the whole of it; what people and faults do is put on the agenda with `at`."""

    def __init__(self, document: Document, rng: Random, spec: StationSpec | None = None) -> None:
        self.rng = rng
        self.now = 0.0
        self.document = document
        self.version = 1
        self._heap: list[tuple[float, int, Callable[[], None]]] = []
        self._sequence = count()
        self._order_numbers = count(1)
        self.log: list[str] = []
        base = spec or StationSpec("", auto_start=True, sample_s=10)
        self.site = read_site(document, Random(rng.random()), now=0.0, base=base)
        self.plant = self.site.plant
        self.watch = Watch(self.plant)
        ids = station_ids(document)
        self.nodes = {i: Node(i, self.site.stations[name], rng.uniform(0.002, 0.06)) for name, i in ids.items()}
        self.meters = {m["name"]: number for number, m in enumerate(document["meters"], 1)}
        self.store = MemoryStore(
            stations={i: StationRecord(i, name, True, connectors={1: i}) for name, i in ids.items()},
            groups={i: Group("all") for i in ids.values()},
            random=Random(rng.random()),
        )
        self.rows: dict[int, SetpointRow] = {}
        self.ever_connected: set[int] = set()
        self.commit_s = rng.uniform(0.002, 0.03)
        self.boot_evce()
        self.every(POLL_S, self._poll)
        self.every(OBSERVE_S, self._observe)
        self.every(document["site"]["review_s"], lambda: self.tell(RanksReviewed()))
        for node in self.nodes.values():
            self.at(rng.uniform(0, 2), partial(self.link_up, node))

    # The agenda.

    def at(self, when: float, act: Callable[[], None]) -> None:
        heapq.heappush(self._heap, (max(when, self.now), next(self._sequence), act))

    def every(self, period_s: float, act: Callable[[], None]) -> None:
        def again() -> None:
            act()
            self.at(self.now + period_s, again)

        self.at(self.now + period_s, again)

    def run(self, until: float) -> None:
        while self._heap and self._heap[0][0] <= until:
            self.now, _, act = heapq.heappop(self._heap)
            act()
        self.now = until

    def say(self, text: str) -> None:
        self.log.append(f"{self.now:8.2f}  {text}")

    # EVCE.

    def boot_evce(self) -> None:
        """A process starts: what it knows is what the rows say."""
        self.conductor = Conductor()
        self._turn_due = False
        self._turned_at = -1.0
        self._wake_at = float("inf")
        self.tell(Configured(configuration(self.document, self.version)))
        for charge in self.store.charges.values():
            if charge.open and charge.connector is not None:
                age = (wall(self.now) - charge.started_at).total_seconds()
                self.tell(
                    TransactionStarted(
                        charge.connector, charge.number, charge.vip, charge.id_tag, charge.energy_wh, max(0.0, age)
                    )
                )
        for i in self.nodes:
            row = self.rows.get(i)
            values = (
                (row.limit_ma, row.limit_possible_ma, row.default_ma, row.default_possible_ma, row.generation, row.zone)
                if row
                else (None, 0, None, 0, 0, None)
            )
            self.tell(Restored(i, i in self.ever_connected, *values))

    def kill_evce(self, dark_s: float) -> None:
        """kill -9: sockets close, memory is gone, rows stay."""
        self.say("EVCE is killed")
        for node in self.nodes.values():
            if node.session is not None:
                node.session = None
                self._cut(node)
                node.down_until = max(node.down_until, self.now + dark_s)
                self.at(node.down_until + self.rng.uniform(0, 2), partial(self.link_up, node))
        self.boot_evce()

    def tell(self, fact: Fact) -> None:
        self.conductor.tell(fact, self.now)
        if not isinstance(fact, Measured):
            self._wake(self.now)

    def _wake(self, when: float) -> None:
        when = max(when, self._turned_at + LEADING_S)
        if self._turn_due and self._wake_at <= when:
            return
        self._turn_due, self._wake_at = True, when
        conductor = self.conductor
        self.at(when, lambda: self._turn(conductor, when))

    def _turn(self, conductor: Conductor, when: float) -> None:
        if conductor is not self.conductor or self._wake_at != when:
            return
        self._turned_at, self._turn_due, self._wake_at = self.now, False, float("inf")
        turn = conductor.turn(self.now)
        for write in turn.send:
            self._write(write)
        for order in turn.orders:
            self._order(order)
        if turn.rows or turn.held:
            self.at(self.now + self.commit_s, lambda: self._committed(conductor, turn.held, turn.rows))
        self._wake(turn.wake_at)

    def _committed(self, conductor: Conductor, held: list[Write], rows: list[SetpointRow]) -> None:
        if conductor is not self.conductor:
            return
        self.rows |= {row.connector: row for row in rows}
        for write in conductor.saved(held, rows, True, self.now):
            self._write(write)

    def _write(self, write: Write) -> None:
        self.say(f"write {write.target} {write.limit_ma / 1000:g} A to station {write.station}")
        node = self.nodes[write.station]
        assert node.session is not None, "a write to a station without a session"
        self._feed(node, WriteRequested(write))

    def _order(self, order: Order) -> None:
        self.say(f"{order.action} is asked of station {order.station}")
        request = orders.build(order)
        self._feed(self.nodes[order.station], CallRequested(request.action, request.payload, next(self._order_numbers)))

    # Sessions and wires.

    def link_up(self, node: Node) -> None:
        if node.session is not None or self.now < node.down_until:
            return
        if not node.station.wants_link:
            self.at(self.now + 1, lambda: self.link_up(node))
            return
        node.link += 1
        self.ever_connected.add(node.id)
        node.session = Session(self.store.stations[node.id], wall=wall, prefix=f"{node.link}-")
        self.say(f"station {node.id} connects")
        self._feed(node, Opened())
        node.station.connected(self.now)
        self._pump(node)

    def link_down(self, node: Node, for_s: float) -> None:
        node.down_until = self.now + for_s
        self.at(node.down_until, lambda: self.link_up(node))
        if node.session is None:
            return
        self.say(f"station {node.id} loses its link")
        self._feed(node, Closed())
        node.session = None
        self._cut(node)

    def _cut(self, node: Node) -> None:
        node.link += 1
        node.station.disconnected(self.now)
        self._pump(node)

    def _feed(self, node: Node, event: Event) -> None:
        session = node.session
        if session is None:
            return
        for effect in session.feed(event, self.now):
            match effect:
                case Send(text):
                    self._later(node, node.latency_s, partial(self._deliver, node, text))
                case Store(token, kind, payload):
                    self.store.put(kind, payload, partial(self._stored, node, token))
                case Wake(at):
                    node.tick_at = at
                    self._later(node, at - self.now, partial(self._tick, node, at))
                case Feed(fact):
                    self.tell(fact)
                case Close():
                    self._later(node, 0, lambda: self.link_down(node, 1.0))

    def _tick(self, node: Node, at: float) -> None:
        if node.tick_at == at:
            self._feed(node, Tick())

    def _stored(self, node: Node, token: int, result: Any, _error: Exception | None) -> None:
        self._later(node, self.commit_s, lambda: self._feed(node, Stored(token, result)))

    def _later(self, node: Node, delay_s: float, act: Callable[[], None]) -> None:
        """Only while this very connection lasts."""
        link = node.link

        def unless_cut() -> None:
            if node.link == link:
                act()

        self.at(self.now + delay_s, unless_cut)

    def _deliver(self, node: Node, text: str) -> None:
        node.station.receive(text, self.now)
        self._pump(node)

    def _pump(self, node: Node) -> None:
        """Carry what the station says, and wake it when it wants to be."""
        outbox = node.station.outbox
        while outbox:
            text = outbox.popleft()
            self._later(node, node.latency_s, partial(self._feed, node, FrameReceived(text)))
        if not node.station.wants_link and node.session is not None:
            self.link_down(node, 0.0)
        due = max(node.station.next_at(), self.now)
        if due < node.timer_at or node.timer_at <= self.now:
            node.timer_at = due
            if due < float("inf"):
                self.at(due, lambda: self._advance(node, due))

    def _advance(self, node: Node, due: float) -> None:
        if node.timer_at == due:
            node.timer_at = float("inf")
            node.station.advance(self.now)
            self._pump(node)

    # Meters and the judge.

    def _poll(self) -> None:
        self.plant.feed_meters(self.now)
        for name, meter in self.plant.meters().items():
            currents = meter.reading_ma(self.now)
            number = self.meters[name]
            fact: Fact = (
                MeterFailed(number, "no answer")
                if currents is None
                else MeterRead(number, currents, hash(currents), 0.02)
            )
            self.at(self.now + 0.02, partial(self.tell, fact))

    def _observe(self) -> None:
        self.watch.observe(self.now)

    # What people do.

    def plug(self, node: Node, spec: CarSpec) -> None:
        if node.station.charging.outlets[1].car is None:
            self.say(f"a car plugs in at station {node.id}")
            node.station.plug(1, Car(spec), self.now)
            self._pump(node)

    def unplug(self, node: Node) -> None:
        if node.station.charging.outlets[1].car is not None:
            self.say(f"the car at station {node.id} leaves")
            node.station.unplug(1, self.now)
            self._pump(node)

    def reboot(self, node: Node, hard: bool) -> None:
        if node.station.wants_link:
            self.say(f"station {node.id} reboots")
            node.station.reboot(self.now, hard)
            self._pump(node)

    def reconfigure(self) -> None:
        self.version += 1
        self.tell(Configured(configuration(self.document, self.version)))
