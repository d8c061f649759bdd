"""One Modbus gateway: one connection, one lock, its meters and digital inputs polled in turn.

A gateway that can't be reached is tried ever more rarely. A device that lets a poll time out is asked after the good
ones, one such device a round, so that a dead device behind a gateway does not make the live ones stale.
"""

import asyncio
import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from common import clock
from metering.decode import Values
from metering.drivers.port import LineLost, ModbusPort, Refused, Unreachable
from metering.faults import Fault, Unreadable
from metering.reading import Device, is_slow, read_device, read_input
from metering.records import InputPoll, InputSpec, MeterSpec, Poll
from metering.sentences import english
from metering.signs import Lines

LONGEST_WAIT_S = 5.0
Spec = MeterSpec | InputSpec
Seen = tuple[Values, Lines] | bool
"""Of a meter; of a digital input, whether it is active."""
log = logging.getLogger(__name__)


@dataclass(slots=True)
class Patience:
    """How long to leave alone what did not answer: not at all the first time, then 1, 2, 4, 5 s."""

    failures: int = 0
    retry_at: float = 0.0

    def failed(self, now: float) -> None:
        wait_s = min(2.0 ** (self.failures - 1), LONGEST_WAIT_S) if self.failures else 0.0
        self.failures = min(self.failures + 1, 10)
        self.retry_at = now + wait_s

    def succeeded(self) -> None:
        self.failures, self.retry_at = 0, 0.0


@dataclass(slots=True)
class Place:
    """A device at this gateway. A meter without a `device` has an unknown model: it is not read, `fault` says so."""

    spec: Spec
    device: Device | None
    fault: Fault | None
    sequence: int
    patience: Patience = field(default_factory=Patience)
    failing: bool = False

    @property
    def called(self) -> str:
        return f"{'meter' if isinstance(self.spec, MeterSpec) else 'digital input'} {self.spec.name}"

    async def read(self, port: ModbusPort) -> Seen:
        """Raises Refused, LineLost or Unreadable."""
        if isinstance(self.spec, InputSpec):
            return await read_input(port, self.spec)
        assert self.device is not None
        return await read_device(port, self.device)


def place_of(spec: Spec, sequence: int) -> Place:
    if isinstance(spec, InputSpec):
        return Place(spec, None, None, sequence)
    try:
        return Place(spec, Device(spec), None, sequence)
    except Unreadable as error:
        return Place(spec, None, error.fault, sequence)


class Gateway:
    """`publish` is called with each poll, on the event loop; it must not block."""

    def __init__(self, port: ModbusPort, publish: Callable[[Poll | InputPoll], None]) -> None:
        self._port = port
        self._publish = publish
        self._places: dict[tuple[type[Spec], int], Place] = {}
        self._lock = asyncio.Lock()
        self._patience = Patience()

    @property
    def busy(self) -> bool:
        return self._lock.locked()

    def configure(self, specs: Sequence[Spec]) -> None:
        """Take over the configuration. Devices that did not change keep their place and their count of polls."""
        places: dict[tuple[type[Spec], int], Place] = {}
        for spec in specs:
            key = (type(spec), spec.id)
            known = self._places.get(key)
            if known is not None and known.spec == spec:
                places[key] = known
            else:
                places[key] = place_of(spec, max(spec.sequence, known.sequence if known else 0))
        self._places = places

    async def poll(self) -> None:
        """One round over the devices whose turn it is. Never raises for what a device does."""
        async with self._lock:
            if self._patience.retry_at > clock.monotonic():
                return
            for place in list(self._due(clock.monotonic())):
                if not await self._poll_one(place):
                    break

    async def read_once(self, spec: MeterSpec) -> tuple[Values, Lines]:
        """For the *test* button: waits for the running round, then reads. Raises as `read_device`."""
        async with self._lock:
            return await read_device(self._port, Device(spec))

    async def close(self) -> None:
        async with self._lock:
            self._port.close()

    def _due(self, now: float) -> Iterator[Place]:
        good = [place for place in self._places.values() if not place.patience.failures]
        doubtful = [p for p in self._places.values() if p.patience.failures and p.patience.retry_at <= now]
        yield from good
        if doubtful:
            yield min(doubtful, key=lambda place: place.patience.retry_at)

    async def _poll_one(self, place: Place) -> bool:
        """Poll and publish; False where the gateway itself is out of reach, which was then told of all its devices."""
        asked_at = clock.monotonic()
        if place.fault is not None:
            self._tell(place, asked_at, fault=place.fault)
            return True
        try:
            seen = await place.read(self._port)
        except Unreachable as error:
            self._patience.failed(clock.monotonic())
            for other in self._places.values():
                self._tell(other, asked_at, fault=other.fault or error.fault)
            return False
        except (Refused, LineLost, Unreadable) as error:
            self._patience.succeeded()
            if is_slow(error):
                place.patience.failed(clock.monotonic())
            else:
                place.patience.succeeded()
            self._tell(place, asked_at, fault=error.fault)
            return True
        self._patience.succeeded()
        place.patience.succeeded()
        self._tell(place, asked_at, seen=seen)
        return True

    def _tell(self, place: Place, asked_at: float, fault: Fault | None = None, seen: Seen | None = None) -> None:
        if fault is not None and not place.failing:
            log.warning("%s: %s", place.called, english(fault))
        elif fault is None and place.failing:
            log.info("%s answers again", place.called)
        place.failing = fault is not None
        place.sequence += 1
        identity, now = place.spec.id, clock.now()
        if isinstance(seen, bool) or isinstance(place.spec, InputSpec):
            self._publish(InputPoll(identity, place.sequence, now, fault, None if seen is None else seen is True))
            return
        values, currents_ma = seen or (None, None)
        self._publish(Poll(identity, place.sequence, now, clock.monotonic() - asked_at, fault, values, currents_ma))
