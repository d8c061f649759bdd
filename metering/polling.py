"""The poller: an event loop on a thread of its own, in the one process that consumes the queue "polling".

A tick has every gateway that is not busy poll its meters, all gateways side by side. Results go out as hints at once
and to the rows by way of the writer; neither the database nor a slow gateway holds up the next tick.
"""

import asyncio
import logging
import threading
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from django.db import close_old_connections, connections

from common import clock, hints
from metering import heartbeat, selectors
from metering.decode import Values
from metering.drivers.port import ModbusPort
from metering.drivers.tcp import TcpPort
from metering.gateways import Gateway, Spec
from metering.outbox import Outbox
from metering.reading import Device, read_device
from metering.records import InputPoll, MeterSpec, Poll
from metering.sentences import english
from metering.services import record_input_polls, record_polls
from metering.signs import Lines

LOOK_AT_VERSION_S = 5.0
RESOLVER_THREADS = 32
Address = tuple[str, int]
log = logging.getLogger(__name__)


class Poller:
    """`tick`, `stop` and `read_once` may be called from any thread."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._thread: threading.Thread | None = None
        self._loop: asyncio.AbstractEventLoop | None = None

    @property
    def running(self) -> bool:
        return self._thread is not None

    def tick(self) -> None:
        """Poll what is due, soon, on the poller's thread (started by the first tick). Returns at once."""
        heartbeat.ticked()
        with self._guard:
            if self._thread is None:
                self._start()
            loop = self._loop
        if loop is not None:
            loop.call_soon_threadsafe(self._rounds.begin)

    def stop(self, timeout_s: float = 5.0) -> None:
        """Close every connection and end the thread."""
        with self._guard:
            thread, loop, self._thread, self._loop = self._thread, self._loop, None, None
        if thread is None or loop is None:
            return
        loop.call_soon_threadsafe(self._rounds.end)
        thread.join(timeout_s)

    def read_once(self, spec: MeterSpec) -> tuple[Values, Lines]:
        """Read a meter now and wait for it; over the poller's own connection where it has one to that gateway.

        Raises `ReadError` or `Unreadable`, both with the `fault`.
        """
        with self._guard:
            loop = self._loop
        if loop is None:
            return asyncio.run(_read_alone(spec))
        return asyncio.run_coroutine_threadsafe(self._rounds.read_once(spec), loop).result()

    def _start(self) -> None:
        ready = threading.Event()
        self._thread = threading.Thread(target=self._run, args=(ready,), name="evce-meters", daemon=True)
        self._thread.start()
        ready.wait()

    def _run(self, ready: threading.Event) -> None:
        with asyncio.Runner() as runner:
            loop = runner.get_loop()
            # Names that take long to resolve must not queue up in front of one another.
            loop.set_default_executor(ThreadPoolExecutor(RESOLVER_THREADS, "evce-meters-resolve"))
            self._rounds, self._loop = Rounds(loop), loop
            ready.set()
            runner.run(self._rounds.until_ended())


class Rounds:
    """What happens on the poller's event loop."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._gateways: dict[Address, Gateway] = {}
        self._rows = ThreadPoolExecutor(1, "evce-meters-rows")
        self._tasks: set[asyncio.Task[None]] = set()
        self._ended = asyncio.Event()
        self._loading = False
        self._changed = True
        self._version = -1
        self._look_at = 0.0
        self._readings: Outbox[Poll] = Outbox(loop, self._rows, record_polls)
        self._inputs: Outbox[InputPoll] = Outbox(loop, self._rows, record_input_polls)

    async def until_ended(self) -> None:
        unlisten = hints.listen("configuration", self._configuration_changed)
        try:
            await self._ended.wait()
        finally:
            unlisten()
            for task in self._tasks:
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)
            for gateway in self._gateways.values():
                await gateway.close()
            self._rows.submit(connections.close_all)
            self._rows.shutdown()

    def end(self) -> None:
        self._ended.set()

    def begin(self) -> None:
        if not self._loading and (self._changed or clock.monotonic() >= self._look_at):
            self._loading = True
            self._spawn(self._reload())
        self._poll()

    async def read_once(self, spec: MeterSpec) -> tuple[Values, Lines]:
        gateway = self._gateways.get((spec.host, spec.port))
        return await (_read_alone(spec) if gateway is None else gateway.read_once(spec))

    def _poll(self) -> None:
        for gateway in self._gateways.values():
            if not gateway.busy:
                self._spawn(gateway.poll())

    def _configuration_changed(self, _hint: dict[str, Any]) -> None:
        self._changed = True

    async def _reload(self) -> None:
        self._look_at = clock.monotonic() + LOOK_AT_VERSION_S
        changed, self._changed = self._changed, False
        try:
            known = -1 if changed else self._version
            loaded = await self._loop.run_in_executor(self._rows, _load, known)
        except Exception:  # loop guard: with the database away the devices that are known are polled on
            log.exception("the list of meters and digital inputs can't be read")
            self._changed = changed
            return
        finally:
            self._loading = False
        if loaded is None:
            return
        self._version, specs = loaded
        await self._configure(specs)
        self._poll()

    async def _configure(self, specs: list[Spec]) -> None:
        wanted: dict[Address, list[Spec]] = {}
        for spec in specs:
            wanted.setdefault((spec.host, spec.port), []).append(spec)
        gone = [self._gateways.pop(address) for address in self._gateways.keys() - wanted.keys()]
        for address, at_gateway in wanted.items():
            if address not in self._gateways:
                self._gateways[address] = Gateway(_port(*address), self._publish)
            self._gateways[address].configure(at_gateway)
        for gateway in gone:
            gateway.configure([])
            self._spawn(gateway.close())

    def _publish(self, poll: Poll | InputPoll) -> None:
        if isinstance(poll, InputPoll):
            hints.send("input", {"input": poll.input, "sequence": poll.sequence, "active": poll.active})
            self._inputs.put(poll.input, poll)
        else:
            hints.send("reading", hint_of(poll))
            # The newest good and the newest bad poll of each meter.
            self._readings.put((poll.meter, poll.values is not None), poll)

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = self._loop.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._done)

    def _done(self, task: "asyncio.Task[None]") -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("polling stumbled and goes on", exc_info=error)


def hint_of(poll: Poll) -> dict[str, Any]:
    """The payload of topic "reading"; `currents_ma` is empty where `error` is not."""
    return {
        "meter": poll.meter,
        "sequence": poll.sequence,
        "currents_ma": list(poll.currents_ma or ()),
        "raw": poll.values.raw if poll.values is not None else 0,
        "error": "" if poll.fault is None else english(poll.fault),
        "implausible": poll.fault is not None and poll.fault.implausible,
        "age_s": poll.age_s,
    }


def _port(host: str, port: int) -> ModbusPort:
    return TcpPort(host, port)


async def _read_alone(spec: MeterSpec) -> tuple[Values, Lines]:
    port = _port(spec.host, spec.port)
    try:
        return await read_device(port, Device(spec))
    finally:
        port.close()


def _load(known_version: int) -> tuple[int, list[Spec]] | None:
    """Version, meters and digital inputs; None where the version is still the known one."""
    close_old_connections()
    version = selectors.configuration_version()
    return None if version == known_version else (version, [*selectors.meter_specs(), *selectors.input_specs()])


poller = Poller()
