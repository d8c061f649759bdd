"""A Modbus TCP server on 127.0.0.1 that behaves as badly as it is told to, and register images written by hand."""

import asyncio
import struct
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field

import pytest

Image = dict[int, int]


def f32(address: int, *values: float) -> Image:
    packed = struct.pack(f">{len(values)}f", *values)
    return _words(address, packed)


def i64(address: int, value: int) -> Image:
    return _words(address, struct.pack(">q", value))


def u16(address: int, *values: int) -> Image:
    return _words(address, struct.pack(f">{len(values)}H", *(value & 0xFFFF for value in values)))


def i32(address: int, value: int) -> Image:
    return _words(address, struct.pack(">i", value))


def _words(address: int, packed: bytes) -> Image:
    return {address + i: word for i, word in enumerate(struct.unpack(f">{len(packed) // 2}H", packed))}


def filled(image: Image) -> Image:
    """With zeros between the values, as a device whose whole range can be read."""
    return dict.fromkeys(range(min(image), max(image) + 1), 0) | image


IMAGES: dict[str, Image] = {
    "PM5320, IEM3x5x": filled(f32(2999, 10.5, 11.0, 12.25) | f32(3053, 2.4, 2.5, -2.3, 2.6) | i64(3203, 1_234_567)),
    "PowerTag A": filled(
        f32(2999, 10.5, 11.0, 12.25) | f32(3053, 2400.0, 2500.0, -2300.0, 2600.0) | i64(3203, 1_234_567)
    ),
    "NSX legacy": filled(u16(12015, 10, 11, 12) | u16(12037, 24, 25, -23, 26) | i32(12049, 1_234)),
    "NSX": filled(f32(32027, 10.5, 11.0, 12.25) | f32(32071, 2400.0, 2500.0, -2300.0, 2600.0) | i64(32095, 1_234_567)),
    "MTZ": filled(f32(32027, 10.5, 11.0, 12.25) | f32(32071, 2400.0, 2500.0, -2300.0, 2600.0) | i64(32095, 1_234_567)),
}


@dataclass
class FakeMeter:
    """`answer(frame_number, unit, reply)` may change, delay (await) or swallow (None) each reply."""

    registers: dict[int, Image]
    answer: Callable[[int, int, bytes], Awaitable[bytes | None]] | None = None
    port: int = 0
    reads: list[tuple[int, int, int]] = field(default_factory=list)
    connections: int = 0
    connected: int = 0
    numbers: list[int] = field(default_factory=list)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        self.connected += 1
        try:
            while True:
                number, _, _, unit = struct.unpack(">HHHB", await reader.readexactly(7))
                self.numbers.append(number)
                _, address, count = struct.unpack(">BHH", await reader.readexactly(5))
                self.reads.append((unit, address, count))
                reply: bytes | None = frame(number, unit, self.payload(unit, address, count))
                if self.answer is not None and reply is not None:
                    reply = await self.answer(number, unit, reply)
                if reply is not None:
                    writer.write(reply)
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()
        finally:
            self.connected -= 1

    def payload(self, unit: int, address: int, count: int) -> bytes:
        image = self.registers.get(unit)
        if image is None:
            return bytes((0x83, 11))
        if not all(a in image for a in range(address, address + count)):
            return bytes((0x83, 2))
        return bytes((3, 2 * count)) + struct.pack(f">{count}H", *(image[a] for a in range(address, address + count)))


def frame(number: int, unit: int, payload: bytes) -> bytes:
    return struct.pack(">HHHB", number, 0, len(payload) + 1, unit) + payload


StartMeter = Callable[..., Awaitable[FakeMeter]]


@pytest.fixture
async def start_meter() -> AsyncIterator[StartMeter]:
    """`await start_meter(image_or_images_by_unit)` -> FakeMeter listening on a free port, unit 255 by default."""
    async with AsyncExitStack() as stack:

        async def start(image: Image | None = None, units: dict[int, Image] | None = None) -> FakeMeter:
            meter = FakeMeter(units or {255: image if image is not None else IMAGES["PM5320, IEM3x5x"]})
            stack.callback((await listen(meter)).close)
            return meter

        yield start


async def listen(meter: FakeMeter) -> asyncio.Server:
    server = await asyncio.start_server(meter.serve, "127.0.0.1", 0)
    meter.port = server.sockets[0].getsockname()[1]
    return server


@pytest.fixture
def live_meter() -> Iterator[Callable[[Image], FakeMeter]]:
    """`live_meter(image)` -> FakeMeter on a loop of its own, for tests that are not coroutines."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()

    def start(image: Image) -> FakeMeter:
        meter = FakeMeter({255: image})
        asyncio.run_coroutine_threadsafe(listen(meter), loop).result()
        return meter

    yield start
    loop.call_soon_threadsafe(loop.stop)
    thread.join()
    for task in asyncio.all_tasks(loop):
        task.cancel()
    loop.run_until_complete(asyncio.sleep(0))
    loop.close()


@pytest.fixture
def images() -> dict[str, Image]:
    """What each built-in model shows for 10.5, 11 and 12.25 A (legacy 10, 11, 12), L3 exporting 2.3 kW."""
    return IMAGES
