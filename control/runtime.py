"""The one control loop of a process: facts in from anywhere, writes out to the gateway.

It runs on the event loop of the gateway; what it reads from the database it reads on a thread of its own, what
it stores goes through the writer. `feed` may be called from any thread, any time.
"""

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

from django.db import close_old_connections

from chargers.services import record_volatile
from common import clock, hints
from common.writer import writer
from control import lease, trusting
from control.conductor import Conductor, SetpointRow, Turn
from control.document import Document, draw
from control.history import picture
from control.journaling import alarm_of, clear_own_alarms, ends_before, failing, failure_line, line_of
from control.loading import Names, load_alarms, load_config, load_names, load_past, load_sources, load_version
from control.port import StationPort
from control.readings import facts_from_hint, unseen_inputs, unseen_readings
from control.reductions import Reductions, Sources
from control.store import Setpoints, save_cycles, save_documents, save_setpoints
from control.watching import Links, Remedy, Watch, onwards
from engine.commands import Alarm, Entry, Write
from engine.facts import Configured, Fact, Measured, Outcome, RanksReviewed, Trusted, WiringFound, WriteEnded
from engine.model import SiteConfig
from journal.services import record_alarms, write_entries
from zones.limits import end_limits

T = TypeVar("T")

LEADING_S = 0.05
"""A cycle runs at once, unless the last one was so recent: then this long after it."""
SWEEP_S = 1.0
DOCUMENT_S = 1.0
REBUILD_S, FLUSH_S = 8.0, 2.0
TURNS_OF_THE_LOOP = 3
"""Until a frame that was handed to a session has left: decreases do not wait for the journal."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Health:
    """`cycle_age_s`: of the last cycle that went well; None: there is none yet."""

    cycle_age_s: float | None
    leading: bool
    failures: int


class Runtime:
    """See the module. One instance a process; `start` and `stop` on its event loop."""

    def __init__(self) -> None:
        self.port: StationPort | None = None
        self.published: Document = {}
        self._loop: asyncio.AbstractEventLoop | None = None
        self._conductor = Conductor()
        self._reductions = Reductions()
        self._names = Names({}, {}, {}, {}, {})
        self._wake = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []
        self._executor: ThreadPoolExecutor | None = None
        self._unlisten: list[Callable[[], None]] = []
        self._seen: dict[int, int] = {}
        self._seen_inputs: dict[int, int] = {}
        self._early: list[Fact] = []
        self._ready = False
        self._reload = False
        self._right = lease.Right()
        self._watch = Watch()
        self._links = Links()
        self._end: Callable[[str], None] = log.critical
        self._good_at: float | None = None
        self._cycled_at: float | None = None
        self._published_at = 0.0
        self._sequence = 0
        self._failures = 0
        self._alarms: list[dict[str, Any]] = []

    def feed(self, fact: Fact) -> None:
        """Fold a fact. From another thread it is folded a moment later; without a running loop it is dropped."""
        loop = self._loop
        if loop is None or loop.is_closed():
            log.debug("no control loop runs here: %r", fact)
            return
        try:
            here = asyncio.get_running_loop() is loop
        except RuntimeError:
            here = False
        if here:
            self._tell(fact)
        else:
            loop.call_soon_threadsafe(self._tell, fact)

    def _tell(self, fact: Fact) -> None:
        self._links.heard(fact)
        if not self._ready:
            self._early.append(fact)
            return
        self._conductor.tell(fact, clock.monotonic())
        if not isinstance(fact, Measured):
            self._wake.set()

    async def start(
        self, loop: asyncio.AbstractEventLoop, *, alone: bool = False, end: Callable[[str], None] | None = None
    ) -> None:
        """Take the lease (raises `lease.LeaseHeld`), rebuild the state from the rows, and run.

        `alone`: see `lease.Right`. `end` has the process end, and says why: it can't control any more.
        """
        self._loop = loop
        self._executor = ThreadPoolExecutor(1, "evce-control")
        self._right.alone, self._end = alone, end or self._end
        await self._take()
        self._unlisten = [
            hints.listen("configuration", lambda _: self._from_thread(self._reconfigure)),
            hints.listen("reading", lambda payload: self._from_thread(self._hinted, payload)),
            hints.listen("input", lambda payload: self._from_thread(self._input_hinted, payload)),
            hints.listen("review", lambda _: self.feed(RanksReviewed())),
            hints.listen(trusting.TOPIC, lambda payload: self.feed(Trusted(int(payload["connector"])))),
            hints.listen(trusting.METER_TOPIC, lambda p: self.feed(WiringFound(int(p["meter"]), wrong=False))),
        ]
        ended = await self._read(ends_before)
        self._watch = Watch(ended=ended or 0, alarmed=ended is not None)
        await self._build()
        self._tasks = [loop.create_task(self._run()), loop.create_task(self._sweep())]

    async def _take(self) -> None:
        asked_at = clock.monotonic()
        token = await self._read(lambda: lease.acquire(lease.holder_name()))
        self._right.taken(token, asked_at)

    async def _build(self) -> None:
        """The state, from the rows. Facts that come meanwhile wait."""
        self._ready = False
        links = self._links.facts()
        base, sources, names = await self._read(_load)
        past = await self._read(load_past)
        now = clock.monotonic()
        before, self._conductor = self._conductor.site, Conductor()
        self._reductions, self._names = Reductions(), names
        self._conductor.tell(Configured(self._reductions.load(base, sources, clock.now(), now)), now)
        for fact in [*onwards(past, before), *links]:
            self._conductor.tell(fact, now)
        holding = set(self._conductor.site.alarms)
        await self._read(lambda: clear_own_alarms(holding))
        self._seen = {m: s for m, s, _ in await self._read(lambda: unseen_readings({}))}
        self._seen_inputs = {i: s for i, s, _ in await self._read(lambda: unseen_inputs({}))}
        self._ready = True
        for fact in self._early:
            self._conductor.tell(fact, now)
        self._early.clear()

    async def stop(self) -> None:
        """End the loop and give the lease back. Stations go on under what they were told."""
        for stop in self._unlisten:
            stop()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._ready = False
        if self._executor is not None:
            await self._read(lambda: lease.release(self._right.token))
            self._executor.shutdown(wait=True)
        self._loop = None

    def health(self) -> Health:
        now = clock.monotonic()
        age = None if self._good_at is None else now - self._good_at
        return Health(age, self._right.holds(now), self._failures)

    def may_write(self) -> bool:
        """False: what control decided before must not leave any more (S13). Where none runs it forbids nothing."""
        return self._loop is None or self._right.holds(clock.monotonic())

    async def _run(self) -> None:
        while True:
            try:
                wake_at = await self._cycle()
            except Exception:  # loop guard (S18): what was acknowledged stays reserved, the next cycle tries again
                log.exception("a control cycle failed")
                wake_at = clock.monotonic() + SWEEP_S
                await self._recover()
            else:
                self._good_at = clock.monotonic()
                if self._watch.good(self._good_at):
                    writer.submit(record_alarms, failing(raised=False, ended=0))
            await self._sleep_until(wake_at)

    async def _recover(self) -> None:
        """After a cycle that failed; see `control.watching`."""
        self._failures += 1
        try:
            self._conductor.abandon(clock.monotonic())
        except Exception:  # loop guard: where the state itself is broken, it is built again in a moment
            log.exception("what was not sent could not be given up")
        remedy = self._watch.failed(clock.monotonic())
        if remedy is Remedy.REBUILD:
            self._say("control_rebuilt", self._watch.ended)
            try:
                async with asyncio.timeout(REBUILD_S):
                    await self._read(lambda: writer.flush(FLUSH_S))
                    await self._take()
                    await self._build()
            except Exception:  # loop guard: what can't be mended here is mended by a new process
                log.exception("control could not be built again")
                remedy = Remedy.END
        if remedy is Remedy.END:
            self._say("control_ended", self._watch.ended + 1)
            self._end("Control failed again and again, so EVCE ends to be started anew: look at its log.")

    def _say(self, code: str, ended: int) -> None:
        self._watch.alarmed = True
        writer.submit(record_alarms, failing(raised=True, ended=ended))
        writer.submit(write_entries, failure_line(code))

    async def _sleep_until(self, wake_at: float) -> None:
        delay = max(0.0, wake_at - clock.monotonic())
        try:
            # Not wait_for: Python 3.11's forgets a cancellation that comes together with what it waits for.
            async with asyncio.timeout(delay):
                await self._wake.wait()
        except TimeoutError:
            pass
        if self._cycled_at is not None:
            since = clock.monotonic() - self._cycled_at
            if since < LEADING_S:
                await asyncio.sleep(LEADING_S - since)
        self._wake.clear()

    async def _cycle(self) -> float:
        now = clock.monotonic()
        self._cycled_at = now
        turn = self._decide(now)
        if turn.send:
            await _let_out()
        self._journal(turn.entries)
        self._publish(now)
        return turn.wake_at

    def _decide(self, now: float) -> Turn:
        leads, token = self._right.still_holds(now), self._right.token
        self._reduce(now)
        turn = self._conductor.turn(now)
        self._send(turn.send)
        if not leads:
            self._conductor.saved(turn.held, turn.rows, False, now)
            return turn
        if turn.rows:
            mine = Setpoints(token, turn.rows)
            writer.submit(save_setpoints, mine, partial(self._saved, turn, token), urgent=True)
        elif turn.held:
            self._release(turn.held, turn.rows, ok=True)
        if self.port is not None:
            for order in turn.orders:
                self.port.order(order)
        if turn.changes:
            writer.submit(save_cycles, picture(self._conductor.site, turn, clock.now()))
        return turn

    def _reduce(self, now: float) -> None:
        """Time of use, expiry and digital inputs need no database: they hold while it is away."""
        config = self._reductions.changed(clock.now(), now)
        if config is not None:
            self._conductor.tell(Configured(config), now)

    def _saved(self, turn: Turn, token: int, mine: bool | None, error: Exception | None) -> None:
        if token != self._right.token:
            # Built again since: nobody waits for these any more.
            return
        if error is not None:
            log.error("setpoints could not be stored, raises wait: %s", error)
        elif not mine:
            self._right.lost = True
        self._release(turn.held, turn.rows, ok=bool(mine))

    def _release(self, held: list[Write], rows: list[SetpointRow], ok: bool) -> None:
        leaving = self._conductor.saved(held, rows, ok, clock.monotonic())
        self._send(leaving)
        if held and len(leaving) < len(held):
            self._wake.set()

    def _send(self, writes: list[Write]) -> None:
        now = clock.monotonic()
        for write in writes:
            if self.port is None or not self._right.holds(now):
                self._conductor.tell(WriteEnded(write.connector, write.generation, Outcome.UNSENT), now)
                continue
            self._conductor.hand_over(write)
            try:
                self.port.write(write)
            except Exception:  # loop guard: the other stations' decreases leave all the same
                log.exception("a write could not be handed over")
                self._conductor.tell(WriteEnded(write.connector, write.generation, Outcome.TIMEOUT), now)

    def _journal(self, entries: list[Entry | Alarm]) -> None:
        at = clock.now()
        for entry in entries:
            if isinstance(entry, Alarm):
                writer.submit(record_alarms, alarm_of(entry, at))
            else:
                writer.submit(write_entries, line_of(entry, self._conductor.site, self._names, at))
                if entry.code == "profiles_lost" and entry.connector in self._conductor.site.connectors:
                    connector = self._conductor.site.connectors[entry.connector]
                    writer.submit(record_volatile, connector.config.station)

    def _publish(self, now: float) -> None:
        if now - self._published_at < DOCUMENT_S - LEADING_S:
            return
        self._published_at = now
        document = draw(self._conductor.site, self._names, now, clock.now())
        self._sequence += 1
        self.published = {"seq": self._sequence, **document, "alarms": self._alarms}
        if self._right.holds(now):
            writer.submit(save_documents, self.published)
        hints.send("document", {"seq": self._sequence})

    async def _sweep(self) -> None:
        """What a lost hint would have told: a new configuration, new readings; and keep the lease."""
        while True:
            await asyncio.sleep(SWEEP_S)
            await self._look()

    async def _look(self) -> None:
        try:
            await self._look_for_news()
        except Exception:  # loop guard: a stalled database must not end the loop; control goes on from memory
            log.exception("control could not read the database")

    async def _look_for_news(self) -> None:
        await self._renew()
        self._alarms = await self._read(load_alarms)
        for meter, sequence, fact in await self._read(lambda: unseen_readings(self._seen)):
            if sequence > self._seen.get(meter, -1):
                self._seen[meter] = sequence
                self._tell(fact)
        for identity, sequence, active in await self._read(lambda: unseen_inputs(self._seen_inputs)):
            self._input_read(identity, sequence, active)
        if ended := self._reductions.ended(clock.monotonic()):
            await self._read(lambda: end_limits(ended=ended))
        changed = await self._read(load_version) != self._conductor.site.config.version
        if changed or self._reload:
            told, self._reload = self._reload, False
            base, sources, names = await self._read(_load)
            self._adopt(self._reductions.load(base, sources, clock.now(), clock.monotonic()), names)
            if not told:
                # Another process changed it, and no hint came through: the gateway has to know as well.
                hints.send("configuration", {})

    async def _renew(self) -> None:
        asked_at, token, led = clock.monotonic(), self._right.token, self.may_write()
        renewed = await self._read(lambda: lease.renew(token))
        was_lost = self._right.lost
        self._right.renewed(token, renewed, asked_at)
        if self._right.lost and not was_lost:
            self._end("Another EVCE core controls this site now.")
        elif self.may_write() and not led:
            self._wake.set()

    def _adopt(self, config: SiteConfig, names: Names) -> None:
        self._names = names
        if config != self._conductor.site.config:
            self._tell(Configured(config))

    def _reconfigure(self) -> None:
        self._reload = True
        if self._loop is not None:
            task = self._loop.create_task(self._look())
            self._tasks = [t for t in self._tasks if not t.done()] + [task]

    def _hinted(self, payload: dict[str, Any]) -> None:
        meter, sequence = int(payload["meter"]), int(payload["sequence"])
        if sequence > self._seen.get(meter, -1):
            self._seen[meter] = sequence
            self._tell(facts_from_hint(payload))

    def _input_hinted(self, payload: dict[str, Any]) -> None:
        self._input_read(int(payload["input"]), int(payload["sequence"]), payload["active"])

    def _input_read(self, identity: int, sequence: int, active: bool | None) -> None:
        if sequence > self._seen_inputs.get(identity, -1):
            self._seen_inputs[identity] = sequence
            if self._reductions.inputs.read(identity, active, clock.monotonic()):
                self._wake.set()

    def _from_thread(self, call: Callable[..., None], *args: Any) -> None:
        loop = self._loop
        if loop is not None and not loop.is_closed():
            loop.call_soon_threadsafe(call, *args)

    async def _read(self, query: Callable[[], T]) -> T:
        def run() -> T:
            close_old_connections()
            return query()

        assert self._loop is not None
        return await self._loop.run_in_executor(self._executor, run)


def _load() -> tuple[SiteConfig, Sources, Names]:
    return load_config(), load_sources(), load_names()


async def _let_out() -> None:
    """Let what was sent reach the sockets: the sessions' tasks run, then the transports write."""
    for _ in range(TURNS_OF_THE_LOOP):
        await asyncio.sleep(0)


_runtime = Runtime()


def feed(fact: Fact) -> None:
    """See `Runtime.feed`."""
    _runtime.feed(fact)


def register_port(port: StationPort) -> None:
    """The gateway says how stations are reached."""
    _runtime.port = port


def document() -> Document:
    """The newest site document of this process; empty where no control loop runs in it."""
    return _runtime.published


def health() -> Health:
    return _runtime.health()


def may_write() -> bool:
    """See `Runtime.may_write`."""
    return _runtime.may_write()


async def start(loop: asyncio.AbstractEventLoop, *, alone: bool, end: Callable[[str], None]) -> None:
    """See `Runtime.start`."""
    await _runtime.start(loop, alone=alone, end=end)


async def stop() -> None:
    await _runtime.stop()
