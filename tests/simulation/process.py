"""EVCE as a process in virtual time: the conductor, its turns, the rows on its disk; killed, paused, started again."""

from collections.abc import Callable
from math import inf
from random import Random

from control.conductor import Conductor, SetpointRow
from engine.commands import Alarm, Entry, Order, Write
from engine.facts import (
    Configured,
    Fact,
    Measured,
    MeterRead,
    MeterReversed,
    Restored,
    TransactionStarted,
    WiringFound,
    WriteEnded,
)
from engine.plausibility import SIGN
from engine.state import Site
from engine.wiring_watch import WRONG
from gateway.protocol.memory import MemoryStore
from tests.simulation.agenda import Act, Agenda
from tests.simulation.reading import configuration
from tests.simulation.sites import Document

LEADING_S = 0.05
_DULL = (Measured, MeterRead)


class Process:
    """`send` and `ask` carry writes and orders to stations. Rows, charges and who was ever connected outlive a kill."""

    def __init__(
        self,
        agenda: Agenda,
        document: Document,
        store: MemoryStore,
        rng: Random,
        send: Callable[[Write], None],
        ask: Callable[[Order], None],
        heard: Callable[[Fact], None],
    ) -> None:
        self._agenda = agenda
        self._document = document
        self._store = store
        self._send, self._ask = send, ask
        self.commit_s = rng.uniform(0.002, 0.03)
        self.rows: dict[int, SetpointRow] = {}
        self.ever_connected: set[int] = set()
        self.alarms: dict[tuple[str, str], Alarm] = {}
        self.version = 1
        self.up_at = self.paused_until = 0.0
        self.heard = heard
        self.sending: Callable[[Write], None] = lambda write: None
        store.reconfigured = self.reconfigure
        self.start()

    @property
    def site(self) -> Site:
        return self.conductor.site

    @property
    def awake(self) -> bool:
        now = self._agenda.now
        return now >= self.up_at and now >= self.paused_until

    def start(self) -> None:
        """What a new process knows is what the rows say."""
        self.conductor = Conductor()
        self._turned_at = -1.0
        self._wake_at = inf
        self.tell(Configured(configuration(self._document, self.version, self._store.stations)))
        now = self._agenda.now
        for charge in self._store.charges.values():
            if charge.open and charge.connector is not None:
                age_s = max(0.0, (self._agenda.wall(now) - charge.started_at).total_seconds())
                self.tell(
                    TransactionStarted(
                        charge.connector, charge.number, charge.vip, charge.id_tag, charge.energy_wh, age_s
                    )
                )
        for meter in self.site.config.meters:
            lost = self.alarms.get(("meter_lost", meter.name))
            if lost is not None and ("reason", SIGN) in lost.params:
                self.tell(MeterReversed(meter.id))
            if any((code, meter.name) in self.alarms for code in WRONG):
                self.tell(WiringFound(meter.id, wrong=True))
        for connector in self.site.config.connectors:
            self.tell(restored(connector.id, connector.station in self.ever_connected, self.rows.get(connector.id)))

    def kill(self, dark_s: float) -> None:
        """kill -9, and a start `dark_s` later."""
        self._agenda.say("EVCE is killed")
        self.conductor = Conductor()
        self._wake_at = inf
        self.up_at = self._agenda.now + dark_s
        self._agenda.at(self.up_at, self._begin)

    def _begin(self) -> None:
        if self._agenda.now < self.up_at or self.when_awake(self._begin):
            return
        self._agenda.say("EVCE starts")
        self.start()

    def pause(self, for_s: float) -> None:
        """SIGSTOP and SIGCONT: it does not know that time has passed (F23)."""
        self._agenda.say(f"EVCE is stopped for {for_s:.0f} s")
        self.paused_until = max(self.paused_until, self._agenda.now + for_s)

    def when_awake(self, act: Act) -> bool:
        """Do it when the process runs again; False where it runs now and the caller goes on."""
        if self._agenda.now >= self.paused_until:
            return False
        self._agenda.at(self.paused_until, act)
        return True

    def reconfigure(self) -> None:
        """The site file was edited: rows of a new version."""
        self.version += 1
        version = self.version

        def load() -> None:
            if not self.when_awake(load) and version == self.version:
                self.tell(Configured(configuration(self._document, version, self._store.stations)))

        load()

    def tell(self, fact: Fact) -> None:
        now = self._agenda.now
        if now < self.up_at:
            return
        if self._agenda.trace and not isinstance(fact, _DULL):
            self._agenda.say(f"  fact {_short(fact)}")
        self.conductor.tell(fact, now)
        self.heard(fact)
        if not isinstance(fact, Measured):
            self._wake(now)

    def _wake(self, when: float) -> None:
        when = max(when, self._turned_at + LEADING_S)
        if self._wake_at <= when:
            return
        self._wake_at = when
        conductor = self.conductor
        self._agenda.at(when, lambda: self._turn(conductor, when))

    def _turn(self, conductor: Conductor, when: float) -> None:
        if conductor is not self.conductor or self._wake_at != when:
            return
        if self.when_awake(lambda: self._turn(conductor, when)):
            return
        now = self._agenda.now
        self._turned_at, self._wake_at = now, inf
        turn = conductor.turn(now)
        for entry in turn.entries:
            self._note(entry)
        for write in turn.send:
            self._hand_over(write)
        for order in turn.orders:
            self._ask(order)
        if turn.rows or turn.held:
            self._agenda.at(now + self.commit_s, lambda: self._committed(conductor, turn.held, turn.rows))
        self._wake(turn.wake_at)

    def _committed(self, conductor: Conductor, held: list[Write], rows: list[SetpointRow]) -> None:
        if conductor is not self.conductor or self.when_awake(lambda: self._committed(conductor, held, rows)):
            return
        for row in rows:
            self.rows[row.connector] = row
        for write in conductor.saved(held, rows, True, self._agenda.now):
            self._hand_over(write)

    def _hand_over(self, write: Write) -> None:
        self.sending(write)
        self._send(write)

    def _note(self, entry: Entry | Alarm) -> None:
        if isinstance(entry, Alarm):
            if entry.raised:
                self.alarms[entry.code, entry.subject] = entry
            else:
                self.alarms.pop((entry.code, entry.subject), None)
        if self._agenda.trace:
            self._tell_entry(entry)

    def _tell_entry(self, entry: Entry | Alarm) -> None:
        params = " ".join(f"{name}={value}" for name, value in entry.params if not name.startswith("reason_"))
        if isinstance(entry, Alarm):
            self._agenda.say(f"  alarm {entry.code} {entry.subject} {'raised' if entry.raised else 'cleared'} {params}")
        else:
            self._agenda.say(f"  entry {entry.code} {entry.connector or entry.station or ''} {params}")


def restored(connector: int, ever_connected: bool, row: SetpointRow | None) -> Restored:
    """What a new process is told of a connector's row."""
    if row is None:
        return Restored(connector, ever_connected, None, 0, None, 0, 0)
    return Restored(
        connector,
        ever_connected,
        row.limit_ma,
        row.limit_possible_ma,
        row.default_ma,
        row.default_possible_ma,
        row.generation,
        row.places,
        row.default_writes,
        row.default_allowance,
        row.conduct,
    )


def _short(fact: Fact) -> str:
    if isinstance(fact, Configured):
        return f"Configured version {fact.config.version}"
    if isinstance(fact, WriteEnded):
        return f"connector {fact.connector}: write {fact.generation} {fact.outcome}"
    return str(fact)
