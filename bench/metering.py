"""Polls per second of 100 meters on loopback: EVCE's gateways against pymodbus reading quantity by quantity.

`python bench/metering.py`. Both clients talk to the same minimal server in a process of its own, in turns, and both
end with decoded values. The ratio is what coalescing the reads is worth; EVCE's side checks and signs the values too.
"""

import asyncio
import multiprocessing
import os
import statistics
import struct
import sys
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "evce_project.settings")

from pymodbus.client import AsyncModbusTcpClient

from common import clock
from metering.drivers.tcp import TcpPort
from metering.gateways import Gateway
from metering.maps import MODELS, Register
from metering.records import InputPoll, MeterSpec, Poll

METERS = 100
SECONDS = 2.0
REPEATS = 5
MODEL = MODELS["NSX"]
TYPES = {"float32": AsyncModbusTcpClient.DATATYPE.FLOAT32, "int64": AsyncModbusTcpClient.DATATYPE.INT64}


class Server(asyncio.Protocol):
    """Answers every read of holding registers with 10.0 A, 10.0 W... in all registers."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        for start in range(0, len(data), 12):
            number, _, _, unit, _, _, count = struct.unpack_from(">HHHBBHH", data, start)
            payload = (struct.pack(">f", 10.0) * count)[: 2 * count]
            self.transport.write(struct.pack(">HHHBBB", number, 0, 3 + 2 * count, unit, 3, 2 * count) + payload)


def serve(port: "multiprocessing.Queue[int]") -> None:
    async def run() -> None:
        server = await asyncio.get_running_loop().create_server(Server, "127.0.0.1", 0)
        port.put(server.sockets[0].getsockname()[1])
        await server.serve_forever()

    asyncio.run(run())


async def measure(polls: list[Callable[[], Awaitable[None]]]) -> tuple[float, float]:
    """Polls per second, CPU microseconds per poll; every meter polls again as soon as it is done."""
    done = 0
    until = clock.monotonic() + SECONDS

    async def go_on(poll: Callable[[], Awaitable[None]]) -> None:
        nonlocal done
        while clock.monotonic() < until:
            await poll()
            done += 1

    cpu, began = time.process_time(), clock.monotonic()
    await asyncio.gather(*(go_on(poll) for poll in polls))
    return done / (clock.monotonic() - began), (time.process_time() - cpu) / done * 1e6


async def baseline(port: int) -> tuple[float, float]:
    clients = [AsyncModbusTcpClient("127.0.0.1", port=port) for _ in range(METERS)]
    for client in clients:
        await client.connect()

    async def value(client: AsyncModbusTcpClient, register: Register) -> object:
        words = await client.read_holding_registers(register.address, count=register.format.words, device_id=255)
        return client.convert_from_registers(words.registers, TYPES[register.format])

    def poll(client: AsyncModbusTcpClient) -> Callable[[], Awaitable[None]]:
        async def read() -> None:
            for register in MODEL.registers:
                await value(client, register)

        return read

    measured = await measure([poll(client) for client in clients])
    for client in clients:
        client.close()
    return measured


async def ours(port: int) -> tuple[float, float]:
    faults: list[Poll | InputPoll] = []

    def publish(poll: Poll | InputPoll) -> None:
        if poll.fault is not None:
            faults.append(poll)

    gateways = [Gateway(TcpPort("127.0.0.1", port), publish) for _ in range(METERS)]
    for i, gateway in enumerate(gateways):
        gateway.configure([MeterSpec(i, f"M{i}", MODEL.name, "127.0.0.1", port, 255)])
    measured = await measure([gateway.poll for gateway in gateways])
    for gateway in gateways:
        await gateway.close()
    assert not faults, faults[0]
    return measured


def main() -> None:
    ports: multiprocessing.Queue[int] = multiprocessing.Queue()
    server = multiprocessing.Process(target=serve, args=(ports,), daemon=True)
    server.start()
    port = ports.get()
    runs = [(asyncio.run(baseline(port)), asyncio.run(ours(port))) for _ in range(REPEATS)]
    server.terminate()
    slow, fast = (statistics.median(run[side][0] for run in runs) for side in (0, 1))
    slow_us, fast_us = (statistics.median(run[side][1] for run in runs) for side in (0, 1))
    print(f"{METERS} meters, {len(MODEL.registers)} quantities each, medians of {REPEATS} runs of {SECONDS:g} s")
    print(f"pymodbus, quantity by quantity: {slow:8.0f} polls/s  {slow_us:6.0f} us of CPU each")
    print(f"EVCE:                           {fast:8.0f} polls/s  {fast_us:6.0f} us of CPU each")
    print(
        f"ratio: {fast / slow:.1f} x the polls, {METERS * fast_us / 1e4:.1f} % of a core for {METERS} meters a second"
    )


if __name__ == "__main__":
    main()
